import { describe, expect, test } from '@jest/globals';
import { stage } from '../../harness/stage.ts';

/**
 * Every row of the table of remedies: the service refuses in its own words, as Google and GitHub document them, and the
 * message that a user sees says what to do.
 */
const at = stage();

interface Row {
  readonly name: string;
  /** Which request is refused, `METHOD /path`. */
  readonly on: string;
  readonly status: number;
  readonly body: unknown;
  readonly says: RegExp;
  readonly inputs?: Record<string, string>;
  /** A first apply before, whose setup is then refused. */
  readonly after?: boolean;
}

const google = (code: number, status: string, message: string, more: object = {}): unknown => ({
  error: { code, message, status, ...more },
});
const bigQuery = (code: number, reason: string, message: string): unknown => ({
  error: {
    code,
    message,
    errors: [{ message, domain: 'global', reason }],
    status: code === 403 ? 'PERMISSION_DENIED' : 'INVALID_ARGUMENT',
  },
});
const oauth = (error: string, error_description: string): unknown => ({ error, error_description });
const violation = (type: string, description: string): object => ({
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
      violations: [{ type, subject: 'x', description }],
    },
  ],
});
const PROJECT = '/v1/projects/acme-analytics';
const KEYS =
  'POST /v1/projects/acme-analytics/serviceAccounts/segment-reverse-etl@acme-analytics.iam.gserviceaccount.com/keys';
const STS = 'POST /v1/token';
const IMPERSONATE = 'POST /v1/projects/-/serviceAccounts/provisioner@';
const SET_POLICY = 'POST /v3/projects/acme-analytics:setIamPolicy';
const DATASETS = 'POST /bigquery/v2/projects/acme-analytics/datasets';
const DATASET = `PATCH /bigquery/v2/projects/acme-analytics/datasets/`;
const SECRETS = 'GET /repos/acme/data-platform/actions/secrets/public-key';
const toSecret = { key_delivery: 'github-secret', github_token: 'TOKEN' };
const DRY = 'POST /bigquery/v2/projects/acme-analytics/queries';

const rows: Row[] = [
  // Signing in.
  {
    name: 'pool or provider wrong',
    on: STS,
    status: 400,
    body: oauth(
      'invalid_target',
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    ),
    says: /project NUMBER \(not id\), pool and provider must exist/,
  },
  {
    name: 'pool instead of provider',
    on: STS,
    status: 400,
    body: oauth(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider.',
    ),
    says: /full name of the provider, not of the pool/,
  },
  {
    name: 'attribute condition',
    on: STS,
    status: 401,
    body: oauth('unauthorized_client', 'The given credential is rejected by the attribute condition.'),
    says: /claims are case-sensitive/,
  },
  {
    name: 'audience not allowed',
    on: STS,
    status: 400,
    body: oauth('invalid_grant', 'The audience in JWT does not match the expected values.'),
    says: /Set audience to one of the provider's allowed audiences/,
  },
  {
    name: 'another issuer',
    on: STS,
    status: 400,
    body: oauth(
      'invalid_grant',
      'The issuer in ID Token https://ghes.example.com does not match the expected ones: https://token.actions.githubusercontent.com',
    ),
    says: /The provider trusts another issuer/,
  },
  {
    name: 'subject too long',
    on: STS,
    status: 400,
    body: oauth('invalid_grant', 'The size of mapped attribute google.subject exceeds the 127 bytes limit.'),
    says: /map google\.subject to something shorter/,
  },
  {
    name: 'stale OIDC token',
    on: STS,
    status: 400,
    body: oauth('invalid_grant', 'ID Token issued at 1 is stale to sign-in.'),
    says: /too old when it arrived/,
  },
  {
    name: 'STS off, in an envelope',
    on: STS,
    status: 403,
    body: google(
      403,
      'PERMISSION_DENIED',
      'Security Token Service API has not been used in project 1 before or it is disabled.',
      {
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'SERVICE_DISABLED',
            domain: 'googleapis.com',
            metadata: { service: 'sts.googleapis.com', consumer: 'projects/123456' },
          },
        ],
      },
    ),
    says: /gcloud services enable sts\.googleapis\.com --project 123456/,
  },
  {
    name: 'the OIDC endpoint refuses',
    on: 'GET /_runner/oidc/token',
    status: 401,
    body: { message: 'no' },
    says: /id-token: write/,
  },
  {
    name: 'may not impersonate',
    on: IMPERSONATE,
    status: 403,
    body: google(
      403,
      'PERMISSION_DENIED',
      "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    ),
    says: /roles\/iam\.workloadIdentityUser/,
  },
  {
    name: 'no such account to impersonate',
    on: IMPERSONATE,
    status: 404,
    body: google(404, 'NOT_FOUND', 'Not found; Gaia id not found for email provisioner@acme-ci'),
    says: /Check service_account/,
  },
  {
    name: 'token lifetime',
    on: IMPERSONATE,
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'The access token lifetime cannot exceed 3600 seconds.'),
    says: /the clock of this runner may be wrong/,
  },
  // Perimeters, quotas, APIs.
  {
    name: 'VPC Service Controls',
    on: `GET ${PROJECT}/roles`,
    status: 403,
    body: google(
      403,
      'PERMISSION_DENIED',
      "VPC Service Controls: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: aBc-123",
    ),
    says: /ingress rule .*unique identifier aBc-123/,
  },
  {
    name: 'quota project',
    on: `GET ${PROJECT}/roles`,
    status: 403,
    body: google(403, 'PERMISSION_DENIED', 'Caller does not have required permission to use project x.', {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'USER_PROJECT_DENIED',
          domain: 'googleapis.com',
          metadata: {},
        },
      ],
    }),
    says: /roles\/serviceusage\.serviceUsageConsumer/,
  },
  {
    name: 'an API off',
    on: `GET ${PROJECT}/roles`,
    status: 403,
    body: google(403, 'PERMISSION_DENIED', 'IAM API has not been used in project 1 before or it is disabled.', {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_DISABLED',
          domain: 'googleapis.com',
          metadata: { service: 'iam.googleapis.com', consumer: 'projects/77' },
        },
      ],
    }),
    says: /gcloud services enable iam\.googleapis\.com --project 77/,
  },
  {
    name: 'BigQuery off',
    on: 'GET /bigquery/v2/projects/acme-analytics/datasets/',
    status: 400,
    body: bigQuery(400, 'invalid', 'The project acme-analytics has not enabled BigQuery.'),
    says: /enable_apis: true, or run gcloud services enable bigquery\.googleapis\.com --project acme-analytics/,
  },
  {
    name: 'APIs being switched',
    on: `POST ${PROJECT}/services:batchEnable`,
    status: 400,
    body: google(
      400,
      'FAILED_PRECONDITION',
      'Another activation or deactivation is in progress for the following project(s): acme-analytics',
    ),
    says: /switching APIs on or off in this project at this moment/,
    inputs: { enable_apis: 'true' },
  },
  {
    name: 'a daily quota',
    on: DATASETS,
    status: 403,
    body: bigQuery(403, 'quotaExceeded', 'Quota exceeded: Your project exceeded quota for free query bytes scanned.'),
    says: /wait for the next day/,
  },
  {
    name: 'no billing',
    on: DATASETS,
    status: 403,
    body: bigQuery(
      403,
      'billingNotEnabled',
      'Billing has not been enabled for this project. Enable billing at https://console.cloud.google.com/billing.',
    ),
    says: /gcloud billing projects link/,
  },
  // Keys.
  {
    name: 'key creation forbidden',
    on: KEYS,
    status: 400,
    body: google(
      400,
      'FAILED_PRECONDITION',
      'Key creation is not allowed on this service account.',
      violation('constraints/iam.managed.disableServiceAccountKeyCreation', 'no'),
    ),
    says: /iam\.managed\.disableServiceAccountKeyCreation forbids creating keys here.*set key_lifetime_days/,
  },
  {
    name: 'key upload forbidden',
    on: `${KEYS}:upload`,
    status: 400,
    body: google(
      400,
      'FAILED_PRECONDITION',
      'Constraint `constraints/iam.disableServiceAccountKeyUpload` violated for service account x attempting to upload public key.',
    ),
    says: /forbids uploading keys here.*leave key_lifetime_days out/,
    inputs: { key_lifetime_days: '30' },
  },
  {
    name: 'ten keys, bare',
    on: KEYS,
    status: 400,
    body: google(400, 'FAILED_PRECONDITION', 'Precondition check failed.'),
    says: /Most likely the account has ten keys/,
  },
  {
    name: 'ten keys, older words',
    on: KEYS,
    status: 429,
    body: google(429, 'RESOURCE_EXHAUSTED', 'Maximum number of keys on account reached.', {
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '86401s' }],
    }),
    says: /has ten keys, the most that Google allows/,
  },
  // Roles and accounts.
  {
    name: 'role past undeletion',
    on: `POST ${PROJECT}/roles`,
    status: 400,
    body: google(
      400,
      'FAILED_PRECONDITION',
      "You can't create a role_id (segmentReverseEtl) which has been marked for deletion.",
    ),
    says: /Set role_id to another name/,
  },
  {
    name: 'a permission that cannot be in a role',
    on: `POST ${PROJECT}/roles`,
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'Permission bigquery.readsessions.create is not valid.'),
    says: /bigquery\.readsessions\.create cannot stand in a custom role/,
  },
  {
    name: 'too many roles',
    on: `POST ${PROJECT}/roles`,
    status: 400,
    body: google(400, 'RESOURCE_EXHAUSTED', 'Maximum number of roles reached. Maximum is: 300'),
    says: /300 custom roles/,
  },
  {
    name: 'account quota',
    on: `POST ${PROJECT}/serviceAccounts`,
    status: 429,
    body: google(429, 'RESOURCE_EXHAUSTED', 'Maximum number of service accounts on project reached.', {
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '86401s' }],
    }),
    says: /as many service accounts as its quota allows/,
  },
  {
    name: 'accounts forbidden',
    on: `POST ${PROJECT}/serviceAccounts`,
    status: 400,
    body: google(400, 'FAILED_PRECONDITION', 'Service account creation is not allowed on this project.'),
    says: /iam\.disableServiceAccountCreation.*adopt: true/,
  },
  {
    name: 'account disabled by Google',
    on: `POST ${PROJECT}/serviceAccounts/segment-reverse-etl@acme-analytics.iam.gserviceaccount.com:enable`,
    status: 400,
    body: google(
      400,
      'FAILED_PRECONDITION',
      'The service account was disabled because its key was exposed or compromised.',
    ),
    says: /Google itself disabled it/,
    inputs: { restore: 'true' },
    after: true,
  },
  // The project's policy.
  {
    name: 'domain-restricted sharing',
    on: SET_POLICY,
    status: 400,
    body: google(
      400,
      'FAILED_PRECONDITION',
      'One or more users named in the policy do not belong to a permitted customer, perhaps due to an organization policy.',
      violation('constraints/iam.allowedPolicyMemberDomains', 'no'),
    ),
    says: /domain-restricted sharing/,
  },
  {
    name: 'a full policy',
    on: SET_POLICY,
    status: 400,
    body: google(
      400,
      'INVALID_ARGUMENT',
      'The number of members in the policy (1,501) is larger than the maximum allowed size 1,500.',
    ),
    says: /replace single principals by groups/,
  },
  {
    name: 'deny policy',
    on: SET_POLICY,
    status: 403,
    body: google(403, 'PERMISSION_DENIED', 'Policy update access denied.'),
    says: /look for an IAM deny policy/,
  },
  {
    name: 'a deleted twin',
    on: SET_POLICY,
    status: 400,
    body: google(
      400,
      'INVALID_ARGUMENT',
      "Inconsistent representation of deleted member: 'deleted:serviceAccount:E?uid=1' and 'serviceAccount:E'",
    ),
    says: /still names a deleted account of this e-mail/,
  },
  // BigQuery.
  {
    name: 'location forbidden',
    on: DATASETS,
    status: 400,
    body: bigQuery(
      400,
      'invalid',
      "'EU' violates constraint 'constraints/gcp.resourceLocations' on the resource 'projects/acme-analytics'.",
    ),
    says: /gcp\.resourceLocations allows/,
  },
  {
    name: 'member forbidden',
    on: DATASET,
    status: 400,
    body: bigQuery(400, 'invalid', 'IAM setPolicy failed for Dataset D: Operation denied by org policy on resource.'),
    says: /An organisation policy does not let this account in/,
  },
  {
    name: 'no right to create',
    on: DATASETS,
    status: 403,
    body: bigQuery(
      403,
      'accessDenied',
      'Access Denied: Project acme-analytics: User does not have bigquery.datasets.create permission in project acme-analytics.',
    ),
    says: /bigquery\.datasets\.create is missing.*permissions\/provisioner\.yaml/,
  },
  {
    name: 'a dry run that a perimeter stops',
    on: DRY,
    status: 403,
    body: bigQuery(
      403,
      'vpcServiceControls',
      "VPC Service Controls: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: zz9",
    ),
    says: /VPC Service Controls/,
    inputs: { patience_minutes: '0' },
  },
  // Secret Manager and GitHub.
  {
    name: 'secrets must be encrypted',
    on: 'POST /v1/projects/acme-analytics/secrets/segment-key:addVersion',
    status: 400,
    body: google(400, 'FAILED_PRECONDITION', 'Constraint constraints/gcp.restrictNonCmekServices violated for secret.'),
    says: /--kms-key-name/,
    inputs: { key_delivery: 'secret-manager', secret_manager_secret: 'projects/acme-analytics/secrets/segment-key' },
  },
  {
    name: 'token not valid',
    on: SECRETS,
    status: 401,
    body: { message: 'Bad credentials' },
    says: /Bad credentials/,
    inputs: toSecret,
  },
  {
    name: 'GITHUB_TOKEN',
    on: SECRETS,
    status: 403,
    body: { message: 'Resource not accessible by integration' },
    says: /GITHUB_TOKEN can never write secrets/,
    inputs: toSecret,
  },
  {
    name: 'too many secrets',
    on: 'PUT /repos/acme/data-platform/actions/secrets/',
    status: 422,
    body: { message: 'You have reached the maximum number of secrets' },
    says: /100 secrets in a repository/,
    inputs: toSecret,
  },
  // By kind.
  {
    name: 'not authenticated, even anew',
    on: `GET ${PROJECT}/roles`,
    status: 401,
    body: google(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
    says: /check how this workflow signs in/,
  },
  {
    name: 'what no row knows',
    on: `POST ${PROJECT}/roles`,
    status: 418,
    body: google(418, 'UNKNOWN', 'I am a teapot.'),
    says: /create the role.*iam said: I am a teapot\. \(418 UNKNOWN.*See the error pages of iam/,
  },
];

describe('each refusal has its remedy', () => {
  test.each(rows)('$name', async ({ on, status, body, says, inputs = {}, after }) => {
    const { github_token: asks, ...more } = inputs;
    const given = {
      mode: 'apply',
      ...more,
      ...(asks === undefined ? {} : { github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' }),
    };
    if (inputs['secret_manager_secret'] !== undefined)
      await at.owner('POST', '/v1/projects/acme-analytics/secrets?secretId=segment-key', {
        replication: { automatic: {} },
      });
    if (inputs['enable_apis'] !== undefined)
      await at.simulation.disableApi('acme-analytics', 'bigquery.googleapis.com');
    if (after === true) {
      await at.run({ mode: 'apply' });
      await at.run({ mode: 'revoke' });
    }
    await at.simulation.answers([{ on, status, body, times: 9 }]);
    const { code, stdout } = await at.run(given);
    expect(code).toBe(1);
    const errors = stdout
      .split('\n')
      .filter((line) => line.startsWith('::error::'))
      .join('\n');
    expect(errors.replaceAll('%25', '%')).toMatch(says);
    expect(errors).toMatch(/::error::Could not [a-z]/);
  });
});
