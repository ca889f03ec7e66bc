import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { ACCOUNT_PATH, EMAIL, PROJECT, SECRETS_PATH, driftOf, stage, writes } from '../../harness/stage.ts';
import { withoutPermission } from './lesser.ts';

const at = stage();

describe('before anything is written', () => {
  test('five permissions and two APIs are missing → one run names all seven, and writes nothing', async () => {
    const five = [
      'iam.roles.create',
      'iam.serviceAccounts.create',
      'iam.serviceAccountKeys.create',
      'resourcemanager.projects.setIamPolicy',
      'bigquery.datasets.create',
    ];
    await withoutPermission('provisioner', ...five)(at);
    await at.simulation.disableApi('acme-ci', 'iam.googleapis.com', 'bigquery.googleapis.com');
    const refused = await at.run({ mode: 'apply' });
    expect(refused).toEnd(1, { result: 'failed' });
    expect(writes(refused.sent)).toEqual([]);
    const said = readable(refused.stdout).replace(/^ .*$/gm, '');
    for (const permission of five) expect(said).toContain(permission);
    expect(said).toMatch(
      /serviceAccount:provisioner@acme-ci\.iam\.gserviceaccount\.com lacks .*iam\.roles\.create.*gcloud projects add-iam-policy-binding 'acme-analytics' --condition None --member 'serviceAccount:provisioner@acme-ci\.iam\.gserviceaccount\.com' --role '[^']+'/,
    );
    for (const api of ['iam', 'bigquery'])
      expect(errorsIn(refused.stdout)).toContainEqual(
        expect.stringMatching(new RegExp(`gcloud services enable '${api}\\.googleapis\\.com' --project '\\d+'`)),
      );
  });

  test('rights are held on the account and the dataset instead of the project → as good, with a warning', async () => {
    const inputs = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run({ mode: 'apply', ...inputs });
    const reader = at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '';
    const impersonators = `serviceAccount:${reader}`;
    const roles = [
      'roles/iam.serviceAccountKeyAdmin',
      'roles/iam.serviceAccountAdmin',
      'roles/iam.serviceAccountTokenCreator',
    ];
    await at.owner('POST', `${ACCOUNT_PATH}:setIamPolicy`, {
      policy: { bindings: roles.map((role) => ({ role, members: [impersonators] })) },
    });
    await at.setAccess((access) => [
      ...access.filter((entry) => entry['userByEmail'] !== EMAIL),
      { role: 'OWNER', userByEmail: reader },
    ]);
    await at.owner('DELETE', `${SECRETS_PATH}/secrets/SEGMENT_BIGQUERY_CREDENTIALS`);
    await at.simulation.age(60);
    const applied = await at.run({ mode: 'apply', ...inputs, service_account: reader });
    expect(applied).toEnd(0);
    expect(warningsIn(applied.stdout)).toContainEqual(
      expect.stringMatching(
        /does not hold .*iam\.serviceAccountKeys\.create.*on the service account and on the dataset themselves/,
      ),
    );
    expect(await at.mints((await at.secret()).value ?? '')).toBe(true);
    expect(driftOf(await at.run({ mode: 'check', ...inputs, impersonators }))).toEqual([]);
  });

  test('BigQuery is off in the project → refused; with enable_apis it is enabled there, and nowhere else', async () => {
    await at.simulation.disableApi(PROJECT, 'bigquery.googleapis.com');
    const refused = await at.run({ mode: 'apply' });
    expect(refused).toEnd(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errorsIn(refused.stdout)).toContainEqual(
      expect.stringMatching(/has not enabled BigQuery.*enable_apis: true.*bigquery\.googleapis\.com/),
    );
    const applied = await at.run({ mode: 'apply', enable_apis: 'true' });
    expect(applied).toEnd(0);
    expect(applied.sent.filter(({ path }) => path.includes('batchEnable'))).toMatchObject([
      { path: `/v1/projects/${PROJECT}/services:batchEnable`, body: { serviceIds: ['bigquery.googleapis.com'] } },
    ]);
  });

  test('an API is off in the project of the credential → never enabled there; the command is printed', async () => {
    await at.simulation.disableApi('acme-ci', 'bigquery.googleapis.com');
    const refused = await at.run({ mode: 'apply', enable_apis: 'true' });
    expect(refused).toEnd(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errorsIn(refused.stdout)).toContainEqual(
      expect.stringMatching(/gcloud services enable 'bigquery\.googleapis\.com' --project '\d+'/),
    );
  });

  test('the organization forbids the account and the location → both are told, and nothing is written', async () => {
    await at.simulation.constraints(PROJECT, [
      'iam.disableServiceAccountCreation',
      'gcp.resourceLocations=US,us-central1',
    ]);
    const refused = await at.run({ mode: 'apply' });
    expect(refused).toEnd(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errorsIn(refused.stdout)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/iam\.disableServiceAccountCreation is enforced on acme-analytics.*adopt: true/),
        expect.stringMatching(/gcp\.resourceLocations allows only US, us-central1.*roles\/orgpolicy\.policyAdmin/),
      ]),
    );
  });
});

describe('the location, where none is given', () => {
  const make = (datasetId: string, location: string): Promise<unknown> =>
    at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, { datasetReference: { datasetId }, location });

  test('all sources lie in one → that one', async () => {
    await make('shop', 'EU');
    await make('crm', 'EU');
    const applied = await at.run({ mode: 'apply', location: '', source_datasets: 'shop\ncrm', verify: 'false' });
    expect(applied).toEnd(0, { location: 'EU' });
    expect(await at.dataset()).toMatchObject({ location: 'EU' });
  });

  test('sources lie in several, and one does not exist → each is named, and nothing is written', async () => {
    await make('shop', 'EU');
    await make('us_shop', 'US');
    const refused = await at.run({ mode: 'apply', location: '', source_datasets: 'shop us_shop nowhere' });
    expect(refused).toEnd(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errorsIn(refused.stdout)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /EU: acme-analytics\.shop; US: acme-analytics\.us_shop, and one source of Segment has one location/,
        ),
        expect.stringMatching(/acme-analytics\.nowhere: Not found/),
      ]),
    );
  });
});
