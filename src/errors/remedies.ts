import type { ApiError } from './api-error.ts';

/**
 * From what a service said to what to do: one table, first match wins. Codes and reasons come first, words last and in
 * parts, because no service promises its words.
 */

/** Who lifts a constraint of the organisation. */
const EXCEPTION =
  'ask who holds roles/orgpolicy.policyAdmin on the organisation (owning the project is not enough) for an exception for this project';

/** One kind of refusal, and its remedy. */
export interface Row {
  readonly service?: string;
  readonly code?: readonly number[];
  readonly status?: string;
  readonly reason?: string;
  readonly words?: RegExp;
  readonly remedy: (error: ApiError) => string;
}

export const rows: readonly Row[] = [
  // Signing in: GitHub's token → STS → impersonation, or a key file.
  {
    service: 'sts',
    reason: 'invalid_target',
    remedy: () =>
      'Check workload_identity_provider: project NUMBER (not id), pool and provider must exist and be enabled. ' +
      'gcloud iam workload-identity-pools providers list --workload-identity-pool POOL --location global --project POOL_PROJECT ' +
      'lists them. One just made takes up to 5 minutes to show.',
  },
  {
    service: 'sts',
    reason: 'invalid_request',
    remedy: () =>
      'workload_identity_provider must be the full name of the provider, not of the pool: ' +
      'projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER.',
  },
  {
    service: 'sts',
    words: /attribute condition/i,
    remedy: () =>
      "The provider's attribute condition does not let this workflow in. Compare it with this run's repository, owner, ref and " +
      'event; claims are case-sensitive. gcloud iam workload-identity-pools providers describe PROVIDER ' +
      '--workload-identity-pool POOL --location global shows it.',
  },
  {
    service: 'sts',
    words: /audience/i,
    remedy: () =>
      "Set audience to one of the provider's allowed audiences, or remove allowedAudiences from the provider.",
  },
  {
    service: 'sts',
    words: /issuer/i,
    remedy: () =>
      'The provider trusts another issuer. For github.com it must be https://token.actions.githubusercontent.com; an enterprise ' +
      'with its own issuer URL must name that.',
  },
  {
    service: 'sts',
    words: /127 bytes/i,
    remedy: () =>
      'The mapped subject is too long, usually by a long branch or environment name: map google.subject to something shorter, ' +
      'for example assertion.repository_id.',
  },
  {
    service: 'sts',
    words: /stale|expired/i,
    remedy: () => 'The OIDC token was too old when it arrived: run the job again.',
  },
  {
    service: 'github-oidc',
    remedy: () =>
      'Give the job permissions: id-token: write. If it has that, GitHub is unwell: run the job again later.',
  },
  {
    service: 'iamcredentials',
    code: [403, 404],
    remedy: () =>
      'Check service_account, and let the workflow impersonate it: gcloud iam service-accounts add-iam-policy-binding ' +
      'SERVICE_ACCOUNT --role roles/iam.workloadIdentityUser --member "principalSet://iam.googleapis.com/projects/NUMBER/' +
      'locations/global/workloadIdentityPools/POOL/attribute.repository/OWNER/REPO". A grant takes up to 5 minutes to show.',
  },
  {
    service: 'oauth2',
    words: /invalid jwt signature/i,
    remedy: () => 'The key is too new, or it was deleted, disabled, or has expired: see the keys of the account.',
  },
  {
    service: 'oauth2',
    words: /account not found/i,
    remedy: () => 'The account of this key is too new, or it was deleted.',
  },
  { service: 'oauth2', words: /disabled/i, remedy: () => 'The account of this key is disabled.' },
  { service: 'oauth2', words: /iat and exp/i, remedy: () => 'The clock of this runner is wrong by minutes: set it.' },
  {
    service: 'iamcredentials',
    code: [400],
    words: /lifetime/i,
    remedy: () =>
      'Tokens of an impersonated account live an hour at most, and the clock of this runner may be wrong: set it.',
  },
  // Perimeters and quotas: they look like missing rights, and are not.
  {
    words: /VPC Service Controls|vpcServiceControlsUniqueIdentifier/i,
    remedy: ({ words }) =>
      'A perimeter of VPC Service Controls keeps this workflow out: ask its administrator for an ingress rule for the identity that ' +
      `calls${uniqueIdentifier(words)}. No role helps here.`,
  },
  {
    reason: 'USER_PROJECT_DENIED',
    remedy: () =>
      'The credential names a quota project in which its identity may not use services: grant it ' +
      'roles/serviceusage.serviceUsageConsumer there, or remove the quota project from the credential.',
  },
  {
    words: /another activation or deactivation is in progress/i,
    remedy: () => 'Somebody is switching APIs on or off in this project at this moment: run again in some minutes.',
  },
  {
    words: /billing account .*not found|billing has not been enabled|billingNotEnabled/i,
    remedy: () =>
      'The project has no billing account: link one (gcloud billing projects link PROJECT --billing-account ACCOUNT). Without it ' +
      'BigQuery refuses the writes by which Segment keeps its state, and deletes tables after 60 days.',
  },
  {
    service: 'bigquery',
    reason: 'quotaExceeded',
    remedy: () =>
      'A daily quota of the project is used up: wait for the next day (Pacific time), or raise it under IAM & Admin → Quotas.',
  },
  // An API that is off: on the project of the credential, which is often not the target.
  {
    reason: 'SERVICE_DISABLED',
    remedy: (error) => {
      const { service = `${error.service}.googleapis.com`, consumer = 'projects/PROJECT' } = metadata(error);
      return (
        `Enable the API in the project that the credential belongs to: gcloud services enable ${service} ` +
        `--project ${consumer.replace('projects/', '')}. It takes a few minutes to show.`
      );
    },
  },
  {
    service: 'bigquery',
    words: /has not enabled BigQuery/i,
    remedy: ({ words }) =>
      `Set enable_apis: true, or run gcloud services enable bigquery.googleapis.com --project ${/project (\S+) has not/i.exec(words)?.[1] ?? 'PROJECT_ID'}.`,
  },
  // Keys.
  {
    service: 'iam',
    words: /key creation is not allowed|disableServiceAccountKeyCreation/i,
    remedy: (error) =>
      `${forbiddenBy(error, 'iam.disableServiceAccountKeyCreation')} forbids creating keys here (the old constraint and its managed ` +
      'form can both be in force). Where uploading is not forbidden, set key_lifetime_days: the key is then made in the runner. Or ' +
      `${EXCEPTION}, or set key_delivery: none.`,
  },
  {
    service: 'iam',
    words: /upload public key|disableServiceAccountKeyUpload/i,
    remedy: (error) =>
      `${forbiddenBy(error, 'iam.disableServiceAccountKeyUpload')} forbids uploading keys here (the old constraint and its managed ` +
      'form can both be in force). Where creation is not forbidden, leave key_lifetime_days out: Google then makes the key. Or ' +
      `${EXCEPTION}, or set key_delivery: none.`,
  },
  {
    service: 'iam',
    status: 'FAILED_PRECONDITION',
    words: /^precondition check failed/i,
    remedy: () => 'Most likely the account has ten keys, the most that Google allows: delete those that nobody uses.',
  },
  {
    service: 'iam',
    words: /maximum number of keys/i,
    remedy: () => 'The account has ten keys, the most that Google allows: delete those that nobody uses.',
  },
  // Roles and accounts.
  {
    service: 'iam',
    words: /^permission .* is not valid/i,
    remedy: ({ words }) =>
      `${/permission (\S+)/i.exec(words)?.[1] ?? 'A permission'} cannot stand in a custom role of this project, because its API is off or it is ` +
      'not for projects: switch the API on (enable_apis: true), or leave read_api: storage out.',
  },
  {
    service: 'iam',
    words: /maximum number of (custom )?roles/i,
    remedy: () =>
      'The project has 300 custom roles, deleted ones included until they are purged: delete some, or set role_id to one that ' +
      'exists with adopt: true.',
  },
  {
    service: 'iam',
    words: /compromise|exposed/i,
    remedy: () =>
      'Google itself disabled it because its key was found in public. Look into that first; then use another account_id, or ask ' +
      'Google Cloud support to lift it.',
  },
  {
    service: 'iam',
    words: /marked for deletion|existing role with that role_id in a deleted state/i,
    remedy: () =>
      'A role of this name was deleted more than 7 days ago: Google keeps the name for up to 44 days, and it cannot be undeleted. ' +
      'Set role_id to another name.',
  },
  {
    service: 'iam',
    words: /maximum number of service accounts/i,
    remedy: () => 'The project has as many service accounts as its quota allows: delete one, or ask for more.',
  },
  {
    service: 'iam',
    words: /service account creation is not allowed/i,
    remedy: () =>
      'The organisation policy iam.disableServiceAccountCreation forbids accounts here. Ask who holds roles/orgpolicy.policyAdmin ' +
      'for an exception, or create the account by hand and run with adopt: true.',
  },
  // The project's policy.
  {
    service: 'cloudresourcemanager',
    words: /permitted customer|allowedPolicyMember/i,
    remedy: () =>
      'The organisation policy on domain-restricted sharing does not let this account in: it must belong to the same ' +
      'organisation. Ask who holds roles/orgpolicy.policyAdmin.',
  },
  {
    service: 'cloudresourcemanager',
    words: /inconsistent representation of deleted member/i,
    remedy: () =>
      'The policy still names a deleted account of this e-mail: run again, and this action removes what is left of it. If it stays, ' +
      'remove the deleted: member by hand with gcloud projects remove-iam-policy-binding.',
  },
  {
    service: 'cloudresourcemanager',
    words: /policy update access denied/i,
    remedy: () =>
      'Setting the policy is denied although the role may be there: look for an IAM deny policy (gcloud iam policies list ' +
      '--kind denypolicies --attachment-point cloudresourcemanager.googleapis.com/projects/PROJECT), and ask its owner.',
  },
  {
    service: 'cloudresourcemanager',
    words: /number of members in the policy/i,
    remedy: () => "The project's policy is full (1,500 principals): replace single principals by groups.",
  },
  {
    service: 'bigquery',
    words: /resourceLocations|storage region|location .* does not support/i,
    remedy: () => 'Choose a location that BigQuery has and that the organisation policy gcp.resourceLocations allows.',
  },
  {
    service: 'bigquery',
    words: /denied by org policy|permitted customer/i,
    remedy: () => 'An organisation policy does not let this account in: ask who holds roles/orgpolicy.policyAdmin.',
  },
  {
    service: 'secretmanager',
    words: /restrictNonCmekServices|CMEK/i,
    remedy: () =>
      'The organisation policy gcp.restrictNonCmekServices demands customer-managed encryption: create the secret with ' +
      `--kms-key-name, or ${EXCEPTION}.`,
  },
  {
    service: 'secretmanager',
    code: [404],
    remedy: () =>
      'Create the secret, and run the workflow again: gcloud secrets create SECRET --replication-policy automatic.',
  },
  {
    service: 'bigquery',
    words: /service account .* does not exist/i,
    remedy: () =>
      'BigQuery does not know the account yet, which takes up to two minutes after it was made: run the workflow again.',
  },
  // GitHub.
  {
    service: 'github',
    code: [401],
    remedy: () => 'github_token is not valid (any more): replace it.',
  },
  {
    service: 'github',
    code: [403, 404],
    remedy: () =>
      'Give github_token a fine-grained personal access token, or the token of a GitHub App, with Secrets: write and ' +
      'Variables: write on this repository. GITHUB_TOKEN can never write secrets.',
  },
  {
    service: 'github',
    code: [422],
    words: /at most|maximum|limit/i,
    remedy: () => 'GitHub keeps 100 secrets in a repository or environment, and 1,000 in an organization: delete some.',
  },
  // Everything else, by kind.
  {
    code: [403],
    remedy: (error) => {
      const permission = metadata(error)['permission'] ?? /\b([a-z]+\.[a-zA-Z]+\.[a-zA-Z]+)\b/.exec(error.words)?.[1];
      const missing = permission === undefined ? 'A permission is missing' : `The permission ${permission} is missing`;
      const project = error.service === 'cloudresourcemanager' ? ', and check that project_id exists' : '';
      return (
        `${missing} to the identity of this workflow: grant it the role in permissions/provisioner.yaml ` +
        `(for plan and check: permissions/reader.yaml)${project}. A grant takes 2 to 7 minutes to show.`
      );
    },
  },
  { code: [401], remedy: () => 'The token was not accepted, even a new one: check how this workflow signs in.' },
  {
    code: [409, 412],
    remedy: () =>
      'Others kept changing it at the same moment: run again, and give the workflows one concurrency group.',
  },
  { code: [429], remedy: () => 'The service asks for less: run again later.' },
  {
    code: [500, 502, 503, 504],
    remedy: () => 'The service is unwell: run again later; whatever was half done is finished then.',
  },
];

/** What an administrator of the perimeter asks for first. */
function uniqueIdentifier(words: string): string {
  const id = /vpcServiceControlsUniqueIdentifier:?\s*([\w-]+)/i.exec(words)?.[1];
  return id === undefined ? '' : ` (unique identifier ${id})`;
}

/** The constraint that a failed precondition names, else the usual one. */
function forbiddenBy(error: ApiError, usual: string): string {
  const violations = error.details.flatMap((detail) => detail.violations ?? []);
  const type = violations.map((violation) => violation.type).find((found) => found !== undefined);
  return `The organisation policy ${type?.replace('constraints/', '') ?? usual}`;
}

function metadata(error: ApiError): Readonly<Record<string, string>> {
  return error.details.find((detail) => detail.metadata !== undefined)?.metadata ?? {};
}
