import { shell } from '../shell.ts';
import type { Row } from './row.ts';

const LIST_PROVIDERS = shell`gcloud iam workload-identity-pools providers list --workload-identity-pool POOL
  --location global --project POOL_PROJECT`;
const SHOW_PROVIDER = shell`gcloud iam workload-identity-pools providers describe PROVIDER --workload-identity-pool POOL
  --location global`;
const REPOSITORY =
  'principalSet://iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/attribute.repository/OWNER/REPO';
const ALLOW_WORKFLOW = shell`gcloud iam service-accounts add-iam-policy-binding SERVICE_ACCOUNT
  --role roles/iam.workloadIdentityUser --member ${REPOSITORY}`;

/** Signing in: GitHub's OIDC token → Security Token Service → impersonation; or a key file. */
export const signIn: readonly Row[] = [
  {
    code: 'sign-in.provider-unknown',
    service: 'sts',
    reason: 'invalid_target',
    remedy: () =>
      'Check workload_identity_provider: it takes the project NUMBER (not its id), and pool and provider must exist and be ' +
      `enabled. ${LIST_PROVIDERS} lists them. A new one takes up to 5 minutes to work.`,
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
    remedy: () =>
      "The provider's attribute condition rejects this workflow. Compare it with the repository, owner, ref and event of this " +
      `run; claims are case-sensitive. ${SHOW_PROVIDER} shows it.`,
  },
  {
    code: 'sign-in.audience',
    service: 'sts',
    words: /audience/i,
    remedy: () =>
      "Set audience to one of the provider's allowed audiences, or remove allowedAudiences from the provider.",
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
    remedy: () =>
      'The mapped subject is too long, usually because of a long branch or environment name. Map google.subject to something ' +
      'shorter, for example assertion.repository_id.',
  },
  {
    code: 'sign-in.token-expired',
    service: 'sts',
    words: /stale|expired/i,
    remedy: () => 'The OIDC token had expired when it arrived: run the job again.',
  },
  {
    code: 'sign-in.no-oidc-token',
    service: 'github-oidc',
    remedy: () =>
      'Give the job permissions: id-token: write. If it has that, GitHub is unavailable: run the job again later.',
  },
  {
    code: 'sign-in.impersonation-denied',
    service: 'iamcredentials',
    http: [403, 404],
    remedy: () =>
      `Check service_account, and let the workflow impersonate it: ${ALLOW_WORKFLOW}. A grant takes up to 5 minutes to work.`,
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
];
