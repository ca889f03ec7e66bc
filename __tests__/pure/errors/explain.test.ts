import { describe, expect, test } from '@jest/globals';
import type { ApiErrorFacts } from '../../../src/errors/api-error.ts';
import { statusOfCode } from '../../../src/errors/api-error.ts';
import type { DiagnosticCode } from '../../../src/errors/codes.ts';
import { Blocked, sentence } from '../../../src/errors/diagnostic.ts';
import type { Problem } from '../../../src/errors/diagnostic.ts';
import { explain } from '../../../src/errors/explain.ts';
import { matches } from '../../../src/errors/remedies/row.ts';
import { rows } from '../../../src/errors/remedies/rows.ts';
import type { ServiceName } from '../../../src/errors/services.ts';
import { apiError } from './api-errors.ts';

/** What each service says, as Google and GitHub document it, and what a user is told to do. */

type Facts = Partial<ApiErrorFacts>;

const google = (service: ServiceName, code: number, words: string, status = statusOfCode(code)): Facts => {
  return { service, code, status, words };
};
const sts = (code: number, reason: string, words: string): Facts => ({ ...google('sts', code, words), reason });
const oauth2 = (words: string): Facts => ({ ...google('oauth2', 400, words), reason: 'invalid_grant' });
const bigQuery = (code: number, reason: string, words: string): Facts => ({
  ...google('bigquery', code, words),
  reason,
});
const gitHub = (code: number, words: string): Facts => google('github', code, words);
const violation = (type: string): ApiErrorFacts['details'] => [{ violations: [{ type, subject: 'x' }] }];
const off = (service: ServiceName, api: string, project: string): Facts => ({
  ...google(service, 403, `${api} has not been used in project ${project} before or it is disabled.`),
  reason: 'SERVICE_DISABLED',
  details: [{ reason: 'SERVICE_DISABLED', metadata: { service: api, consumer: `projects/${project}` } }],
});

const silent = (service: ServiceName, reason: string): Facts => ({ service, code: undefined, reason, words: 'x' });
const custom =
  'Operation denied by custom org policies: ["customConstraints/custom.onlyBlessedRoles": "Only roles of the platform team may be granted."]';

const cases: [DiagnosticCode, Facts, RegExp][] = [
  // What lies between.
  ['service.unreachable', silent('iam', 'time-limit'), /IAM took the request and said nothing/],
  ['service.unreadable', silent('bigquery', 'unreadable'), /in the place of BigQuery: a proxy, the sign-in page/],
  ['service.untrusted-certificate', silent('sts', 'certificate'), /NODE_EXTRA_CA_CERTS/],
  ['service.proxy-password', silent('github-oidc', 'proxy-password'), /put them into HTTPS_PROXY/],
  ['service.proxy-password', google('sts', 407, 'Proxy Authentication Required'), /put them into HTTPS_PROXY/],
  ['service.redirected', gitHub(301, 'a redirect'), /was renamed, use its present name/],
  ['service.redirected', google('iam', 307, 'a redirect'), /IAM never sends any/],
  ['sign-in.oidc-silent', silent('github-oidc', 'time-limit'), /is silent: run the job again later/],
  ['service.untrusted-certificate', silent('github-oidc', 'certificate'), /NODE_EXTRA_CA_CERTS/],
  ['service.unavailable', { service: 'github-oidc', code: 503, words: 'x' }, /GitHub is unavailable/],
  // Segment, and who tells which key is in use.
  ['segment.token-invalid', google('segment', 401, 'Unauthorized'), /segment_token is invalid.*was revoked/],
  ['segment.permission-missing', google('segment', 403, 'Forbidden'), /role Workspace Owner/],
  ['segment.rate-limited', google('segment', 429, 'Rate limit'), /raise patience_minutes/],
  ['segment.not-found', google('segment', 404, 'No such source'), /Check segment_region/],
  [
    'segment.refused',
    {
      ...google('segment', 422, 'settings.credentials: no key'),
      details: [{ metadata: { field: 'settings.credentials' } }],
    },
    /The field settings\.credentials is what Segment does not take/,
  ],
  ['segment.refused', google('segment', 415, 'Unsupported'), /What it says is what Segment does not take/],
  ['monitoring.permission-missing', google('monitoring', 403, 'Denied'), /monitoring\.timeSeries\.list/],
  // Policies of the organization.
  [
    'organization-policy.custom',
    google('cloudresourcemanager', 403, custom),
    /own constraint customConstraints\/custom\.onlyBlessedRoles forbids.*roles\/orgpolicy\.policyAdmin/,
  ],
  [
    'organization-policy.custom',
    google('cloudresourcemanager', 400, custom, 'FAILED_PRECONDITION'),
    /onlyBlessedRoles/,
  ],
  ['organization-policy.custom', google('iam', 403, custom), /onlyBlessedRoles/],
  ['organization-policy.custom', bigQuery(412, 'conditionNotMet', custom), /onlyBlessedRoles/],
  [
    'organization-policy.denied',
    google('iam', 403, "Operation denied by org policy: constraints/iam.somethingNew in force for 'projects/p'."),
    /policy iam\.somethingNew forbids/,
  ],
  [
    'organization-policy.denied',
    {
      ...google('secretmanager', 400, 'Refused.', 'FAILED_PRECONDITION'),
      words: 'Constraint constraints/gcp.x violated.',
    },
    /policy gcp\.x forbids/,
  ],
  [
    'bigquery.encryption',
    bigQuery(
      412,
      'conditionNotMet',
      'Operation denied by org policy: ["constraints/gcp.restrictNonCmekServices": "CMEK is required for bigquery.googleapis.com"].',
    ),
    /--default_kms_key KEY .*adopt: true/,
  ],
  [
    'bigquery.domain-restricted',
    bigQuery(412, 'conditionNotMet', 'not belong to a permitted customer'),
    /rejects this account/,
  ],
  [
    'project-policy.full',
    google(
      'cloudresourcemanager',
      400,
      'The size of the policy (262,500) is larger than the maximum allowed size 262,144 bytes.',
    ),
    /its size in bytes/,
  ],
  // Projects.
  [
    'project.deleted',
    google('iam', 403, 'Project #123456789 has been deleted.'),
    /project 123456789 does not exist any more/,
  ],
  [
    'project.deleted',
    { ...google('iam', 403, "Project 'acme-old' not found or deleted."), reason: 'USER_PROJECT_DENIED' },
    /acme-old .*gcloud projects undelete/,
  ],
  [
    'project.no-quota-project',
    {
      ...off('cloudresourcemanager', 'cloudresourcemanager.googleapis.com', '764086051850'),
      words: 'The cloudresourcemanager.googleapis.com API requires a quota project, which is not set by default.',
    },
    /set-quota-project PROJECT, or set GOOGLE_CLOUD_QUOTA_PROJECT/,
  ],
  // Signing in, less common.
  [
    'sign-in.issuer-unreachable',
    sts(400, 'invalid_grant', "Error connecting to the given credential's issuer."),
    /reachable from the internet, or upload its keys/,
  ],
  ['sign-in.person-expired', oauth2('Token has been expired or revoked.'), /gcloud auth application-default login/],
  // GitHub's refusals.
  [
    'github.rate-limited',
    {
      ...gitHub(403, 'API rate limit exceeded for installation ID 123.'),
      reason: 'rateLimitExceeded',
      details: [{ metadata: { resetsAt: '2026-11-25T12:00:00.000Z' } }],
    },
    /after 2026-11-25T12:00:00\.000Z, when it is lifted/,
  ],
  [
    'github.address-not-allowed',
    gitHub(
      403,
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
    ),
    /a runner whose address is in its IP allow list/,
  ],
  [
    'github.sso-required',
    gitHub(
      403,
      'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.',
    ),
    /Configure SSO/,
  ],
  ['github.archived', gitHub(403, 'Repository was archived so is read-only.'), /unarchive it/],
  [
    'github.token-lifetime',
    gitHub(
      403,
      "`acme` forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days.",
    ),
    /make one that ends within the days/,
  ],
  [
    'github.token-kind',
    gitHub(403, '`acme` forbids access via a personal access token (classic). Please use a GitHub App.'),
    /does not take this kind of token/,
  ],
  ['github.account-suspended', gitHub(403, 'Sorry. Your account was suspended.'), /a token of another one/],
  [
    'github.repository-unknown',
    { ...gitHub(404, 'Not Found'), reason: 'unknownRepository', details: [{ metadata: { repository: 'acme/gone' } }] },
    /Check acme\/gone in secret_repositories/,
  ],
  // Signing in.
  [
    'sign-in.provider-unknown',
    sts(
      400,
      'invalid_target',
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    ),
    /project NUMBER \(not its id\), and pool and provider must exist/,
  ],
  [
    'sign-in.provider-name',
    sts(
      400,
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider.',
    ),
    /full name of the provider, not of the pool/,
  ],
  [
    'sign-in.attribute-condition',
    sts(401, 'unauthorized_client', 'The given credential is rejected by the attribute condition.'),
    /claims are case-sensitive.*gcloud iam workload-identity-pools providers describe 'PROVIDER'/,
  ],
  [
    'sign-in.attribute-condition',
    {
      ...sts(401, 'unauthorized_client', 'The given credential is rejected by the attribute condition.'),
      details: [
        {
          metadata: {
            provider: 'projects/1/locations/global/workloadIdentityPools/github/providers/repository',
            claims: 'sub repo:acme/other, ref refs/heads/main',
          },
        },
      ],
    },
    /token says: sub repo:acme\/other, ref refs\/heads\/main\. .* describe 'repository' --workload-identity-pool 'github' --location global --project '1' shows it/,
  ],
  [
    'sign-in.audience',
    sts(400, 'invalid_grant', 'The audience in JWT does not match the expected values.'),
    /Set audience to one of the provider's allowed audiences/,
  ],
  [
    'sign-in.issuer',
    sts(
      400,
      'invalid_grant',
      'The issuer in ID Token https://ghes.example.com does not match the expected ones: https://token.actions.githubusercontent.com',
    ),
    /The provider trusts another issuer/,
  ],
  [
    'sign-in.subject-too-long',
    sts(400, 'invalid_grant', 'The size of mapped attribute google.subject exceeds the 127 bytes limit.'),
    /Map google\.subject to something shorter/,
  ],
  [
    'sign-in.token-expired',
    sts(400, 'invalid_grant', 'ID Token issued at 1 is stale to sign-in.'),
    /run the job again/,
  ],
  [
    'sign-in.no-oidc-token',
    { service: 'github-oidc', code: 401, words: 'Failed to get ID Token.' },
    /permissions: id-token: write/,
  ],
  [
    'sign-in.impersonation-denied',
    google(
      'iamcredentials',
      403,
      "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    ),
    /roles\/iam\.workloadIdentityUser/,
  ],
  [
    'sign-in.impersonation-denied',
    google('iamcredentials', 404, 'Not found; Gaia id not found for email provisioner@acme-ci'),
    /Check service_account/,
  ],
  [
    'sign-in.token-lifetime',
    google('iamcredentials', 400, 'The access token lifetime cannot exceed 3600 seconds.'),
    /clock of this runner may be wrong/,
  ],
  ['sign-in.key-invalid', oauth2('Invalid JWT Signature.'), /look at the keys/],
  ['sign-in.account-unknown', oauth2('Invalid grant: account not found'), /was deleted, or is too new/],
  ['sign-in.account-disabled', oauth2('Service account is disabled.'), /is disabled/],
  [
    'sign-in.clock',
    oauth2(
      'Invalid JWT: Token must be a short-lived token and in a reasonable timeframe. Check your iat and exp values and use a clock with skew to account for clock differences between systems.',
    ),
    /clock of this runner is wrong/,
  ],
  // Perimeters, quota projects, billing, APIs.
  [
    'project.perimeter',
    google(
      'iam',
      403,
      "VPC Service Controls: Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: aBc-123",
    ),
    /ingress rule .*unique identifier aBc-123/,
  ],
  [
    'project.perimeter',
    { ...bigQuery(403, 'vpcServiceControls', "VPC Service Controls: Request is prohibited by organization's policy.") },
    /No role helps here/,
  ],
  [
    'project.quota-project',
    {
      ...google('iam', 403, 'Caller does not have required permission to use project x.'),
      reason: 'USER_PROJECT_DENIED',
    },
    /roles\/serviceusage\.serviceUsageConsumer/,
  ],
  [
    'api.being-switched',
    google(
      'serviceusage',
      400,
      'Another activation or deactivation is in progress for the following project(s): acme-analytics',
    ),
    /run again in a few minutes/,
  ],
  [
    'project.no-billing',
    bigQuery(
      403,
      'billingNotEnabled',
      'Billing has not been enabled for this project. Enable billing at https://console.cloud.google.com/billing.',
    ),
    /gcloud billing projects link PROJECT --billing-account ACCOUNT/,
  ],
  [
    'api.disabled',
    off('sts', 'sts.googleapis.com', '123456'),
    /gcloud services enable 'sts\.googleapis\.com' --project '123456'/,
  ],
  [
    'api.disabled',
    off('iam', 'iam.googleapis.com', '77'),
    /gcloud services enable 'iam\.googleapis\.com' --project '77'/,
  ],
  // Keys.
  [
    'iam.key-creation-forbidden',
    {
      ...google('iam', 400, 'Key creation is not allowed on this service account.', 'FAILED_PRECONDITION'),
      details: violation('constraints/iam.managed.disableServiceAccountKeyCreation'),
    },
    /policy iam\.managed\.disableServiceAccountKeyCreation forbids creating keys here.*set key_lifetime_days/,
  ],
  [
    'iam.key-creation-forbidden',
    google('iam', 400, 'Key creation is not allowed on this service account.', 'FAILED_PRECONDITION'),
    /policy iam\.managed\.disableServiceAccountKeyCreation .*or iam\.disableServiceAccountKeyCreation forbids/,
  ],
  [
    'iam.key-upload-forbidden',
    google(
      'iam',
      400,
      'Constraint `constraints/iam.disableServiceAccountKeyUpload` violated for service account x attempting to upload public key.',
      'FAILED_PRECONDITION',
    ),
    /forbids uploading keys here.*leave out key_lifetime_days/,
  ],
  [
    'iam.too-many-keys',
    google('iam', 400, 'Precondition check failed.', 'FAILED_PRECONDITION'),
    /most likely has ten keys/,
  ],
  [
    'iam.too-many-keys',
    google('iam', 429, 'Maximum number of keys on account reached.'),
    /has ten keys, the most that Google allows/,
  ],
  // Roles and accounts.
  [
    'iam.role-name-taken',
    google(
      'iam',
      400,
      "You can't create a role_id (segmentReverseEtl) which has been marked for deletion.",
      'FAILED_PRECONDITION',
    ),
    /Set role_id to another name/,
  ],
  [
    'iam.permission-unsupported',
    google('iam', 400, 'Permission bigquery.readsessions.create is not valid.'),
    /bigquery\.readsessions\.create cannot be in a custom role/,
  ],
  [
    'iam.too-many-roles',
    google('iam', 400, 'Maximum number of roles reached. Maximum is: 300', 'RESOURCE_EXHAUSTED'),
    /300 custom roles/,
  ],
  [
    'iam.too-many-accounts',
    google('iam', 429, 'Maximum number of service accounts on project reached.'),
    /as many service accounts as its quota allows/,
  ],
  [
    'iam.account-creation-forbidden',
    google('iam', 400, 'Service account creation is not allowed on this project.', 'FAILED_PRECONDITION'),
    /iam\.disableServiceAccountCreation.*adopt: true/,
  ],
  [
    'iam.disabled-by-google',
    google(
      'iam',
      400,
      'The service account was disabled because its key was exposed or compromised.',
      'FAILED_PRECONDITION',
    ),
    /Google itself disabled it/,
  ],
  // The project's policy.
  [
    'project-policy.domain-restricted',
    google(
      'cloudresourcemanager',
      400,
      'One or more users named in the policy do not belong to a permitted customer, perhaps due to an organization policy.',
      'FAILED_PRECONDITION',
    ),
    /domain-restricted sharing/,
  ],
  [
    'project-policy.full',
    google(
      'cloudresourcemanager',
      400,
      'The number of members in the policy (1,501) is larger than the maximum allowed size 1,500.',
    ),
    /replace single principals by groups/,
  ],
  [
    'project-policy.denied',
    google('cloudresourcemanager', 403, 'Policy update access denied.'),
    /gcloud iam policies list --kind denypolicies/,
  ],
  [
    'project-policy.leftover',
    google(
      'cloudresourcemanager',
      400,
      "Inconsistent representation of deleted member: 'deleted:serviceAccount:E?uid=1' and 'serviceAccount:E'",
    ),
    /still names a deleted account with this e-mail/,
  ],
  // BigQuery.
  [
    'bigquery.api-disabled',
    bigQuery(400, 'invalid', 'The project acme-analytics has not enabled BigQuery.'),
    /enable_apis: true, or run gcloud services enable 'bigquery\.googleapis\.com' --project 'acme-analytics'/,
  ],
  [
    'bigquery.quota',
    bigQuery(403, 'quotaExceeded', 'Quota exceeded: Your project exceeded quota for free query bytes scanned.'),
    /wait for the next day/,
  ],
  [
    'bigquery.location',
    bigQuery(
      400,
      'invalid',
      "'EU' violates constraint 'constraints/gcp.resourceLocations' on the resource 'projects/acme-analytics'.",
    ),
    /gcp\.resourceLocations allows/,
  ],
  [
    'bigquery.domain-restricted',
    bigQuery(400, 'invalid', 'IAM setPolicy failed for Dataset D: Operation denied by org policy on resource.'),
    /organization policy rejects this account/,
  ],
  [
    'bigquery.account-too-new',
    bigQuery(400, 'invalid', 'Service account segment@acme.iam.gserviceaccount.com does not exist.'),
    /up to two minutes/,
  ],
  // Secret Manager and GitHub.
  [
    'secret-manager.encryption',
    google(
      'secretmanager',
      400,
      'Constraint constraints/gcp.restrictNonCmekServices violated for secret.',
      'FAILED_PRECONDITION',
    ),
    /--kms-key-name/,
  ],
  [
    'secret-manager.missing',
    google('secretmanager', 404, 'Secret [projects/1/secrets/s] not found.'),
    /gcloud secrets create SECRET --replication-policy automatic/,
  ],
  ['github.token-invalid', gitHub(401, 'Bad credentials'), /replace it/],
  [
    'github.permission-missing',
    gitHub(403, 'Resource not accessible by integration'),
    /GITHUB_TOKEN can never write secrets/,
  ],
  ['github.permission-missing', gitHub(404, 'Not Found'), /Secrets: write and Variables: write/],
  [
    'github.too-many-secrets',
    gitHub(422, 'You have reached the maximum number of secrets'),
    /100 secrets in a repository/,
  ],
  // By kind.
  [
    'service.permission-missing',
    bigQuery(
      403,
      'accessDenied',
      'Access Denied: Project acme-analytics: User does not have bigquery.datasets.create permission in project acme-analytics.',
    ),
    /lacks the permission bigquery\.datasets\.create: .*permissions\/provisioner\.yaml/,
  ],
  [
    'service.permission-missing',
    { ...google('iam', 403, 'Permission denied.'), details: [{ metadata: { permission: 'iam.roles.get' } }] },
    /lacks the permission iam\.roles\.get/,
  ],
  [
    'service.permission-missing',
    google('cloudresourcemanager', 403, 'The caller does not have permission'),
    /lacks a permission.*check that project_id exists/,
  ],
  [
    'service.unauthenticated',
    google('iam', 401, 'Request had invalid authentication credentials.', 'UNAUTHENTICATED'),
    /check how this workflow signs in/,
  ],
  ['service.conflict', google('iam', 409, 'There were concurrent policy changes.'), /one concurrency group/],
  ['service.conflict', google('bigquery', 412, 'Precondition check failed.'), /one concurrency group/],
  ['service.rate-limited', gitHub(429, 'Too many requests'), /GitHub limits how often it is called: run again later/],
  ['service.unavailable', gitHub(503, 'Service unavailable'), /GitHub is unavailable: run again later/],
  [
    'service.unavailable',
    bigQuery(500, 'internalError', 'An internal error occurred.'),
    /BigQuery is unavailable.*next run resumes/,
  ],
  ['service.refused', google('iam', 418, 'I am a teapot.', 'UNKNOWN'), /See the error reference of IAM for UNKNOWN/],
  [
    'service.unreachable',
    { service: 'iam', code: undefined, words: 'ECONNREFUSED: connect' },
    /Check the network and its proxies/,
  ],
];

describe('explain: what a service said → code and remedy', () => {
  test.each(cases)('%s: %j', (code, facts, remedy) => {
    const [problem, ...others] = explain(apiError(facts));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ severity: 'error', code, attempted: 'do it' });
    expect(problem?.remedy).toMatch(remedy);
  });

  test('every row of the table → has a case above that reaches it', () => {
    const reached = new Set(cases.map(([, facts]) => rows.find((row) => matches(row, apiError(facts)))));
    expect(rows.filter((row) => !reached.has(row)).map(({ code, words }) => ({ code, words }))).toEqual([]);
  });

  test('every remedy → one plain line that ends as a sentence, with one spelling', () => {
    for (const [, facts] of cases) {
      const remedy = explain(apiError(facts))[0]?.remedy ?? '';
      expect(remedy).toMatch(/^[A-Za-z].*\.$/);
      expect(remedy).not.toMatch(/organisation|unwell|undefined/);
    }
  });
});

describe('explain: the words of a problem', () => {
  const said = (facts: Facts): string => explain(apiError(facts)).map(sentence).join('\n');

  test('an answer → attempted, said by whom, status, reason, request, remedy', () => {
    const facts = { ...bigQuery(403, 'accessDenied', 'Access Denied.'), call: 'create the dataset', requestId: 'r1' };
    expect(said(facts)).toMatch(
      /^Could not create the dataset: BigQuery said: Access Denied\. \(403 PERMISSION_DENIED, accessDenied, request r1\)\. The workflow's identity lacks a permission/,
    );
  });

  test('no answer → says so', () => {
    expect(said({ service: 'github', code: undefined, words: 'ECONNREFUSED' })).toMatch(
      /^Could not do it: no answer from GitHub: ECONNREFUSED\. Check the network/,
    );
  });

  test('an answer in the place of the service → never said to be its words', () => {
    const words = 'the answer cannot be used: it is no JSON object';
    expect(said({ service: 'iam', code: undefined, reason: 'unreadable', words })).toMatch(
      /^Could not do it: no answer of IAM came: the answer cannot be used: it is no JSON object\. Something may/,
    );
  });
});

describe('explain: not from a service', () => {
  const problem: Problem = { severity: 'error', code: 'defect', attempted: 'a', because: 'b', remedy: 'c' };

  test('Blocked → its problems, all of them', () => {
    const problems = [problem, { ...problem, attempted: 'd' }];
    expect(explain(new Blocked(problems))).toEqual(problems);
  });

  test.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['words', 'words'],
    [undefined, 'undefined'],
  ])('%s → a defect, to be reported', (thrown, because) => {
    expect(explain(thrown)).toMatchObject([{ code: 'defect', because, remedy: expect.stringMatching(/report it/) }]);
  });
});
