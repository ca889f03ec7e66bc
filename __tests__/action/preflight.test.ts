import { describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_PATH,
  DATASET_PATH,
  EMAIL,
  PROJECT,
  SECRETS_PATH,
  driftOf,
  stage,
  writes,
} from '../../harness/stage.ts';
import { withoutPermission } from './lesser.ts';

const at = stage();
const errors = (stdout: string): string =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('::error::'))
    .join('\n');

describe('before anything is written', () => {
  const five = [
    'iam.roles.create',
    'iam.serviceAccounts.create',
    'iam.serviceAccountKeys.create',
    'resourcemanager.projects.setIamPolicy',
    'bigquery.datasets.create',
  ];

  test('five permissions that are lacking are named at once, with the one command that mends it', async () => {
    await withoutPermission('provisioner', ...five)(at);
    const refused = await at.run({ mode: 'apply' });
    expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(writes(refused.sent)).toEqual([]);
    for (const permission of five) expect(errors(refused.stdout)).toContain(permission);
    expect(errors(refused.stdout)).toMatch(
      /serviceAccount:provisioner@acme-ci\.iam\.gserviceaccount\.com lacks .*gcloud projects add-iam-policy-binding acme-analytics --condition None --member serviceAccount:provisioner@/,
    );
  });

  test('five permissions and two APIs: one run names all seven, and writes nothing', async () => {
    await withoutPermission('provisioner', ...five)(at);
    await at.simulation.disableApi('acme-ci', 'iam.googleapis.com', 'bigquery.googleapis.com');
    const refused = await at.run({ mode: 'apply' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    const said = refused.stdout.replace(/^ .*$/gm, '');
    for (const permission of five) expect(said).toContain(permission);
    for (const api of ['iam', 'bigquery'])
      expect(errors(refused.stdout)).toMatch(
        new RegExp(`gcloud services enable ${api}\\.googleapis\\.com --project \\d+`),
      );
  });

  test('rights held on the account and the dataset instead of the project are as good', async () => {
    const inputs = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run({ mode: 'apply', ...inputs });
    const reader = at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '';
    const members = [`serviceAccount:${reader}`];
    const roles = [
      'roles/iam.serviceAccountKeyAdmin',
      'roles/iam.serviceAccountAdmin',
      'roles/iam.serviceAccountTokenCreator',
    ];
    await at.owner('POST', `${ACCOUNT_PATH}:setIamPolicy`, {
      policy: { bindings: roles.map((role) => ({ role, members })) },
    });
    await at.setAccess((access) => [
      ...access.filter((entry) => entry['userByEmail'] !== EMAIL),
      { role: 'OWNER', userByEmail: reader },
    ]);
    await at.owner('DELETE', `${SECRETS_PATH}/secrets/SEGMENT_BIGQUERY_CREDENTIALS`);
    await at.simulation.age(60);
    const applied = await at.run({ mode: 'apply', ...inputs, service_account: reader });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(
      /::warning::.*does not hold .*iam\.serviceAccountKeys\.create.*on the account and the dataset themselves/,
    );
    expect(await at.mints((await at.secret()).value ?? '')).toBe(true);
    const impersonators = `serviceAccount:${reader}`;
    expect(driftOf(await at.run({ mode: 'check', ...inputs, impersonators }))).toEqual([]);
  });

  test('BigQuery off in the project itself: refused; with enable_apis it is switched on there, and nowhere else', async () => {
    await at.simulation.disableApi(PROJECT, 'bigquery.googleapis.com');
    const refused = await at.run({ mode: 'apply' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(/bigquery\.googleapis\.com is off there.*enable_apis: true/);
    const applied = await at.run({ mode: 'apply', enable_apis: 'true' });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(applied.sent.filter(({ path }) => path.includes('batchEnable'))).toMatchObject([
      { path: `/v1/projects/${PROJECT}/services:batchEnable`, body: { serviceIds: ['bigquery.googleapis.com'] } },
    ]);
  });

  test('an API that is off in another consumer project is never switched on: the command is printed', async () => {
    await at.simulation.disableApi('acme-ci', 'bigquery.googleapis.com');
    const refused = await at.run({ mode: 'apply', enable_apis: 'true' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(/gcloud services enable bigquery\.googleapis\.com --project \d+/);
  });
});

describe('what the organisation forbids', () => {
  test.each([
    [
      ['iam.disableServiceAccountCreation'],
      /iam\.disableServiceAccountCreation is enforced on acme-analytics.*adopt: true/,
    ],
    [['gcp.resourceLocations=US,us-central1'], /gcp\.resourceLocations allows only US, us-central1/],
  ])('%j: told before anything is written', async (constraints, words) => {
    await at.simulation.constraints(PROJECT, constraints);
    const refused = await at.run({ mode: 'apply' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(words);
    expect(errors(refused.stdout)).toMatch(/roles\/orgpolicy\.policyAdmin/);
  });

  test('does not matter to what is there already', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.constraints(PROJECT, ['iam.disableServiceAccountCreation', 'gcp.resourceLocations=US']);
    expect(await at.run({ mode: 'apply' })).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
  });
});

describe('the location', () => {
  const make = (datasetId: string, location: string): Promise<unknown> =>
    at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, { datasetReference: { datasetId }, location });

  test('of the data, where none is given and the dataset is absent', async () => {
    await make('shop', 'EU');
    await make('crm', 'EU');
    const applied = await at.run({ mode: 'apply', location: '', source_datasets: 'shop\ncrm' });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(applied.outputs['location']).toBe('EU');
    expect(await at.dataset()).toMatchObject({ location: 'EU' });
  });

  test('of the dataset, where that exists and none is given', async () => {
    await at.run({ mode: 'apply' });
    const check = await at.run({ mode: 'check', location: '' });
    expect(check).toMatchObject({ code: 0, outputs: { location: 'EU' } });
  });

  test.each([
    [
      '',
      'shop us_shop',
      /EU: acme-analytics\.shop; US: acme-analytics\.us_shop, and one source of Segment has one location/,
    ],
    ['US', 'shop', /read source_datasets in US: they lie in EU: acme-analytics\.shop/],
    ['', 'nowhere', /acme-analytics\.nowhere: Not found/],
    ['', '', /no location was given.*source_datasets/],
  ])('%j with sources %j: an error that names them', async (location, source_datasets, words) => {
    await make('shop', 'EU');
    await make('us_shop', 'US');
    const refused = await at.run({ mode: 'apply', location, source_datasets });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(words);
  });

  test.each([
    ['eu', 0, /./],
    ['EU', 0, /./],
    ['europe-west1', 1, /it lies in EU.*A multi-region and a region are different places/],
  ])('%s given, the dataset in EU: ends with %d', async (location, code, words) => {
    await at.run({ mode: 'apply' });
    const applied = await at.run({ mode: 'apply', location });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code, log: expect.stringMatching(words) });
    expect(writes(applied.sent)).toEqual([]);
  });

  test('sources that moved away from the dataset make check red', async () => {
    await make('us_shop', 'US');
    await at.run({ mode: 'apply' });
    const check = await at.run({ mode: 'check', source_datasets: 'us_shop' });
    expect(check.code).toBe(1);
    expect(driftOf(check)).toEqual([
      expect.stringContaining('location of source_datasets: US: acme-analytics.us_shop'),
    ]);
    expect((await at.simulation.asOwner('GET', DATASET_PATH)).status).toBe(200);
  });
});
