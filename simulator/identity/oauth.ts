/** oauth2.googleapis.com: an assertion signed with a key becomes an access token. */
import { record, text } from '../json.ts';
import { oauth } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { verifyAssertion } from './assertion.ts';
import { callerOf, giveToken } from './token.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** As in every key file, wherever it is posted. */
const TOKEN_URI = 'https://oauth2.googleapis.com/token';
const LIFETIME = 3_600_000;

async function mint(request: Request, context: Context): Promise<Reply> {
  const body = record(request.body);
  const grant = text(body['grant_type']) ?? '';
  if (grant === 'refresh_token') throw oauth(400, 'invalid_grant', 'Token has been expired or revoked.');
  if (grant !== JWT_BEARER) throw oauth(400, 'unsupported_grant_type', `Invalid grant_type: ${grant}`);
  const { account, claims } = await verifyAssertion(text(body['assertion']) ?? '', context);
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.includes(TOKEN_URI) && !audiences.includes(`${context.origin}/token`)) {
    throw oauth(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
  }
  if (claims['target_audience'] !== undefined) {
    throw oauth(400, 'invalid_request', 'The simulator gives no ID tokens to service accounts.');
  }
  if (text(claims['scope']) === undefined) {
    throw oauth(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  }
  const token = giveToken(callerOf(account, context), context.now + LIFETIME, context);
  return { status: 200, body: { access_token: token, expires_in: LIFETIME / 1000 - 1, token_type: 'Bearer' } };
}

/** Federated tokens and ended ones are not described. */
function describe(request: Request, { world, now }: Context): Reply {
  const given = request.query.get('access_token') ?? text(record(request.body)['access_token']) ?? '';
  const token = Object.hasOwn(world.identity.tokens, given) ? world.identity.tokens[given] : undefined;
  const email = /^(user|serviceAccount):(.*)$/.exec(token?.principal ?? '')?.[2];
  const left = token?.expiresAt === undefined ? LIFETIME : token.expiresAt - now;
  if (email === undefined || left <= 0) throw oauth(400, 'invalid_token', 'Invalid Value');
  const scope = 'https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email';
  const body = {
    azp: email,
    aud: email,
    scope,
    expires_in: String(Math.floor(left / 1000)),
    email,
    email_verified: 'true',
  };
  return { status: 200, body };
}

export const oauthRoutes: Route[] = [
  { on: 'POST /token', handle: mint },
  { on: 'GET /tokeninfo', handle: describe },
  { on: 'POST /tokeninfo', handle: describe },
];
