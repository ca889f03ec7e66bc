/** sts.googleapis.com: an OIDC token becomes a federated access token, if signature, audience and condition agree. */
import { decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { requireService } from '../consumer.ts';
import { record, text } from '../json.ts';
import { oauth } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { isConditionMet } from './attribute-condition.ts';
import { issuerKey } from './issuer.ts';
import type { ProviderState } from './state.ts';
import { giveToken } from './token.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const SUBJECT_TYPES = ['jwt', 'id_token'].map((type) => `urn:ietf:params:oauth:token-type:${type}`);
const MOST_SUBJECT_BYTES = 127;
const LIFETIME = 3_600_000;
const PROVIDER = /^projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/;

async function exchange(request: Request, context: Context): Promise<Reply> {
  const { now } = context;
  if (parameter(request, 'grant_type') !== EXCHANGE) throw refuse('unsupported_grant_type', 'Invalid grant_type.');
  const provider = findProvider(parameter(request, 'audience') ?? '', context);
  const number = /^projects\/(\d+)/.exec(provider.name)?.[1] ?? '';
  requireService('sts', number, context);
  if ((parameter(request, 'scope') ?? '') === '') throw refuse('invalid_scope', 'The scope must not be empty.');
  if (parameter(request, 'requested_token_type') !== ACCESS_TOKEN) {
    throw refuse('invalid_request', 'Invalid value for "requested_token_type".');
  }
  if (!SUBJECT_TYPES.includes(parameter(request, 'subject_token_type') ?? '')) {
    throw refuse('invalid_request', 'Invalid value for "subject_token_type".');
  }
  const claims = await verify(parameter(request, 'subject_token') ?? '', provider, context);
  if (provider.attributeCondition !== undefined && !isConditionMet(provider.attributeCondition, claims)) {
    throw refuse('unauthorized_client', 'The given credential is rejected by the attribute condition.', 401);
  }
  const subject = claims.sub ?? '';
  if (Buffer.byteLength(subject) > MOST_SUBJECT_BYTES) {
    throw refuse('invalid_grant', 'The size of mapped attribute google.subject exceeds the 127 bytes limit.');
  }
  const pool = `iam.googleapis.com/${provider.name.replace(/\/providers\/.*$/, '')}`;
  const attributes = provider.attributes
    .filter((name) => claims[name] !== undefined)
    .map((name) => `principalSet://${pool}/attribute.${name}/${String(claims[name])}`);
  const caller = {
    principal: `principal://${pool}/subject/${subject}`,
    memberships: [`principalSet://${pool}/*`, ...attributes],
    consumerProject: number,
  };
  // Never outlives what it was made from.
  const expiresAt = Math.min(now + LIFETIME, (claims.exp ?? 0) * 1000);
  const token = giveToken(caller, expiresAt, context);
  const expiresIn = Math.floor((expiresAt - now) / 1000);
  const body = { access_token: token, issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: expiresIn };
  return { status: 200, body };
}

function refuse(error: string, description: string, code = 400): Error {
  return oauth(code, error, description);
}

/** JSON in camelCase or a form in snake_case: both are taken. */
function parameter(request: Request, name: string): string | undefined {
  const body = record(request.body);
  const camel = name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return text(body[name]) ?? text(body[camel]);
}

function findProvider(audience: string, { world }: Context): ProviderState {
  const name = /^\/\/iam\.googleapis\.com\/(.*)$/.exec(audience)?.[1] ?? '';
  if (!PROVIDER.test(name)) {
    throw refuse(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider. ' +
        'See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.',
    );
  }
  const provider = world.identity.providers.find((one) => one.name === name);
  if (provider !== undefined && !provider.disabled) return provider;
  throw refuse(
    'invalid_target',
    'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or ' +
      "provider is disabled or deleted or because it doesn't exist.",
  );
}

async function verify(token: string, provider: ProviderState, { now }: Context): Promise<JWTPayload> {
  const own = [`https://iam.googleapis.com/${provider.name}`, `//iam.googleapis.com/${provider.name}`];
  const audience = provider.allowedAudiences.length > 0 ? provider.allowedAudiences : own;
  try {
    const { publicKey } = await issuerKey();
    const expected = { currentDate: new Date(now), audience, issuer: provider.issuer };
    return (await jwtVerify(token, publicKey, expected)).payload;
  } catch (error) {
    throw refuse('invalid_grant', reasonOf(error, token, provider));
  }
}

function reasonOf(error: unknown, token: string, { issuer }: ProviderState): string {
  if (error instanceof errors.JWTExpired) return 'ID Token is stale to sign-in.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'The audience in JWT does not match the expected values.';
    const found = decodeJwt(token).iss ?? '';
    if (error.claim === 'iss') return `The issuer in ID Token ${found} does not match the expected ones: ${issuer}`;
  }
  return "Error connecting to the given credential's issuer or the signature of the ID Token is invalid.";
}

export const stsRoutes: Route[] = [{ on: 'POST /v1/token', handle: exchange }];
