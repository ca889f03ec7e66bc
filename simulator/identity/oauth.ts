/** oauth2.googleapis.com/token: an assertion signed with a key becomes an access token. */
import { record, text } from '../engine/json.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { verifyAssertion } from './assertion.ts';
import { oauth } from './envelope.ts';
import { identityState } from './state.ts';
import { tokenFor } from './tokens.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TOKEN_URI = 'https://oauth2.googleapis.com/token';
const LIFETIME = 3_600_000;

async function mint(request: Request, context: Context): Promise<Reply> {
  const body = record(request.body);
  const grant = text(body['grant_type']);
  if (grant === 'refresh_token') throw oauth(400, 'invalid_grant', 'Bad Request');
  if (grant !== JWT_BEARER) throw oauth(400, 'unsupported_grant_type', `Invalid grant_type: ${grant ?? ''}`);
  const assertion = text(body['assertion']) ?? '';
  const { account, claims } = await verifyAssertion(assertion, context);
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.includes(TOKEN_URI) && !audiences.includes(`${context.origin}/token`))
    throw oauth(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
  if (claims['target_audience'] !== undefined)
    throw oauth(400, 'invalid_request', 'This simulator gives no ID tokens to service accounts.');
  if (text(claims['scope']) === undefined)
    throw oauth(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  return {
    status: 200,
    body: { access_token: tokenFor(account, context, LIFETIME), expires_in: 3599, token_type: 'Bearer' },
  };
}

function describe({ query }: Request, { world, now }: Context): Reply {
  const token = identityState(world).tokens[query.get('access_token') ?? ''];
  if (token === undefined) throw oauth(400, 'invalid_token', 'Invalid Value');
  const expiresIn = token.expiresAt === undefined ? 3600 : Math.floor((token.expiresAt - now) / 1000);
  return {
    status: 200,
    body: {
      email: token.principal.replace(/^[a-zA-Z]+:/, ''),
      expires_in: String(expiresIn),
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    },
  };
}

export const oauthRoutes: Route[] = [
  { on: 'POST /token', handle: mint },
  { on: 'GET /tokeninfo', handle: describe },
];
