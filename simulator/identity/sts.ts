/** sts.googleapis.com: an OIDC token becomes a federated access token, if audience, signature and condition agree. */
import { decodeJwt, errors, importJWK, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { record, text } from '../json.ts';
import { nextHex } from '../random.ts';
import { oauth } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { publicJwk } from './oidc.ts';
import type { ProviderState } from './state.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const INVALID_TARGET =
  'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.';
const INVALID_AUDIENCE =
  'Invalid value for "audience". This value should be the full resource name of the Identity Provider.';

/** JSON in camelCase or a form in snake_case: both are taken. */
function parameter(request: Request, snake: string): string | undefined {
  const body = record(request.body);
  const camel = snake.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return text(body[snake]) ?? text(body[camel]);
}

async function exchange(request: Request, context: Context): Promise<Reply> {
  const { world, now } = context;
  if (parameter(request, 'grant_type') !== EXCHANGE)
    throw oauth(400, 'unsupported_grant_type', 'The grant type is not supported.');
  const audience = parameter(request, 'audience') ?? '';
  const name = /^\/\/iam\.googleapis\.com\/(.*)$/.exec(audience)?.[1] ?? '';
  if (!/^projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/.test(name))
    throw oauth(400, 'invalid_request', INVALID_AUDIENCE);
  const provider = world.identity.providers.find((one) => one.name === name);
  if (provider === undefined || provider.disabled) throw oauth(400, 'invalid_target', INVALID_TARGET);
  const claims = await verify(parameter(request, 'subject_token') ?? '', provider, now);
  for (const [claim, value] of Object.entries(provider.condition)) {
    if (claims[claim] !== value)
      throw oauth(401, 'unauthorized_client', 'The given credential is rejected by the attribute condition.');
  }
  const subject = claims.sub ?? '';
  if (Buffer.byteLength(subject) > 127)
    throw oauth(400, 'invalid_grant', 'The size of mapped attribute google.subject exceeds the 127 bytes limit.');
  const pool = name.replace(/\/providers\/.*$/, '');
  const expiresAt = Math.min(now + 3_600_000, (claims.exp ?? 0) * 1000);
  const token = `sim-federated-${nextHex(world)}${nextHex(world)}`;
  world.identity.tokens[token] = {
    principal: `principal://iam.googleapis.com/${pool}/subject/${subject}`,
    memberships: [
      `principalSet://iam.googleapis.com/${pool}/*`,
      ...['repository', 'repository_id', 'repository_owner', 'ref', 'event_name', 'environment'].flatMap((claim) =>
        typeof claims[claim] === 'string'
          ? [`principalSet://iam.googleapis.com/${pool}/attribute.${claim}/${claims[claim]}`]
          : [],
      ),
    ],
    consumerProject: /^projects\/(\d+)/.exec(name)?.[1] ?? '',
    expiresAt,
  };
  const expiresIn = Math.floor((expiresAt - now) / 1000);
  return {
    status: 200,
    body: { access_token: token, issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: expiresIn },
  };
}

async function verify(token: string, provider: ProviderState, now: number): Promise<JWTPayload> {
  const expected =
    provider.allowedAudiences.length > 0
      ? provider.allowedAudiences
      : [`https://iam.googleapis.com/${provider.name}`, `//iam.googleapis.com/${provider.name}`];
  try {
    const key = await importJWK(await publicJwk(), 'RS256');
    const { payload } = await jwtVerify(token, key, {
      currentDate: new Date(now),
      audience: expected,
      issuer: provider.issuer,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw oauth(400, 'invalid_grant', 'ID Token is stale to sign-in.');
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
      throw oauth(400, 'invalid_grant', 'The audience in JWT does not match the expected values.');
    }
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') {
      throw oauth(
        400,
        'invalid_grant',
        `The issuer in ID Token ${String(decodeJwt(token).iss)} does not match the expected ones: ${provider.issuer}`,
      );
    }
    throw oauth(400, 'invalid_grant', 'Unable to verify the signature of the ID Token.');
  }
}

export const stsRoutes: Route[] = [{ on: 'POST /v1/token', handle: exchange }];
