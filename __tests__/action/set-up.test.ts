import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import {
  ACCOUNT_PATH,
  DATASET_PATH,
  EMAIL,
  MEMBER,
  PROJECT,
  ROLE,
  SECRETS_PATH,
  driftOf,
  stage,
  writes,
} from '../../harness/stage.ts';

const at = stage();
const grants = async (): Promise<string[]> =>
  (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);

describe('limited access on an empty project', () => {
  test('apply: an empty project → exactly the role, the account, the binding, the dataset, the entry and the key', async () => {
    const before = await at.policy();
    const applied = await at.run({ mode: 'apply' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(writes(applied.sent).sort()).toEqual(
      [
        `POST /v1/projects/${PROJECT}/roles`,
        `POST /v1/projects/${PROJECT}/serviceAccounts`,
        `POST /v3/projects/${PROJECT}:setIamPolicy`,
        `POST /bigquery/v2/projects/${PROJECT}/datasets`,
        `PATCH ${DATASET_PATH}`,
        `POST ${ACCOUNT_PATH}/keys`,
        `PATCH ${ACCOUNT_PATH}`,
      ].sort(),
    );
    expect(await at.owner('GET', `/v1/${ROLE}`)).toMatchObject({
      stage: 'GA',
      includedPermissions: ['bigquery.datasets.get', 'bigquery.jobs.create', 'bigquery.tables.getData'],
    });
    const after = await at.policy();
    expect(after.bindings).toHaveLength(before.bindings.length + 1);
    expect(after.bindings).toEqual(expect.arrayContaining([...before.bindings, { role: ROLE, members: [MEMBER] }]));
    const dataset = await at.dataset();
    expect(dataset['location']).toBe('EU');
    expect(dataset.labels).toEqual({ 'segment-reverse-etl': 'created_segment-reverse-etl' });
    expect(dataset.access.filter((entry) => entry['userByEmail'] === EMAIL)).toEqual([
      { role: 'WRITER', userByEmail: EMAIL },
    ]);
    const [key, ...others] = await at.keys();
    expect(others).toEqual([]);
    expect(await at.description()).toBe(
      `Reads models for Segment Reverse ETL. [segment-retl created key=${key?.id.slice(0, 12) ?? ''} at=o]`,
    );
    expect(applied.outputs).toMatchObject({
      service_account_email: EMAIL,
      role: ROLE,
      dataset: '__segment_reverse_etl',
      location: 'EU',
      key_id: key?.id,
      drift: 'false',
      result: 'changed',
    });
    expect(await at.mints(applied.outputs['key'] ?? '{}')).toBe(true);
  });

  test('plan, check and a second apply: everything in sync → no write, no key, and one wave of reads after signing in', async () => {
    await at.run({ mode: 'apply' });
    for (const mode of ['plan', 'check', 'apply']) {
      const { code, sent, outputs } = await at.run({ mode });
      expect({ code, result: outputs['result'], key: outputs['key'] }).toEqual({ code: 0, result: 'unchanged' });
      expect(writes(sent)).toEqual([]);
      expect(sent.slice(0, 3).map(({ path }) => path.replace(/.*[/:]/, ''))).toEqual([
        'token',
        'token',
        'generateAccessToken',
      ]);
      // Each asks for APIs and policies; check and apply become the account in the same wave; apply asks for its own rights too.
      const reads = { plan: 12, check: 13, apply: 14 }[mode] ?? 0;
      const proofs = mode === 'plan' ? 0 : 4;
      expect(sent).toHaveLength(3 + reads + proofs);
    }
  });

  test('sign-in: without service_account → the federated identity acts, and re-mints its five-minute token', async () => {
    const applied = await at.run({ mode: 'apply', service_account: '' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    const destroyed = await at.run({ mode: 'destroy', service_account: '', delete_dataset: 'true' });
    expect({ code: destroyed.code, log: readable(destroyed.stdout) }).toMatchObject({ code: 0 });
  });

  test('sign-in: a key file → an assertion posted to the token host', async () => {
    const email = at.simulation.env['SIMULATOR_SERVICE_ACCOUNT'] ?? '';
    const { privateKeyData } = await at
      .owner('POST', `/v1/projects/acme-ci/serviceAccounts/${email}/keys`, {})
      .catch(async () => {
        // The owner of the target has no rights in the CI project; the target's own account will do.
        await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'bootstrap' });
        await at.setPolicy((policy) => ({
          ...policy,
          bindings: [
            ...policy.bindings,
            { role: 'roles/owner', members: [`serviceAccount:bootstrap@${PROJECT}.iam.gserviceaccount.com`] },
          ],
        }));
        return at.owner(
          'POST',
          `/v1/projects/${PROJECT}/serviceAccounts/bootstrap@${PROJECT}.iam.gserviceaccount.com/keys`,
          {},
        );
      });
    const path = `${mkdtempSync(`${tmpdir()}/adc-`)}/key.json`;
    writeFileSync(path, Buffer.from(String(privateKeyData), 'base64'));
    const applied = await at.run(
      { mode: 'apply', workload_identity_provider: '', service_account: '' },
      { env: { GOOGLE_APPLICATION_CREDENTIALS: path } },
    );
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(applied.sent[0]?.path).toBe('/token');
  });
});

describe('where the key goes', () => {
  const toSecret = (): Record<string, string> => ({
    key_delivery: 'github-secret',
    github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
  });

  test('github-secret: apply → the key in the secret, its id in the variable; a second apply writes nothing', async () => {
    const applied = await at.run({ mode: 'apply', ...toSecret() });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(applied.outputs['key']).toBeUndefined();
    const { value, noted } = await at.secret();
    expect(noted).toBe(applied.outputs['key_id']);
    expect(JSON.parse(value ?? '{}')).toMatchObject({
      type: 'service_account',
      client_email: EMAIL,
      private_key_id: noted,
    });
    const again = await at.run({ mode: 'apply', ...toSecret() });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged', key_id: noted } });
    expect(writes(again.sent)).toEqual([]);
  });

  test('key_delivery: none, then output, then github-secret besides → each time one key more, the old one recorded', async () => {
    await at.run({ mode: 'apply', key_delivery: 'none' });
    expect(await at.keys()).toEqual([]);
    expect(await at.description()).toBe('Reads models for Segment Reverse ETL. [segment-retl created]');
    const first = await at.run({ mode: 'apply' });
    expect({ code: first.code, log: readable(first.stdout) }).toMatchObject({ code: 0 });
    expect(await at.mints(first.outputs['key'] ?? '{}')).toBe(true);
    const both = await at.run({ mode: 'apply', ...toSecret(), key_delivery: 'output, github-secret' });
    expect({ code: both.code, log: readable(both.stdout) }).toMatchObject({ code: 0 });
    expect((await at.secret()).value).toBe(both.outputs['key']);
    expect(await at.keys()).toHaveLength(2);
    expect(await at.mints(first.outputs['key'] ?? '{}')).toBe(true);
    expect(await at.description()).toMatch(
      /\[segment-retl created key=[0-9a-f]{12} old=[0-9a-f]{12} at=g[0-9a-f]{4},o\]$/,
    );
    const check = await at.run({ mode: 'check', ...toSecret() });
    expect(check.code).toBe(0);
    expect(warningsIn(check.stdout).join('\n')).toMatch(/the superseded key [0-9a-f]{12} still works/);
  });
});

describe('other ways to sign in', () => {
  test('sign-in: what google-github-actions/auth leaves behind → taken', async () => {
    const { env } = at.simulation;
    const provider = env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '';
    const path = `${mkdtempSync(`${tmpdir()}/adc-`)}/gha-creds.json`;
    const audience = encodeURIComponent(`https://iam.googleapis.com/${provider}`);
    writeFileSync(
      path,
      JSON.stringify({
        type: 'external_account',
        audience: `//iam.googleapis.com/${provider}`,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: 'https://sts.googleapis.com/v1/token',
        service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${env['SIMULATOR_SERVICE_ACCOUNT'] ?? ''}:generateAccessToken`,
        credential_source: {
          url: `${env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''}&audience=${audience}`,
          headers: { Authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}` },
          format: { type: 'json', subject_token_field_name: 'value' },
        },
      }),
    );
    const inputs = { mode: 'apply', workload_identity_provider: '', service_account: '' };
    const applied = await at.run(inputs, { env: { GOOGLE_APPLICATION_CREDENTIALS: path } });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(readable(applied.stdout)).toContain(
      `Signed in as serviceAccount:${env['SIMULATOR_SERVICE_ACCOUNT'] ?? ''}, by Application Default Credentials, because ` +
        'workload_identity_provider is not set.',
    );
  });

  test('sign-in: the reader → may plan and check, and nothing else', async () => {
    await at.run({ mode: 'apply' });
    const reader = { service_account: at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '' };
    expect(await at.run({ mode: 'plan', ...reader })).toMatchObject({ code: 0 });
    expect(await at.run({ mode: 'check', ...reader })).toMatchObject({ code: 0 });
    await at.owner('DELETE', `/v1/${ROLE}`);
    expect(await at.run({ mode: 'check', ...reader })).toMatchObject({ code: 1, outputs: { drift_missing: '1' } });
    const applied = await at.run({ mode: 'apply', ...reader });
    expect(applied.code).toBe(1);
    expect(errorsIn(applied.stdout)[0]).toMatch(
      /reader@.* lacks .*iam\.roles\.undelete.*permissions\/provisioner\.yaml/,
    );
  });

  test('sign-in: no credential at all → said with what to do', async () => {
    const inputs = { mode: 'plan', workload_identity_provider: '', service_account: '' };
    const env = { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' };
    const result = await at.run(inputs, { env });
    expect(result).toMatchObject({ code: 1, sent: [] });
    expect(errorsIn(result.stdout)).toEqual([
      expect.stringMatching(/^Could not sign in to Google Cloud: no usable credential.*workload_identity_provider/),
    ]);
  });
});

describe('full access on an empty project', () => {
  test('apply: full access on an empty project → exactly the account, two bindings and the key', async () => {
    const applied = await at.run({ mode: 'apply', access_mode: 'full' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(writes(applied.sent)).toEqual([
      `POST /v1/projects/${PROJECT}/serviceAccounts`,
      `POST /v3/projects/${PROJECT}:setIamPolicy`,
      `POST ${ACCOUNT_PATH}/keys`,
      `PATCH ${ACCOUNT_PATH}`,
    ]);
    expect(await grants()).toEqual(['roles/bigquery.dataEditor', 'roles/bigquery.user']);
    const again = await at.run({ mode: 'apply', access_mode: 'full', location: '' });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
    expect(writes(again.sent)).toEqual([]);
  });
});

describe('what belongs to others', () => {
  test('others: a busy policy and a dataset with views → the same to the byte afterwards, our entries aside', async () => {
    const condition = { title: 'until June', expression: 'request.time < timestamp("2027-06-01T00:00:00Z")' };
    const people = Array.from({ length: 50 }, (_unused, index) => `user:person${String(index)}@acme.example`);
    await at.setPolicy((policy) => ({
      ...policy,
      auditConfigs: undefined,
      bindings: [
        ...policy.bindings,
        { role: 'roles/bigquery.user', members: people.slice(20), condition },
        { role: 'roles/bigquery.user', members: people.slice(0, 20) },
        { role: 'roles/bigquery.dataEditor', members: ['group:analysts@acme.example'], condition },
        { role: 'roles/storage.admin', members: ['deleted:user:gone@acme.example?uid=12345'] },
      ],
    }));
    await at.owner('POST', `${POLICY}:setIamPolicy`, {
      policy: {
        ...(await at.policy()),
        version: 3,
        auditConfigs: [{ service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ' }] }],
      },
      updateMask: 'bindings,etag,auditConfigs',
    });
    const reference = { projectId: PROJECT, datasetId: 'reports', tableId: 'daily' };
    await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
      datasetReference: { projectId: PROJECT, datasetId: '__segment_reverse_etl' },
      location: 'EU',
      labels: { team: 'data', 'segment-reverse-etl': 'created_segment-reverse-etl' },
    });
    await at.setAccess((access) => [
      ...access,
      { view: reference },
      { routine: { projectId: PROJECT, datasetId: 'reports', routineId: 'clean' } },
      { dataset: { dataset: { projectId: PROJECT, datasetId: 'shared' }, targetTypes: ['VIEWS'] } },
      { role: 'READER', groupByEmail: 'analysts@acme.example', condition },
      { role: 'READER', domain: 'acme.example' },
    ]);
    const policyBefore = await at.policy();
    const accessBefore = (await at.dataset()).access;

    for (const access_mode of ['limited', 'full', 'limited']) {
      const applied = await at.run({ mode: 'apply', access_mode });
      expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
      const policy = await at.policy();
      expect(withoutUs(policy.bindings)).toEqual(policyBefore.bindings);
      expect(policy.auditConfigs).toEqual(policyBefore.auditConfigs);
      const { access } = await at.dataset();
      expect(JSON.stringify(access.filter((entry) => entry['userByEmail'] !== EMAIL))).toBe(
        JSON.stringify(accessBefore),
      );
    }
    const destroyed = await at.run({ mode: 'destroy' });
    expect(destroyed.code).toBe(0);
    expect((await at.policy()).bindings).toEqual(policyBefore.bindings);
    expect(JSON.stringify((await at.dataset()).access)).toBe(JSON.stringify(accessBefore));
  });
});

describe('a change of access mode', () => {
  test('access_mode: limited → full → limited: grants alone go; account, role and dataset stay', async () => {
    await at.run({ mode: 'apply' });
    const [key] = await at.keys();
    const toFull = await at.run({ mode: 'apply', access_mode: 'full' });
    expect({ code: toFull.code, log: readable(toFull.stdout) }).toMatchObject({ code: 0 });
    expect(await grants()).toEqual(['roles/bigquery.dataEditor', 'roles/bigquery.user']);
    expect(await at.owner('GET', `/v1/${ROLE}`)).not.toHaveProperty('deleted');
    expect((await at.dataset()).access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
    expect(readable(toFull.stdout)).toContain('verified as the service account');

    const back = await at.run({ mode: 'apply' });
    expect(back.code).toBe(0);
    expect(await grants()).toEqual([ROLE]);
    expect(await at.keys()).toEqual([key]);
    expect(driftOf(await at.run({ mode: 'check' }))).toEqual([]);
  });
});

describe('destroy', () => {
  test('destroy: what was created → gone; the dataset stays unless told otherwise; the secret is gone', async () => {
    const token = at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
    const inputs = { key_delivery: 'github-secret', github_token: token };
    const before = await at.policy();
    await at.run({ mode: 'apply', ...inputs });
    const destroyed = await at.run({ mode: 'destroy', ...inputs });
    expect({ code: destroyed.code, log: readable(destroyed.stdout) }).toMatchObject({ code: 0 });
    expect((await at.policy()).bindings).toEqual(before.bindings);
    expect((await at.simulation.asOwner('GET', ACCOUNT_PATH)).status).toBe(404);
    expect(await at.owner('GET', `/v1/${ROLE}`)).toHaveProperty('deleted', true);
    expect((await at.dataset()).access.some((entry) => JSON.stringify(entry).includes(EMAIL))).toBe(false);
    expect(await at.secret()).toEqual({ value: undefined, noted: undefined });
    expect((await at.simulation.asOwner('GET', `${SECRETS_PATH}/secrets/SEGMENT_BIGQUERY_CREDENTIALS`)).status).toBe(
      404,
    );

    const again = await at.run({ mode: 'destroy', ...inputs });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
    expect(writes(again.sent)).toEqual([]);

    const anew = await at.run({ mode: 'apply', ...inputs });
    expect({ code: anew.code, log: readable(anew.stdout) }).toMatchObject({ code: 0 });
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
    const gone = await at.run({ mode: 'destroy', delete_dataset: 'true', ...inputs });
    expect(gone.code).toBe(0);
    expect((await at.simulation.asOwner('GET', DATASET_PATH)).status).toBe(404);
  });

  test('destroy: an adopted account → left without our keys, grants and marker', async () => {
    await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, {
      accountId: 'segment-reverse-etl',
      serviceAccount: { description: 'Made by hand [team data]' },
    });
    await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const [theirs] = await at.keys();
    const applied = await at.run({ mode: 'apply', adopt: 'true' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(await at.description()).toMatch(
      /^Made by hand \[team data\] \[segment-retl adopted key=[0-9a-f]{12} at=o\]$/,
    );
    const destroyed = await at.run({ mode: 'destroy' });
    expect({ code: destroyed.code, log: readable(destroyed.stdout) }).toMatchObject({ code: 0 });
    expect(await at.description()).toBe('Made by hand [team data]');
    expect(await at.keys()).toEqual([theirs]);
    expect(await grants()).toEqual([]);
    expect(destroyed.sent.filter(({ method }) => method === 'PATCH').at(-1)?.path).toBe(ACCOUNT_PATH);
  });
});

const POLICY = `/v1/projects/${PROJECT}`;

function withoutUs(bindings: readonly { role: string; members: string[]; condition?: unknown }[]): unknown {
  return bindings
    .map((binding) => ({ ...binding, members: binding.members.filter((member) => member !== MEMBER) }))
    .filter(({ members }) => members.length > 0);
}

describe('a state dataset that vanished', () => {
  const table = { tableReference: { tableId: 'records_1' }, schema: { fields: [] } };
  test('state dataset: deleted by somebody → undeleted with all that it held', async () => {
    await at.run({ mode: 'apply' });
    await at.owner('POST', `${DATASET_PATH}/tables`, table);
    await at.owner('DELETE', `${DATASET_PATH}?deleteContents=true`);
    const applied = await at.run({ mode: 'apply' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(readable(applied.stdout)).toContain('was undeleted with all that it held');
    expect(await at.owner('GET', `${DATASET_PATH}/tables`)).toMatchObject({ totalItems: 1 });
  });
});
