import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { readInputs } from '../../../src/inputs/parse.ts';
import type { Reading } from '../../../src/inputs/parse.ts';
import { inputGroups, reviewedInputs, rowsOf, runInputs, targetInputs } from '../../../src/inputs/schema.ts';
import type { Target } from '../../../src/inputs/target.ts';
import type { RunOptions } from '../../../src/inputs/options.ts';
import { Secret } from '../../../src/secret.ts';

const around = { name: 'workflow_dispatch', repository: 'acme/data', mayWrite: true, isOnDefaultBranch: true };
const good = { project_id: 'acme-analytics' };
const read = (given: Record<string, string>): Reading =>
  readInputs((name) => ({ ...good, ...given })[name] ?? '', around);
const problemsIn = (given: Record<string, string>): string[] => {
  const reading = read(given);
  return 'problems' in reading ? reading.problems.map(sentence) : [];
};
const accepted = (given: Record<string, string>): { target: Target; options: RunOptions; reviewed: object } => {
  const reading = read(given);
  if ('problems' in reading) throw new Error(reading.problems.map(sentence).join('\n'));
  return reading;
};

const provider = 'projects/1/locations/global/workloadIdentityPools/github/providers/github';
const email = 'segment-reverse-etl@acme-analytics.iam.gserviceaccount.com';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const keyFile = { client_email: email, private_key: privateKey, private_key_id: 'abc' };
const token = 'github-token-0123456789';

/** Input, what is given, where its value lies, and what it is. */
const valid: readonly (readonly [string, string, string, unknown])[] = [
  ['mode', 'check', 'options.mode', 'check'],
  ['project_id', ' acme-data ', 'target.projectId', 'acme-data'],
  ['project_id', 'example.com:analytics', 'target.projectId', 'example.com:analytics'],
  ['access_mode', 'full', 'target.access.mode', 'full'],
  ['location', 'us', 'target.access.location', 'US'],
  ['location', 'eu', 'target.access.location', 'EU'],
  ['location', 'Europe-West1', 'target.access.location', 'europe-west1'],
  ['location', 'northamerica-northeast1', 'target.access.location', 'northamerica-northeast1'],
  [
    'source_datasets',
    'shop, crm\nother-project.web shop acme-analytics.shop',
    'target.access.sourceDatasets',
    ['acme-analytics.shop', 'acme-analytics.crm', 'other-project.web'],
  ],
  ['read_api', 'storage', 'target.access.readApi', 'storage'],
  [
    'impersonators',
    'user:eve@acme.example,\n principalSet://iam.googleapis.com/a b \n',
    'target.access.impersonators',
    ['user:eve@acme.example', 'principalSet://iam.googleapis.com/a b'],
  ],
  ...[
    'domain:acme.example',
    'group:team@acme.example',
    'serviceAccount:runner@acme-prod.iam.gserviceaccount.com',
    'serviceAccount:acme-prod.svc.id.goog[airflow/worker]',
    'serviceAccount:acme.example:prod.svc.id.goog[airflow/worker]',
    'projectOwner:acme-prod',
    'projectEditor:acme-prod',
    'projectViewer:acme.example:prod',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/repo:a/b:ref:refs/heads/x',
    'principalSet://iam.googleapis.com/locations/global/workforcePools/p/group/team a',
    'principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAccount',
    'deleted:serviceAccount:x@p.iam.gserviceaccount.com?uid=123',
    'deleted:principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s',
  ].map((member) => ['impersonators', member, 'target.access.impersonators', [member]] as const),
  ['dataset_writers', 'group:team@acme.example', 'target.access.datasetWriters', ['group:team@acme.example']],
  [
    'accepted_access',
    'key.foreign retl abc\nproject-role.surplus acme roles/viewer',
    'target.access.acceptedAccess',
    ['key.foreign retl abc', 'project-role.surplus acme roles/viewer'],
  ],
  ['workload_identity_provider', provider, 'options.identity.provider', provider],
  ['service_account', email, 'options.identity.serviceAccount', email],
  ['audience', 'https://example.com', 'options.identity.audience', 'https://example.com'],
  ['account_id', 'segment-two', 'target.names.email', 'segment-two@acme-analytics.iam.gserviceaccount.com'],
  ['role_id', 'segment.two', 'target.names.role', 'projects/acme-analytics/roles/segment.two'],
  ['key_delivery', 'none', 'target.delivery.to', []],
  ['key_delivery', 'output output', 'target.delivery.to', ['output']],
  ['secret_name', 'segment_key', 'target.delivery.secretName', 'SEGMENT_KEY'],
  ['secret_scope', 'repository', 'target.delivery.secretScope', { kind: 'repository' }],
  [
    'secret_scope',
    'environment:prod/eu west',
    'target.delivery.secretScope',
    { kind: 'environment', environment: 'prod/eu west' },
  ],
  ['secret_scope', 'organization:acme', 'target.delivery.secretScope', { kind: 'organization', organization: 'acme' }],
  ['secret_visibility', 'all', 'target.delivery.secretVisibility', 'all'],
  ['secret_manager_secret', 'projects/p1/secrets/s', 'target.delivery.secretManagerSecret', 'projects/p1/secrets/s'],
  ['github_token', token, 'options.githubToken', new Secret(token)],
  ['segment_token', token, 'options.segmentToken', new Secret(token)],
  ['segment_region', 'eu', 'target.segment.region', 'eu'],
  ['segment_workspace', 'acme_corp-2', 'target.segment.workspace', 'acme_corp-2'],
  ['segment_source', 'warehouse', 'target.segment.source', 'warehouse'],
  ['segment_source_name', 'Acme: warehouse', 'target.segment.sourceName', 'Acme: warehouse'],
  [
    'segment_credentials_setting',
    'credentials',
    'target.segment.credentialsSetting',
    { name: 'credentials', as: undefined },
  ],
  [
    'segment_credentials_setting',
    'service_account=object',
    'target.segment.credentialsSetting',
    { name: 'service_account', as: 'object' },
  ],
  ['key_retirement', 'elapsed', 'target.segment.keyRetirement', 'elapsed'],
  ['proof_mapping', 'sub_1', 'target.segment.proofMapping', 'sub_1'],
  ['key_max_age_days', '1', 'target.keyLife.maxAgeDays', 1],
  ['key_overlap_days', '0', 'target.keyLife.overlapDays', 0],
  ['key_lifetime_days', '3650', 'target.keyLife.lifetimeDays', 3650],
  ['verify', 'False', 'options.verify', 'false'],
  ['verify', 'TRUE', 'options.verify', 'true'],
  ['verify', 'required', 'options.verify', 'required'],
  ['credentials_json', JSON.stringify(keyFile, null, 2), 'options.credentials.keyId', 'abc'],
  ['patience_minutes', '0.5', 'options.patienceMinutes', 0.5],
  ['patience_minutes', '60', 'options.patienceMinutes', 60],
  [
    'proof_tables',
    'shop.orders, other-project.crm.people$2024\n shop.table 01 ,shop.ग्राहक\nshop.สินค้า\nshop.sales–2024‿x\nshop.orders',
    'target.proofTables',
    ['shop.orders', 'other-project.crm.people$2024', 'shop.table 01', 'shop.ग्राहक', 'shop.สินค้า', 'shop.sales–2024‿x'],
  ],
  ['enable_apis', 'true', 'options.consent.enableApis', true],
  ['adopt', 'TRUE', 'options.consent.adopt', true],
  ['restore', 'true', 'options.consent.restore', true],
  ['prune', 'True', 'options.consent.prune', true],
  ['delete_dataset', 'true', 'options.consent.deleteDataset', true],
  ['forget', 'secret-manager, output', 'options.consent.forget', ['output', 'secret-manager']],
  ['delete_source', 'true', 'options.consent.deleteSource', true],

  ['comment', 'never', 'options.reporting.comment', 'never'],
  ['comment_token', token, 'options.reporting.commentToken', new Secret(token)],
  ['fail_on', 'missing', 'options.reporting.failOn', 'missing'],
  ['sarif_file', '/tmp/segment.sarif', 'options.reporting.sarifFile', '/tmp/segment.sarif'],
  ['plan_file', 'out/plan.json', 'options.reporting.planFile', 'out/plan.json'],
  ['config_file', '.github/targets.yml', 'options.fleet.configFile', '.github/targets.yml'],
  ['parallelism', '32', 'options.fleet.parallelism', 32],
  ['expected_plan', 'a'.repeat(64), 'options.reporting.expectedPlan', 'a'.repeat(64)],
  ['expected_plan', '{"version":1}', 'options.reporting.expectedPlan', '{"version":1}'],
  ['models', 'segment\n./a b/*.{yml,json}, x\n', 'options.models.paths', ['segment', './a b/*.{yml,json}, x']],
  ['dbt_manifest', 'dbt/target/manifest.json', 'options.models.dbtManifest', 'dbt/target/manifest.json'],
  [
    'dbt_select',
    'tag:crm\npath:models/segment, users',
    'options.models.dbtSelect',
    ['tag:crm', 'path:models/segment', 'users'],
  ],
  ['max_bytes', '20 GB', 'options.models.maxBytes', 20e9],
  ['max_bytes', '1.5 GiB', 'options.models.maxBytes', 1_610_612_736],
  ['max_bytes', '1000', 'options.models.maxBytes', 1000],
  ['price_per_tib', '6.25', 'options.models.pricePerTib', 6.25],
  ['models_fail_on', 'warning', 'options.reporting.modelsFailOn', 'warning'],
];

/** Input, what is given, and what the problem says is expected. */
const invalid: readonly (readonly [string, string, string])[] = [
  ['mode', 'aply', 'one of plan, check, apply, rotate, revoke, destroy, models'],
  ['models', '../x', 'without ..'],
  ['models', '/etc/models', 'relative to it'],
  ['models', 'a\\b', 'with /'],
  ['dbt_manifest', 'a/../../b', 'without ..'],
  ['dbt_select', 'state:modified', 'tag:NAME'],
  ['max_bytes', 'many', 'such as 20 GB'],
  ['max_bytes', '0', 'above 0'],
  ['price_per_tib', '$6', 'such as 6.25'],
  ['dataset_overrides', 'shop', 'FROM=TO'],
  ['dataset_overrides', 'shop=a b', 'FROM=TO'],
  ['models_fail_on', 'always', 'one of error, warning, never'],
  ['access_mode', 'scope', 'one of limited, full'],
  ['read_api', 'grpc', 'one of rest, storage'],
  ['enable_apis', 'on', 'true or false'],
  ['adopt', 'yes', 'true or false'],
  ['restore', '1', 'true or false'],
  ['prune', 'flase', 'true or false'],
  ['delete_dataset', 'no', 'true or false'],
  ['forget', 'none', 'one or more of output, github-secret, secret-manager, segment'],
  ['delete_source', 'no', 'true or false'],
  ['live_models', 'yes', 'true or false'],
  ['publish_models', 'yes', 'true or false'],
  ['prune_models', 'yes', 'true or false'],
  ['verify', 'tRUE', 'true, false or required'],
  ['verify', 'Required', 'true, false or required'],
  ['project_id', 'Acme', "a project's ID"],
  ['project_id', '123456789', "the project's ID, not its number: gcloud projects describe '123456789'"],
  ['location', 'europe-west-1', 'Did you mean europe-west1?'],
  ['location', 'eu-west1', 'Did you mean europe-west1?'],
  ['location', 'us-central1-b', 'Did you mean us-central1?'],
  ['location', 'Europe', 'a BigQuery location such as US, EU or europe-west1. Did you mean EU?'],
  ['source_datasets', 'acme-analytics:shop', 'one per line: acme-analytics.shop.'],
  [
    'source_datasets',
    'acme-analytics.shop.orders',
    'a table is in the dataset acme-analytics.shop, and proof_tables takes tables',
  ],
  ['source_datasets', '"shop"', 'without dashes, quotes and brackets'],
  [
    'workload_identity_provider',
    '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/p',
    'Use projects/1/locations/global/workloadIdentityPools/pool/providers/p, without what comes before.',
  ],
  ['account_id', 'ab', '6 to 30'],
  ['account_id', 'Segment', '6 to 30'],
  ['role_id', 'segment-reverse-etl', 'no hyphen'],
  ['role_id', 'x', '3 to 64'],
  ['secret_name', '1KEY', 'letters, digits'],
  ['secret_name', 'github_key', 'GITHUB_'],
  ['location', 'europe', 'a BigQuery location'],
  ['location', 'US; DROP', 'a BigQuery location'],
  ['source_datasets', 'my-dataset', 'DATASET or PROJECT.DATASET'],
  ...[
    ...['eve@acme.example', 'allUsers', 'allAuthenticatedUsers', 'user:eve', 'serviceAccount:p.svc.id.goog[ns]'],
    ...[
      'serviceAccount:p.svc.id.goog[a/b]c',
      'serviceAccount:p[a/b]',
      'projectOwner:',
      'principal:x',
      'owner:acme-prod',
    ],
  ].map((member) => ['impersonators', member, 'members as IAM policies name them'] as const),
  ['dataset_writers', 'eve@acme.example', 'members as IAM policies name them'],
  ['accepted_access', 'roles/viewer', 'lines of a finding and what it names'],
  ['service_account', 'someone@example.com', 'the email of a service account'],
  ['key_delivery', 'file', 'one or more of output, github-secret, secret-manager'],
  ['key_delivery', 'none output', 'none alone'],
  ['key_delivery', ',', 'none alone'],
  ['secret_scope', 'team', 'repository, environment:NAME or organization:NAME'],
  ['secret_scope', 'environment:', 'repository, environment:NAME or organization:NAME'],
  ['secret_scope', 'organization:-acme', 'repository, environment:NAME or organization:NAME'],
  ['secret_visibility', 'public', 'one of all, private, selected'],
  ['secret_repositories', 'acme/site/x', 'NAME or OWNER/NAME'],
  ['secret_manager_secret', 'my-secret', 'projects/PROJECT/secrets/SECRET'],
  ['secret_manager_secret', 'projects/p/secrets/s/versions/1', 'projects/PROJECT/secrets/SECRET'],
  ['segment_region', 'ap', 'one of us, eu'],
  ['segment_workspace', 'acme/corp', 'the ID or the slug of a workspace'],
  ['segment_source', 'my source', 'the slug or the ID of a source'],
  ['segment_source_name', 'x'.repeat(151), 'at most 150 characters'],
  ['segment_credentials_setting', 'credentials=json', 'NAME, NAME=object or NAME=string'],
  ['key_retirement', 'never', 'one of proven, elapsed'],
  ['proof_mapping', 'a b', 'the ID of a mapping'],
  ['key_max_age_days', '0', 'a whole number of days from 1'],
  ['key_max_age_days', '30.5', 'a whole number of days from 1'],
  ['key_overlap_days', '-1', 'a whole number of days from 0'],
  ['key_lifetime_days', '1', 'a whole number of days from 2'],
  ['key_lifetime_days', '99999', 'a whole number of days from 2 to 3650'],
  ['patience_minutes', '-1', 'a number of minutes'],
  ['patience_minutes', '61', 'a number of minutes'],
  ['patience_minutes', 'ten', 'a number of minutes'],
  ['proof_tables', 'orders', 'DATASET.TABLE'],
  ['proof_tables', 'shop.orders`;', 'DATASET.TABLE'],
  ['proof_tables', 'shop.orders shop.people', 'DATASET.TABLE'],
  ['proof_tables', 'shop.x\\', 'DATASET.TABLE'],
  ['comment', 'sometimes', 'one of on-change, always, never'],
  ['fail_on', 'sometimes', 'one of any, missing, surplus, never'],
  ['sarif_file', '../segment.sarif', 'the path of a file'],
  ['plan_file', 'out/', 'the path of a file'],
  ['config_file', '/etc/targets.yml', 'the path of a file in the workspace'],
  ['parallelism', '33', 'a whole number from 1 to 32'],
  ['shard', '3/2', 'K/N, the K-th of N parts'],
  ['shard', '0/2', 'K/N, the K-th of N parts'],
  ['targets', 'acme!', 'names of targets in config_file'],
  ['sarif_file', 'reports/', 'the path of a file'],
  [
    'workload_identity_provider',
    'projects/1/locations/global/workloadIdentityPools/pool',
    'what was given is the pool, so add /providers/PROVIDER',
  ],
];

/** Input, what is given and must not be repeated, and what is expected. */
const silent: readonly (readonly [string, string, string])[] = [
  ['credentials_json', 'hunter2', 'the JSON key file of a service account'],
  ['credentials_json', '{"private_key":"hunter2"}', 'the JSON key file of a service account'],
  ['credentials_json', JSON.stringify({ ...keyFile, private_key: ['hunter2'] }), 'the JSON key file'],
  ['credentials_json', 'null', 'the JSON key file of a service account'],
  ...[
    privateKey.replaceAll('\n', '\\n'),
    privateKey.slice(0, -200),
    privateKey.split('\n').slice(1, -2).join('\n'),
    privateKey.replaceAll('\n', ' '),
    privateKey.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'),
    privateKey.replaceAll('PRIVATE KEY', 'PUBLIC KEY'),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    '',
  ].map((pem) => ['credentials_json', JSON.stringify({ ...keyFile, private_key: pem }), 'PKCS #8 PEM'] as const),
  ...['github_token', 'comment_token', 'segment_token'].flatMap((name) => [
    [name, 'hunter2', 'a whole token'] as const,
    [name, 'hunter2-hunter2', 'a whole token'] as const,
  ]),
  ['expected_plan', 'hunter2', 'plan_digest'],
  ['expected_plan', '["hunter2"]', 'plan_digest'],
];

const at = (path: string, value: unknown): unknown =>
  path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], value);

const NOBODY = { impersonators: [], datasetWriters: [], acceptedAccess: [] };

/** Without which an input has no effect, and is refused. */
const needs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  secret_repositories: { secret_scope: 'organization:acme', secret_visibility: 'selected' },
  secret_manager_secret: { key_delivery: 'secret-manager' },
  dataset_overrides: { models: 'segment' },
};

describe('a value', () => {
  test.each(valid)('%s: %j → %s', (input, given, path, value) => {
    expect(at(path, accepted({ ...needs[input], [input]: given }))).toEqual(value);
  });

  test.each(valid)('%s: %j → is read from white space too', (input, given, path, value) => {
    expect(at(path, accepted({ ...needs[input], [input]: `\n ${given} ` }))).toEqual(value);
  });

  test.each(invalid)(
    '%s: %j → one problem with its name, what was given, and what is expected',
    (name, given, expected) => {
      const [problem, ...others] = problemsIn({ [name]: given });
      expect(others).toEqual([]);
      expect(problem).toContain(`Could not read the input ${name}: '${given}' is not valid. Use `);
      expect(problem).toContain(expected);
    },
  );

  test.each(silent)('%s: %j → one problem that does not repeat it', (name, given, expected) => {
    const [problem, ...others] = problemsIn({ [name]: given });
    expect(others).toEqual([]);
    expect(problem).toContain(`${name}: its value is not valid`);
    expect(problem).toContain(expected);
    expect(problem).not.toContain('hunter2');
    expect(problem).not.toMatch(/[A-Za-z0-9+/]{60}/);
  });

  test('every input: has an accepted and, unless any text will do, a refused value', () => {
    const names = rowsOf(inputGroups).map(({ input }) => input);
    const anyText = ['audience'];
    // What has no effect without another input is accepted in the rules' tables.
    const dependent = [
      ...['secret_repositories', 'dataset_overrides', 'live_models', 'publish_models', 'prune_models'],
      ...['targets', 'shard'],
    ];
    expect([...new Set([...valid.map(([name]) => name), ...dependent])].sort()).toEqual([...names].sort());
    expect([...new Set([...invalid, ...silent].map(([name]) => name))].sort()).toEqual(
      names.filter((name) => !anyText.includes(name)).sort(),
    );
  });
});

describe('readInputs', () => {
  test('nothing but the project: defaults', () => {
    expect(accepted({})).toMatchObject({
      target: {
        projectId: 'acme-analytics',
        names: { accountId: 'segment-reverse-etl', roleId: 'segmentReverseEtl', email },
        access: { mode: 'limited', location: undefined, sourceDatasets: [], readApi: 'rest', ...NOBODY },
        delivery: {
          to: ['output'],
          secretName: 'SEGMENT_BIGQUERY_CREDENTIALS',
          secretScope: { kind: 'repository' },
          secretVisibility: 'private',
          secretManagerSecret: undefined,
        },
        keyLife: { maxAgeDays: undefined, overlapDays: undefined, lifetimeDays: undefined },
        proofTables: [],
      },
      options: {
        mode: 'apply',
        verify: 'true',
        patienceMinutes: 10,
        consent: { adopt: false, restore: false, prune: false, deleteDataset: false, enableApis: false },
        identity: { provider: undefined, serviceAccount: undefined, audience: undefined },
        reporting: { comment: 'on-change', commentToken: undefined, failOn: 'any', expectedPlan: undefined },
        githubToken: undefined,
        credentials: undefined,
      },
    });
  });

  test('an empty value: as if it were not given', () => {
    const empty = Object.fromEntries(
      rowsOf(inputGroups).map(({ input }) => [input, input === 'project_id' ? good.project_id : ' ']),
    );
    expect(read(empty)).toEqual(read({}));
  });

  test('each default of action.yml: a value that its input accepts, and the one that is used', () => {
    const defaults = rowsOf(inputGroups).flatMap(({ input, default: text }) =>
      text === undefined || text.startsWith('${{') ? [] : [[input, text] as const],
    );
    expect(read(Object.fromEntries(defaults))).toEqual(read({}));
  });

  test('several mistakes: all problems at once, in the order of action.yml', () => {
    expect(problemsIn({ mode: 'x', adopt: 'x', role_id: 'a-b', project_id: '' })).toEqual([
      expect.stringContaining("mode: 'x' is not valid"),
      expect.stringContaining('project_id: it is required'),
      expect.stringContaining("role_id: 'a-b' is not valid"),
      expect.stringContaining("adopt: 'x' is not valid"),
    ]);
  });

  test('a list: a problem for each item', () => {
    expect(problemsIn({ source_datasets: 'a-b shop c-d' })).toEqual([
      expect.stringContaining("source_datasets: 'a-b'"),
      expect.stringContaining("source_datasets: 'c-d'"),
    ]);
  });

  test('what was given: is repeated on one line, and not without end', () => {
    const [problem = ''] = problemsIn({ mode: `plan\n::set-output name=x::y${'z'.repeat(10_000)}` });
    expect(problem).toContain("mode: 'plan ::set-output name=x::yz");
    expect(problem.length).toBeLessThan(400);
    expect(problem).not.toContain('\n');
  });

  test('every problem: an error about its input', () => {
    const reading = read({ mode: 'x', key_lifetime_days: '2', key_max_age_days: '2' });
    expect(reading).toMatchObject({
      problems: [
        { severity: 'error', code: 'input.invalid', subject: { input: 'mode' } },
        { severity: 'error', code: 'input.conflict', subject: { input: 'key_lifetime_days' } },
      ],
    });
  });
});

describe('what a review covers', () => {
  test('is every input of the target and every consent, and nothing else', () => {
    const names = (groups: Parameters<typeof rowsOf>[0]): string[] => rowsOf(groups).map(({ input }) => input);
    expect(names(reviewedInputs)).toEqual([...names(targetInputs), ...names({ consent: runInputs.consent })]);
    expect(names(runInputs).sort()).toEqual(
      [
        ...['mode', 'verify', 'patience_minutes', 'comment', 'comment_token', 'fail_on', 'sarif_file', 'expected_plan'],
        ...['config_file', 'targets', 'shard', 'parallelism', 'plan_file'],
        ...[
          'segment_token',
          'github_token',
          'credentials_json',
          'workload_identity_provider',
          'service_account',
          'audience',
        ],
        ...[
          'enable_apis',
          'adopt',
          'restore',
          'prune',
          'delete_dataset',
          'delete_source',
          'forget',
          'publish_models',
          'prune_models',
        ],
        ...[
          'models',
          'dbt_manifest',
          'dbt_select',
          'max_bytes',
          'price_per_tib',
          'live_models',
          'dataset_overrides',
          'models_fail_on',
        ],
      ].sort(),
    );
  });

  const reviewed = rowsOf(reviewedInputs).map(({ input }) => input);
  test.each([...valid, ['secret_repositories', 'site', '', ''] as const])(
    '%s: %j → changes it where a review covers the input, and only there',
    (input, given) => {
      const others: Record<string, string> = {
        secret_repositories: 'models',
        secret_manager_secret: 'projects/p1/secrets/other',
      };
      const other = others[input];
      const base = accepted({ ...needs[input], ...(other === undefined ? {} : { [input]: other }) });
      const changed = accepted({ ...needs[input], [input]: given });
      const isDefault = JSON.stringify(base) === JSON.stringify(changed);
      const isCovered = JSON.stringify(base.reviewed) !== JSON.stringify(changed.reviewed);
      expect({ input, isCovered }).toEqual({ input, isCovered: !isDefault && reviewed.includes(input) });
    },
  );

  test('lists: sorted, however they were given', () => {
    const one = accepted({ source_datasets: 'b a', proof_tables: 'b.t\na.t', impersonators: 'user:b@x.y\nuser:a@x.y' });
    const other = accepted({
      source_datasets: 'a b',
      proof_tables: 'a.t, b.t',
      impersonators: 'user:a@x.y,user:b@x.y',
    });
    expect(one.reviewed).toEqual(other.reviewed);
    expect(one.reviewed).toMatchObject({ source_datasets: ['acme-analytics.a', 'acme-analytics.b'] });
  });

  test('what was not given and has no default: left out', () => {
    expect(Object.keys(accepted({}).reviewed)).toEqual(
      rowsOf(reviewedInputs).flatMap(({ input, default: text, required }) =>
        text === undefined && required === undefined ? [] : [input],
      ),
    );
  });
});

describe('the slug of the source in Segment', () => {
  const slugOf = (given: Record<string, string>): string => accepted(given).target.segment.source;

  test.each([
    ['nothing but the project → names it', {}, 'bigquery-acme-analytics'],
    [
      'an account of another name → names that too',
      { account_id: 'segment-two' },
      'bigquery-acme-analytics-segment-two',
    ],
    [
      'a domain-scoped project → only what a slug may hold',
      { project_id: 'example.com:data-1' },
      'bigquery-example-com-data-1',
    ],
    ['given → as it was given', { segment_source: 'Warehouse_1' }, 'Warehouse_1'],
  ] as const)('%s', (_title, given, slug) => {
    expect(slugOf(given)).toBe(slug);
  });
});
