/** sts.googleapis.com: an OIDC token becomes a federated access token, if audience, signature and condition agree. */
import type { JWTPayload } from 'jose';
import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import { record, text } from '../engine/json.ts';
import { nextHex } from '../engine/random.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { oauth } from '../identity/envelope.ts';
import { identityState } from '../identity/state.ts';
import type { ProviderState, TokenState } from '../identity/state.ts';
import { isEnabled, serviceDisabled } from '../serviceusage/disabled.ts';
import { verifySubject } from './subject.ts';

export const API = { name: 'sts.googleapis.com', title: 'Security Token Service API' };
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const INVALID_TARGET =
  'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.';
const INVALID_AUDIENCE =
  'Invalid value for "audience". This value should be the full resource name of the Identity Provider.';
/** Claims that the provider maps to attributes of the same name. */
const ATTRIBUTES = [
  ...['repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'ref', 'event_name', 'environment'],
  ...['actor', 'actor_id', 'workflow', 'job_workflow_ref'],
];

async function exchange(request: Request, context: Context): Promise<Reply> {
  const { world, now } = context;
  const { grantType, audience, subjectToken } = record(request.body);
  if (grantType !== EXCHANGE) throw oauth(400, 'unsupported_grant_type', 'The grant type is not supported.');
  const name = /^\/\/iam\.googleapis\.com\/(.*)$/.exec(text(audience) ?? '')?.[1] ?? '';
  if (!/^projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/.test(name))
    throw oauth(400, 'invalid_request', INVALID_AUDIENCE);
  const provider = identityState(world).providers.find((one) => one.name === name);
  if (provider === undefined || provider.disabled) throw oauth(400, 'invalid_target', INVALID_TARGET);
  requireApi(provider, context);
  const claims = await verifySubject(text(subjectToken) ?? '', provider, now);
  const expiresAt = Math.min(now + 3_600_000, (claims.exp ?? 0) * 1000);
  const token = `sim-federated-${nextHex(world)}${nextHex(world)}`;
  identityState(world).tokens[token] = { ...principalOf(claims, provider), expiresAt };
  const expiresIn = Math.floor((expiresAt - now) / 1000);
  return {
    status: 200,
    body: { access_token: token, issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: expiresIn },
  };
}

/** Nobody has signed in yet: what counts is the project of the pool. */
function requireApi({ name }: ProviderState, { world }: Context): void {
  const project = /^projects\/(\d+)/.exec(name)?.[1] ?? '';
  if (!isEnabled(world, project, API.name)) throw serviceDisabled(API, project);
}

/** Who the pool says that somebody with these claims is. Throws unless the provider lets them in. */
function principalOf(claims: JWTPayload, { name, condition }: ProviderState): TokenState {
  for (const [claim, value] of Object.entries(condition)) {
    if (claims[claim] !== value)
      throw oauth(401, 'unauthorized_client', 'The given credential is rejected by the attribute condition.');
  }
  const subject = claims.sub ?? '';
  if (Buffer.byteLength(subject) > 127)
    throw oauth(400, 'invalid_grant', 'The size of mapped attribute google.subject exceeds the 127 bytes limit.');
  const pool = name.replace(/\/providers\/.*$/, '');
  const attributes = ATTRIBUTES.flatMap((claim) =>
    typeof claims[claim] === 'string'
      ? [`principalSet://iam.googleapis.com/${pool}/attribute.${claim}/${claims[claim]}`]
      : [],
  );
  return {
    principal: `principal://iam.googleapis.com/${pool}/subject/${subject}`,
    memberships: [`principalSet://iam.googleapis.com/${pool}/*`, ...attributes],
    consumerProject: /^projects\/(\d+)/.exec(name)?.[1] ?? '',
  };
}

/** JSON in camelCase or a form in snake_case: both are taken. */
function camelCased(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const camel = (name: string): string => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [camel(name), value as unknown]));
}

const document = readDocument(new URL('discovery.json', import.meta.url));
const serveMethod = methodsOf(document, { envelope, isOpen: true, read: camelCased });

export const stsRoutes: Route[] = [serveMethod('v1.token', exchange)];
