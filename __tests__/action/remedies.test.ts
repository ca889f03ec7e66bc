import { describe, expect, test } from '@jest/globals';
import { errorsIn } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { stage } from '../../harness/stage.ts';

/**
 * A service refuses in its own words, as Google and GitHub document them: what a user reads in the log. Every other row of
 * the table of remedies is in `__tests__/pure/errors/explain.test.ts`.
 */
const at = stage();

interface Row {
  readonly name: string;
  /** Which request is refused, `METHOD /path`. */
  readonly on: string;
  readonly status: number;
  readonly body: unknown;
  readonly says: RegExp;
  readonly inputs?: () => Record<string, string>;
}

const google = (code: number, status: string, message: string, more: object = {}): unknown => ({
  error: { code, message, status, ...more },
});
const PROJECT = '/v1/projects/acme-analytics';

const rows: Row[] = [
  {
    name: 'the token exchange, with an OAuth body',
    on: 'POST /v1/token',
    status: 401,
    body: {
      error: 'unauthorized_client',
      error_description: 'The given credential is rejected by the attribute condition.',
    },
    says: /^Could not exchange the workflow's OIDC token: Security Token Service said: .* rejected by the attribute condition\. \(401 UNAUTHENTICATED, unauthorized_client\)\. .*This run's token says: sub repo:acme\/data-platform\S*, .*claims are case-sensitive.* describe 'repository' --workload-identity-pool 'github'/,
  },
  {
    name: 'impersonation',
    on: 'POST /v1/projects/-/serviceAccounts/provisioner@',
    status: 403,
    body: google(403, 'PERMISSION_DENIED', "Permission 'iam.serviceAccounts.getAccessToken' denied on resource."),
    says: /^Could not impersonate provisioner@.*iam\.serviceAccounts\.getAccessToken.*roles\/iam\.workloadIdentityUser/,
  },
  {
    name: 'IAM, with the constraint in the details',
    on: `POST ${PROJECT}/serviceAccounts/segment-reverse-etl@acme-analytics.iam.gserviceaccount.com/keys`,
    status: 400,
    body: google(400, 'FAILED_PRECONDITION', 'Key creation is not allowed on this service account.', {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
          violations: [
            { type: 'constraints/iam.managed.disableServiceAccountKeyCreation', subject: 'x', description: 'no' },
          ],
        },
      ],
    }),
    says: /^Could not create a key of .*: IAM said: Key creation is not allowed.*iam\.managed\.disableServiceAccountKeyCreation forbids creating keys here.*set key_lifetime_days/,
  },
  {
    name: 'BigQuery, with a reason in its list of errors',
    on: 'POST /bigquery/v2/projects/acme-analytics/datasets',
    status: 403,
    body: {
      error: {
        code: 403,
        message: 'Billing has not been enabled for this project.',
        errors: [{ message: 'Billing has not been enabled.', domain: 'global', reason: 'billingNotEnabled' }],
        status: 'PERMISSION_DENIED',
      },
    },
    says: /^Could not create the dataset .*: BigQuery said: Billing has not been enabled.*billingNotEnabled.*gcloud billing projects link/,
  },
  {
    name: 'GitHub, while the key is delivered',
    on: 'PUT /repos/acme/data-platform/actions/secrets/',
    status: 422,
    body: { message: 'You have reached the maximum number of secrets' },
    says: /GitHub said: You have reached the maximum number of secrets.*GitHub allows 100 secrets in a repository/,
    inputs: () => ({
      key_delivery: 'github-secret',
      github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
    }),
  },
  {
    name: 'something that no row knows',
    on: `POST ${PROJECT}/roles`,
    status: 418,
    body: google(418, 'UNKNOWN', 'I am a teapot.'),
    says: /^Could not create the role .*: IAM said: I am a teapot\. \(418 UNKNOWN\)\. See the error reference of IAM/,
  },
];

describe('a refusal', () => {
  test.each(rows)(
    '$name → an error with what was attempted, what was said, and what to do',
    async ({ on, status, body, says, inputs }) => {
      await at.simulation.answers([{ on, status, body, times: 9 }]);
      const result = await at.run({ mode: 'apply', ...inputs?.() });
      expect(result).toEnd(1, { result: 'failed' });
      expect(errorsIn(result.stdout)).toContainEqual(expect.stringMatching(says));
      expect(errorsIn(result.stdout)[0]).toMatch(/^Could not [a-z]/);
    },
  );
});
