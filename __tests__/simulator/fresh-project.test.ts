import { describe, expect, test } from '@jest/globals';
import { projectOf } from '../../simulator/directory/projects.ts';
import { identityState } from '../../simulator/identity/state.ts';
import { PROJECT, lab } from './world.ts';
import type { Answer } from './world.ts';

const at = lab({ scenario: 'fresh-project' });
const V1 = `/v1/projects/${PROJECT}`;

/** What each service is asked, by the API that it needs. */
const questions: Readonly<Record<string, string>> = {
  iam: `GET ${V1}/serviceAccounts`,
  cloudresourcemanager: `POST /v3/projects/${PROJECT}:testIamPermissions`,
  secretmanager: `GET ${V1}/secrets`,
  orgpolicy: `GET /v2/projects/${PROJECT}/policies`,
  serviceusage: `GET ${V1}/services/iam.googleapis.com`,
  bigquery: `GET /bigquery/v2/projects/${PROJECT}/datasets`,
};
const ON = ['serviceusage', 'bigquery'];

function ask(api: string, token: string): Promise<Answer> {
  const on = questions[api] ?? '';
  return at.send(on, on.startsWith('POST') ? { permissions: [] } : undefined, { token });
}

function tokenOf(project: string): string {
  const consumerProject = projectOf(at.world, project)?.projectNumber ?? '';
  identityState(at.world).tokens['t'] = { principal: 'user:owner@acme.example', memberships: [], consumerProject };
  return 't';
}

describe.each(Object.keys(questions))('%s', (api) => {
  test('counts in the project of the caller: of the project itself, of the CI project, and the owner at gcloud', async () => {
    const own = await ask(api, tokenOf(PROJECT));
    if (ON.includes(api)) expect(own.status).toBe(200);
    else {
      expect(own.said).toContain('403 accessNotConfigured');
      const number = projectOf(at.world, PROJECT)?.projectNumber ?? '';
      const metadata = { service: `${api}.googleapis.com`, consumer: `projects/${number}` };
      const { error } = own.body as { error: { details: object[] } };
      expect(error.details).toContainEqual(
        expect.objectContaining({ reason: 'SERVICE_DISABLED', metadata: expect.objectContaining(metadata) as object }),
      );
    }
    expect((await ask(api, tokenOf('acme-ci'))).status).toBe(200);
    expect((await ask(api, at.env['SIMULATOR_OWNER_TOKEN'] ?? '')).status).toBe(200);
  });
});

test('exactly those are on that Google switches on', async () => {
  const { services } = (await at.send(`GET ${V1}/services?filter=state:ENABLED`)).body as {
    services: { config: { name: string } }[];
  };
  const names = services.map(({ config }) => config.name.replace('.googleapis.com', '')).sort();
  expect(names).toEqual([
    ...['analyticshub', 'bigquery', 'bigqueryconnection', 'bigquerydatapolicy', 'bigquerydatatransfer'],
    ...[
      'bigquerymigration',
      'bigqueryreservation',
      'bigquerystorage',
      'cloudapis',
      'cloudtrace',
      'dataform',
      'dataplex',
    ],
    ...['datastore', 'logging', 'monitoring', 'servicemanagement', 'serviceusage', 'sql-component', 'storage'],
    ...['storage-api', 'storage-component'],
  ]);
});

test('what is switched on works for those who belong there', async () => {
  await at.send(`POST ${V1}/services/iam.googleapis.com:enable`, {}, { token: at.env['SIMULATOR_OWNER_TOKEN'] ?? '' });
  expect((await ask('iam', tokenOf(PROJECT))).status).toBe(200);
});

test('a caller may name another project to count in, if it may use that', async () => {
  const asked = (project: string, as: string): Promise<Answer> =>
    at.send(`GET ${V1}/serviceAccounts`, undefined, { as, headers: { 'x-goog-user-project': project } });
  expect((await asked('acme-ci', 'user:owner@acme.example')).status).toBe(200);
  expect((await asked(PROJECT, 'user:owner@acme.example')).said).toContain('accessNotConfigured');
  expect((await asked('acme-billing', 'user:owner@acme.example')).status).toBe(200);
  expect((await asked('acme-nowhere', 'user:owner@acme.example')).said).toContain(
    'required permission to use project acme-nowhere',
  );
  expect((await asked('acme-ci', 'user:nobody@acme.example')).said).toContain(
    'required permission to use project acme-ci',
  );
});

describe('the pool', () => {
  test.each([
    ['sts.googleapis.com', 'POST /v1/token'],
    ['iamcredentials.googleapis.com', 'POST /v1/projects/-/serviceAccounts/x@y.zz:generateAccessToken'],
  ])('%s counts in its project', async (service, on) => {
    await at.send('POST /_simulator/change', { disabledApis: { 'acme-ci': [service] } });
    const provider = at.env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '';
    const exchange = {
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: `//iam.googleapis.com/${provider}`,
      subjectToken: 'x',
    };
    const refused = await at.send(on, on.endsWith('/token') ? exchange : {}, { token: tokenOf('acme-ci') });
    expect(refused.said).toContain('403 accessNotConfigured');
  });
});
