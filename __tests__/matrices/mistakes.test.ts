import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Controls } from '../../simulator/control.ts';
import { openInside } from '../../harness/inside.ts';
import type { Inside } from '../../harness/inside.ts';
import { ACCOUNT_PATH, PROJECT } from '../../harness/names.ts';

/**
 * The mistakes that people make when they set this up, one by one: each is answered with what to do, and with a link to where
 * that is explained. Those of the runner's environment are in `__tests__/action/events.test.ts` and `refusals.test.ts`.
 */
let at: Inside;
let empty: Controls['world'];
let provider = '';
beforeAll(async () => {
  at = await openInside();
  empty = at.keep();
  provider = at.env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '';
});
afterAll(() => at.close());

type Inputs = Readonly<Record<string, string>>;
/** What is wrong → inputs, what the log must say, and what there was before. */
type Row = readonly [name: string, inputs: Inputs | (() => Inputs), says: RegExp, before?: () => Promise<unknown>];

const dataset = (datasetId: string, location: string): Promise<unknown> =>
  at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
    datasetReference: { projectId: PROJECT, datasetId },
    location,
  });
const change = async (what: object): Promise<void> => {
  const reply = await fetch(`${at.env['GITHUB_API_URL'] ?? ''}/_simulator/change`, {
    method: 'POST',
    body: JSON.stringify(what),
  });
  expect(reply.status).toBe(200);
};
const tenKeys = async (): Promise<void> => {
  await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'segment-reverse-etl' });
  for (let count = 0; count < 10; count += 1) await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
};
const setUp = (): Promise<unknown> => at.run({ mode: 'apply' });
const secretWith =
  (token: string, more: Inputs = {}) =>
  (): Inputs => ({
    ...{ key_delivery: 'github-secret', github_token: at.env[token] ?? token, ...more },
  });
const scoped = (sources: string): Inputs => ({ access_mode: 'scoped', source_datasets: sources });
const WHOLE = 'ghp_0123456789abcdefghijABCDEFGHIJ456789';

const rows: readonly Row[] = [
  // Signing in.
  [
    'provider: the pool',
    () => ({ workload_identity_provider: provider.replace(/\/providers.*/, '') }),
    /add \/providers\/PROVIDER/,
  ],
  [
    'provider: by project ID',
    () => ({ workload_identity_provider: provider.replace(/\d+/, 'acme-ci') }),
    /gcloud projects describe 'acme-ci' --format='value\(projectNumber\)' prints the number/,
  ],
  [
    'provider: there is none',
    () => ({ workload_identity_provider: provider.replace(/repository$/, 'typo') }),
    /providers list --workload-identity-pool 'github' --location global --project '\d+' lists them/,
  ],
  [
    'provider: with its service',
    () => ({ workload_identity_provider: `//iam.googleapis.com/${provider}` }),
    /Use projects\/.*, without what comes before/,
  ],
  [
    'provider: as a URL',
    () => ({ workload_identity_provider: `https://iam.googleapis.com/${provider}` }),
    /Use projects\/.*, without what comes before/,
  ],
  [
    'service account: may not be impersonated',
    { service_account: 'nobody@acme-ci.iam.gserviceaccount.com' },
    /This run is principal:\/\/.* gcloud iam service-accounts add-iam-policy-binding 'nobody@/,
  ],
  ['service account: a name', { service_account: 'provisioner' }, /NAME@PROJECT\.iam\.gserviceaccount\.com/],
  [
    'service account: a member',
    { service_account: 'serviceAccount:robot@acme-ci.iam.gserviceaccount.com' },
    /Did you mean robot@acme-ci/,
  ],
  [
    'service account: the reader applies',
    () => ({ service_account: at.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '' }),
    /Is service_account the provisioner\? The reader is for plan and check alone/,
  ],
  [
    'another repository',
    {},
    /attribute condition rejects.*repository acme\/other.* providers describe 'repository'/,
    () => change({ claims: { repository: 'acme/other', repository_id: '1' } }),
  ],
  [
    'IAM is off where the identity is',
    {},
    /gcloud services enable/,
    () => change({ disabledApis: { 'acme-ci': ['iam.googleapis.com'] } }),
  ],
  // The project.
  [
    'project: a number',
    { project_id: '123456789012' },
    /gcloud projects describe '123456789012' --format='value\(projectId\)' prints it/,
  ],
  [
    'project: misspelt',
    { project_id: 'acme-analytiks' },
    /Check that project_id names the project that you mean: gcloud projects describe 'acme-analytiks'/,
  ],
  ['project: its display name', { project_id: 'Acme Analytics' }, /6 to 30 lowercase letters/],
  ['project: in quotes', { project_id: '"acme-analytics"' }, /Did you mean acme-analytics\?/],
  ['project: empty', { project_id: '' }, /does not exist here reads as empty/],
  [
    'BigQuery is off in it',
    {},
    /Set enable_apis: true, or run gcloud services enable 'bigquery\.googleapis\.com'/,
    () => change({ disabledApis: { [PROJECT]: ['bigquery.googleapis.com'] } }),
  ],
  [
    'keys are forbidden in it',
    {},
    /set key_lifetime_days.*iam\.disableServiceAccountKeyCreation/,
    () => change({ constraints: { [PROJECT]: ['iam.disableServiceAccountKeyCreation'] } }),
  ],
  // Where the data is.
  ['location: another notation', { location: 'europe-west-1' }, /Did you mean europe-west1\?/],
  ['location: as on AWS', { location: 'eu-west1' }, /Did you mean europe-west1\?/],
  ['location: a place', { location: 'Europe' }, /Did you mean EU\?/],
  ['location: a zone', { location: 'europe-west1-b' }, /Did you mean europe-west1\?/],
  ['location: none', { location: '' }, /Set location to where the data is.*or name those datasets in source_datasets/],
  [
    'location: the data is elsewhere',
    { location: 'europe-west1', ...scoped('shop') },
    /give each location a source of its own/,
    () => dataset('shop', 'EU'),
  ],
  [
    'location: the state is elsewhere',
    {},
    /Set location: US \(and the same in Segment's Data Location field\)/,
    () => dataset('__segment_reverse_etl', 'US'),
  ],
  [
    'location: datasets in two',
    { location: '', ...scoped('shop\nlogs') },
    /give each location a source of its own/,
    async () => [await dataset('shop', 'EU'), await dataset('logs', 'US')],
  ],
  ['dataset: misspelt', scoped('shopp'), /Check its name in source_datasets/],
  ['dataset: with a colon', scoped('acme-analytics:shop'), /acme-analytics\.shop/],
  ['dataset: a table', scoped('acme-analytics.shop.orders'), /a table is in the dataset acme-analytics\.shop/],
  ['dataset: a YAML list', scoped('- shop\n- crm'), /without dashes, quotes and brackets/],
  ['dataset: a JSON list', scoped('["shop","crm"]'), /without dashes, quotes and brackets/],
  ['table: in backticks', { proof_tables: '`shop.orders`' }, /Did you mean shop\.orders\?/],
  // Names.
  ['role: a hyphen', { role_id: 'segment-reverse-etl' }, /no hyphen\)\. Did you mean segment_reverse_etl\?/],
  [
    'role: its full name',
    { role_id: `projects/${PROJECT}/roles/segmentReverseEtl` },
    /Did you mean segmentReverseEtl\?/,
  ],
  ['account: its email', { account_id: `segment@${PROJECT}.iam.gserviceaccount.com` }, /Did you mean segment\?/],
  ['account: somebody else made it', {}, /Set adopt: true to take it over, or account_id to another name/, tenKeys],
  ['account: it has ten keys', { adopt: 'true' }, /gcloud iam service-accounts keys list/, tenKeys],
  // Where the key goes.
  [
    'token: missing',
    { key_delivery: 'github-secret' },
    /Secrets: write and Variables: write.*does not exist here reads as empty/,
  ],
  ['token: of the job', secretWith('SIMULATOR_GITHUB_JOB_TOKEN'), /GITHUB_TOKEN can never write secrets/],
  ['token: secrets only', secretWith('SIMULATOR_GITHUB_SECRETS_ONLY_TOKEN'), /Secrets: write and Variables: write/],
  ['token: cut', secretWith('ghx_expired'), /Use a whole token/],
  ['token: not valid any more', secretWith(WHOLE.replace('ghp_', 'ghx_')), /not valid|expired|revoked/],
  [
    'environment: there is none',
    secretWith('SIMULATOR_GITHUB_TOKEN', { secret_scope: 'environment:prod' }),
    /If the environment prod does not exist yet, create it/,
  ],
  [
    'organization: not ours',
    secretWith('SIMULATOR_GITHUB_FINE_GRAINED_TOKEN', { secret_scope: 'organization:other' }),
    /Check that the organization other exists/,
  ],
  [
    'secret: a hyphen',
    secretWith('SIMULATOR_GITHUB_TOKEN', { secret_name: 'segment-key' }),
    /Did you mean segment_key\?/,
  ],
  ['delivery: misspelt', { key_delivery: 'github_secret' }, /Did you mean github-secret\?/],
  [
    'Secret Manager: a short name',
    { key_delivery: 'secret-manager', secret_manager_secret: 'segment-key' },
    /Use projects\/PROJECT\/secrets\/SECRET/,
  ],
  [
    'Secret Manager: a version',
    { key_delivery: 'secret-manager', secret_manager_secret: `projects/${PROJECT}/secrets/key/versions/latest` },
    /Did you mean projects\/acme-analytics\/secrets\/key\?/,
  ],
  [
    'Secret Manager: there is none',
    { key_delivery: 'secret-manager', secret_manager_secret: `projects/${PROJECT}/secrets/key` },
    /gcloud secrets create 'key' --project 'acme-analytics'/,
  ],
  [
    'Secret Manager: forgotten in key_delivery',
    { secret_manager_secret: `projects/${PROJECT}/secrets/key` },
    /Set key_delivery: secret-manager, or remove it/,
  ],
  ['days: with a unit', { key_max_age_days: '90d' }, /Did you mean 90\?/],
  [
    'days: they do not fit',
    { key_max_age_days: '90', key_overlap_days: '14', key_lifetime_days: '100' },
    /Raise key_lifetime_days, or lower the other two/,
  ],
  // What to do.
  ['mode: upper case', { mode: 'Apply' }, /Did you mean apply\?/],
  ['mode: of another tool', { mode: 'dry-run' }, /Use one of plan, check, apply/],
  ['access mode: upper case', { access_mode: 'Limited' }, /Did you mean limited\?/],
  ['boolean: yes', { adopt: 'yes' }, /Did you mean true\?/],
  ['boolean: in quotes', { adopt: "'true'" }, /Did you mean true\?/],
  ['verify: on', { verify: 'on' }, /Did you mean true\?/],
  [
    'credentials: no JSON',
    { mode: 'check', credentials_json: '***' },
    /Use the JSON key file of a service account, whole/,
  ],
  [
    'credentials: base64',
    { mode: 'check', credentials_json: Buffer.from('{"type":"service_account"}').toString('base64') },
    /Use the JSON key file of a service account, whole/,
  ],
  [
    'credentials: empty, and proof is required',
    () => ({
      mode: 'check',
      verify: 'required',
      credentials_json: '',
      service_account: at.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '',
    }),
    /Set credentials_json to the key in use/,
    setUp,
  ],
  ['review: a part of a digest', { expected_plan: '7c814456f9feb892' }, /plan_digest \(64 hexadecimal digits\)/],
  [
    'review: another digest',
    { expected_plan: 'a'.repeat(64) },
    /only a digest was given, so what differs cannot be told; this run would do: \+ create role/,
  ],
  ['comment: a cut token', { mode: 'plan', comment_token: 'ghx_bad' }, /Use a whole token/],
  ['revoke: no such account', { mode: 'revoke' }, /nothing to cut off\. Check account_id and project_id/],
];

test.each(rows.map((row) => [row[0], row] as const))('%s → fails, says what to do, and where', async (_name, row) => {
  const [, inputs, says, before] = row;
  at.restore(empty);
  await before?.();
  const { code, log, summary } = await at.run({ mode: 'apply', ...(typeof inputs === 'function' ? inputs() : inputs) });
  const errors = log.split('\n').filter((line) => line.startsWith('::error::'));
  expect(errors.join('\n')).toMatch(says);
  expect(code).toBe(1);
  expect(errors.find((line) => says.test(line))).toMatch(/ Help: https:\/\/\S+\/docs\/\w+\.md#\S+/);
  // Whoever looks at the summary alone finds it, too.
  expect(summary).toMatch(/^## ❌/);
});

test.each<readonly [string, Inputs]>([
  ['lower case', { location: 'eu' }],
  ['spaces and new lines', { project_id: ` ${PROJECT} \n`, location: 'EU\n', mode: 'plan ' }],
  ['CRLF', { impersonators: 'user:a@acme.example\r\nuser:b@acme.example\r\n' }],
])('%s is no mistake', async (_name, inputs) => {
  at.restore(empty);
  expect(await at.run({ mode: 'plan', ...inputs })).toMatchObject({ code: 0 });
});
