/** oauth2.googleapis.com/token: an assertion signed with a key becomes an access token. */
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { AccountState, KeyState } from '../iam/state.ts';
import { isTooNew } from '../iam/accounts.ts';
import { record, text } from '../json.ts';
import { nextHex } from '../random.ts';
import { oauth } from '../refusal.ts';
import type { Caller, Context, Reply, Request, Route } from '../route.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TOKEN_URI = 'https://oauth2.googleapis.com/token';
const LIFETIME = 3_600_000;
const SIGNATURE = 'Invalid JWT Signature.';

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

/** A new access token of an account. */
export function tokenFor(account: AccountState, { world, now }: Context, milliseconds: number): string {
  const token = `sim-account-${nextHex(world)}${nextHex(world)}`;
  world.identity.tokens[token] = {
    ...callerOf(account, world.resourceManager.projects[account.project]?.projectNumber),
    expiresAt: now + milliseconds,
  };
  return token;
}

function callerOf(
  account: AccountState,
  projectNumber: string | undefined,
): { principal: string; memberships: string[]; consumerProject: string } {
  return { principal: `serviceAccount:${account.email}`, memberships: [], consumerProject: projectNumber ?? '' };
}

/** A JWT signed with the key itself is a bearer, as Google takes it; its audience is the service. */
export async function selfSignedCaller(token: string, context: Context): Promise<Caller | undefined> {
  if (token.split('.').length !== 3) return undefined;
  try {
    const { account } = await verifyAssertion(token, context);
    return callerOf(account, context.world.resourceManager.projects[account.project]?.projectNumber);
  } catch {
    return undefined; // Not one of ours: the caller is told so by the service it asked.
  }
}

/** Throws `invalid_grant` in the token endpoint's own words. */
async function verifyAssertion(
  assertion: string,
  context: Context,
): Promise<{ account: AccountState; claims: JWTPayload }> {
  const { world, now } = context;
  let claims: JWTPayload;
  let kid: string | undefined;
  try {
    claims = decodeJwt(assertion);
    ({ kid } = decodeProtectedHeader(assertion));
  } catch {
    throw oauth(400, 'invalid_request', 'Bad Request');
  }
  const account = world.iam.accounts[(claims.iss ?? '').toLowerCase()];
  if (account === undefined || isTooNew(account, context))
    throw oauth(400, 'invalid_grant', 'Invalid grant: account not found');
  if (account.disabled) throw oauth(400, 'invalid_grant', 'Robot is disabled.');
  const key = account.keys.find((one) => one.id === kid);
  if (key === undefined || !works(key, context)) throw oauth(400, 'invalid_grant', SIGNATURE);
  const { iat = 0, exp = 0 } = claims;
  if (exp - iat > 3600 || iat * 1000 > now + 60_000 || exp * 1000 < now) {
    throw oauth(
      400,
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    );
  }
  try {
    await jwtVerify(assertion, await importSPKI(key.publicKey, 'RS256'), {
      currentDate: new Date(now),
      clockTolerance: 60,
    });
  } catch {
    throw oauth(400, 'invalid_grant', SIGNATURE);
  }
  return { account, claims };
}

function works(key: KeyState, { world, now }: Context): boolean {
  return !key.disabled && key.validBeforeTime > now && key.validAfterTime <= now && key.createdAt + world.lagMs <= now;
}

export const oauthRoutes: Route[] = [
  { on: 'POST /token', handle: mint },
  {
    on: 'GET /tokeninfo',
    handle: (request, { world, now }) => {
      const token = world.identity.tokens[request.query.get('access_token') ?? ''];
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
    },
  },
];
