import type { ApiError } from '../api-error.ts';
import { shell } from '../shell.ts';
import { remedies } from './row.ts';
import type { CodeOf } from './row.ts';

/** What the run knows of its own sign-in: the service says nothing of it. */
function factsOf({ details }: ApiError, name: string): Readonly<Record<string, string>> {
  return details.map(({ metadata: known }) => known).find((known) => known?.[name] !== undefined) ?? {};
}

interface ProviderParts {
  readonly project: string;
  readonly pool: string;
  readonly provider: string;
}

/** The parts of workload_identity_provider, as commands name them; with Application Default Credentials nobody knows them. */
function providerOf(error: ApiError): ProviderParts {
  const { provider: name = '' } = factsOf(error, 'provider');
  const [, project = 'POOL_PROJECT', pool = 'POOL', provider = 'PROVIDER'] =
    /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+)\/providers\/([^/]+)$/.exec(name) ?? [];
  return { project, pool, provider };
}

function listProviders(error: ApiError): string {
  const { project, pool } = providerOf(error);
  return shell`gcloud iam workload-identity-pools providers list --workload-identity-pool ${pool} --location global --project ${project}`;
}

function showProvider(error: ApiError): string {
  const { project, pool, provider } = providerOf(error);
  return shell`gcloud iam workload-identity-pools providers describe ${provider} --workload-identity-pool ${pool} --location global --project ${project}`;
}

function claimsOf(error: ApiError): string {
  const { claims } = factsOf(error, 'claims');
  return claims === undefined ? '' : ` This run's token says: ${claims}.`;
}

/** What lets one run, or others like it, become an account: never a whole repository, which its pull requests belong to. */
function letWorkflow(error: ApiError): string {
  const { account = 'SERVICE_ACCOUNT', member, event = '' } = factsOf(error, 'account');
  const subject = member === undefined ? '' : ` This run is ${member}.`;
  // Whoever can open a pull request would become the account, whatever it may do.
  if (['pull_request', 'pull_request_target'].includes(event))
    return `${subject} Every pull request has that subject: only the reader may be let become it.`;
  const allow = shell`gcloud iam service-accounts add-iam-policy-binding ${account} --role roles/iam.workloadIdentityUser --member ${member ?? 'MEMBER'}`;
  return (
    `${subject} If it may act as ${account}: ${allow}. Compare that member with those that are bound there: repositories that were ` +
    'made, renamed or moved since July 2026 have IDs in it. Never bind the whole repository to an identity that writes.'
  );
}

/** The runner's own OIDC service. What lies on the way to it is told like that of every other service. */
export const runner = remedies([
  {
    code: 'sign-in.oidc-silent',
    service: 'github-oidc',
    unanswered: 'time-limit',
    remedy: () =>
      "GitHub's OIDC service is not reached, or is silent: run the job again later. A self-hosted runner must be able to reach " +
      '*.actions.githubusercontent.com. The permission id-token: write is there, else there would be nothing to ask.',
  },
  {
    code: 'sign-in.no-oidc-token',
    service: 'github-oidc',
    http: [400, 401, 403, 404],
    remedy: () =>
      'Give the job permissions: id-token: write. If it has that, the token that opens the service has expired, as it does some ' +
      'time after the job has ended: run the job again.',
  },
]);

/** Signing in: GitHub's OIDC token → Security Token Service → impersonation; or a key file. */
export const signIn = remedies([
  {
    code: 'sign-in.provider-unknown',
    service: 'sts',
    reason: 'invalid_target',
    remedy: (error) =>
      'Check workload_identity_provider: it takes the project NUMBER (not its id), and pool and provider must exist and be ' +
      `enabled. ${listProviders(error)} lists them. A new one takes up to 5 minutes to work.`,
  },
  {
    code: 'sign-in.provider-name',
    service: 'sts',
    reason: 'invalid_request',
    remedy: () =>
      'Set workload_identity_provider to the full name of the provider, not of the pool: ' +
      'projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER.',
  },
  {
    code: 'sign-in.attribute-condition',
    service: 'sts',
    words: /attribute condition/i,
    remedy: (error) =>
      `The provider's attribute condition rejects this workflow.${claimsOf(error)} Compare the condition with the repository, owner, ref ` +
      `and event of this run; claims are case-sensitive. ${showProvider(error)} shows it.`,
  },
  {
    code: 'sign-in.audience',
    service: 'sts',
    words: /audience/i,
    remedy: () =>
      "Set audience to one of the provider's allowed audiences, or remove allowedAudiences from the provider.",
  },
  {
    code: 'sign-in.issuer-unreachable',
    service: 'sts',
    words: /connect\w* to .{0,60}issuer|fetch\w* .{0,60}(?:issuer|jwks|keys)|JWKs?\b/i,
    remedy: () =>
      'Google could not get the metadata or the keys of the issuer. With GitHub Enterprise Server: its ' +
      '/.well-known/openid-configuration and keys must be reachable from the internet, or upload its keys to the provider ' +
      '(--jwk-json-path), and check those that are there. With github.com it passes: run again in some minutes.',
  },
  {
    code: 'sign-in.issuer',
    service: 'sts',
    words: /issuer/i,
    remedy: () =>
      'The provider trusts another issuer. Set its issuer to https://token.actions.githubusercontent.com; if your enterprise has ' +
      'an issuer URL of its own, to that URL.',
  },
  {
    code: 'sign-in.subject-too-long',
    service: 'sts',
    words: /127 bytes/i,
    remedy: (error) =>
      'The mapped subject is too long, usually because of a long branch or environment name. Map google.subject to something ' +
      'shorter, for example assertion.repository_id. If policies name that subject, list its member in impersonators.' +
      claimsOf(error),
  },
  {
    code: 'sign-in.token-expired',
    service: 'sts',
    words: /stale|expired/i,
    remedy: () => 'The OIDC token had expired when it arrived: run the job again.',
  },
  {
    code: 'sign-in.impersonation-denied',
    service: 'iamcredentials',
    http: [403, 404],
    remedy: (error) => `Check service_account.${letWorkflow(error)} A grant takes up to 5 minutes to work.`,
  },
  {
    code: 'sign-in.person-expired',
    service: 'oauth2',
    words: /expired or revoked|invalid_rapt|reauth/i,
    remedy: () =>
      `The credentials of this person have ended: ${shell`gcloud auth application-default login`} makes new ones.`,
  },
  {
    code: 'sign-in.key-invalid',
    service: 'oauth2',
    words: /invalid jwt signature/i,
    remedy: () =>
      'The key was deleted, is disabled, has expired, or is too new to work yet: look at the keys of the service account.',
  },
  {
    code: 'sign-in.account-unknown',
    service: 'oauth2',
    words: /account not found/i,
    remedy: () => 'The service account of this key was deleted, or is too new to work yet.',
  },
  {
    code: 'sign-in.account-disabled',
    service: 'oauth2',
    words: /disabled/i,
    remedy: () => 'The service account of this key is disabled: enable it, or sign in as another one.',
  },
  {
    code: 'sign-in.clock',
    service: 'oauth2',
    words: /iat and exp/i,
    remedy: () => 'The clock of this runner is wrong by minutes: set it.',
  },
  {
    code: 'sign-in.token-lifetime',
    service: 'iamcredentials',
    http: [400],
    words: /lifetime/i,
    remedy: () =>
      'Tokens of an impersonated account last one hour at most. The clock of this runner may be wrong: set it.',
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof runner | typeof signIn>, true> {}
}
