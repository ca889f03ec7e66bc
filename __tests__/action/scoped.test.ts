import { describe, expect, test } from '@jest/globals';
import { EMAIL, MEMBER, PROJECT, ROLE, driftOf, stage, writes } from '../../harness/stage.ts';
import { withoutPermission } from './lesser.ts';

/** The narrowest access mode: the project-wide role may only run jobs, and reading is granted dataset by dataset. */
const at = stage();

const SCOPED = { access_mode: 'scoped', source_datasets: `shop\n${PROJECT}.crm` };
const READS = { role: 'READER', userByEmail: EMAIL };
const pathOf = (name: string): string => `/bigquery/v2/projects/${PROJECT}/datasets/${name}`;

async function makeDatasets(...names: string[]): Promise<void> {
  for (const datasetId of names) {
    await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
      datasetReference: { projectId: PROJECT, datasetId },
      location: 'EU',
    });
  }
}

async function accessOf(name: string): Promise<Record<string, unknown>[]> {
  return (await at.owner('GET', `${pathOf(name)}?accessPolicyVersion=3`))['access'] as Record<string, unknown>[];
}

async function addEntry(name: string, entry: object): Promise<void> {
  await at.owner('PATCH', `${pathOf(name)}?accessPolicyVersion=3`, { access: [...(await accessOf(name)), entry] });
}

const permissions = async (): Promise<unknown> => (await at.owner('GET', `/v1/${ROLE}`))['includedPermissions'];

describe('access_mode scoped', () => {
  test('grants reading on the datasets that are named, and jobs on the project; a second apply changes nothing', async () => {
    await makeDatasets('shop', 'crm', 'private');
    const foreign = await accessOf('shop');
    const applied = await at.run({ mode: 'apply', ...SCOPED });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(await permissions()).toEqual(['bigquery.jobs.create']);
    expect(await accessOf('shop')).toEqual([...foreign, READS]);
    expect(await accessOf('crm')).toContainEqual(READS);
    expect(await accessOf('private')).not.toContainEqual(READS);
    expect((await at.dataset()).access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
    expect(applied.stdout).toContain(`✓ can read the dataset ${PROJECT}.shop (list of its tables)`);
    expect(applied.stdout).toContain('✓ cannot use bigquery.tables.getData on the project');
    const again = await at.run({ mode: 'apply', ...SCOPED });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
    expect(writes(again.sent)).toEqual([]);
    expect(await at.run({ mode: 'check', ...SCOPED })).toMatchObject({ code: 0, outputs: { drift: 'false' } });
  });

  test('with read_api storage the role also reads sessions', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, read_api: 'storage', verify: 'false' });
    expect(await permissions()).toEqual([
      'bigquery.jobs.create',
      'bigquery.readsessions.create',
      'bigquery.readsessions.getData',
      'bigquery.readsessions.update',
    ]);
  });

  test('a reader entry that somebody removed is drift, and comes back; the failed claim names it', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    await at.owner('PATCH', `${pathOf('crm')}?accessPolicyVersion=3`, {
      access: (await accessOf('crm')).filter((entry) => entry['userByEmail'] !== EMAIL),
    });
    const check = await at.run({ mode: 'check', ...SCOPED });
    expect(check).toMatchObject({ code: 1, outputs: { result: 'drift', drift_missing: '1' } });
    expect(driftOf(check)).toEqual([`dataset/${PROJECT}.crm access of ${EMAIL}: absent → READER`]);
    expect(check.stdout).toContain(
      `because dataset/${PROJECT}.crm: access of ${EMAIL} is absent, and should be READER`,
    );
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    expect(driftOf(await at.run({ mode: 'check', ...SCOPED, verify: 'false' }))).toEqual([]);
  });

  test('a dataset off the list loses its plain reader entry, which the plan names before; other entries are surplus', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    await addEntry('crm', { role: 'WRITER', userByEmail: EMAIL });
    const less = { ...SCOPED, source_datasets: 'shop' };
    const plan = await at.run({ mode: 'plan', ...less });
    expect(plan.stdout).toContain(`~ dataset/${PROJECT}.crm: to be changed\n      entry READER: present → absent`);
    expect(plan.stdout).toContain('entry WRITER: present → absent (surplus: left alone without prune: true)');
    const applied = await at.run({ mode: 'apply', ...less, verify: 'false' });
    expect(applied).toMatchObject({ code: 0, outputs: { drift_surplus: '1' } });
    expect(await accessOf('crm')).not.toContainEqual(READS);
    expect(await accessOf('crm')).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
    expect(await accessOf('shop')).toContainEqual(READS);
  });

  test('a source dataset that does not exist is refused, before anything is written', async () => {
    await makeDatasets('shop');
    const applied = await at.run({ mode: 'apply', ...SCOPED });
    expect(applied).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(applied.stdout).toMatch(
      /::error::Could not let the account read the dataset acme-analytics\.crm: it does not exist/,
    );
    expect(writes(applied.sent)).toEqual([]);
  });

  test('its location is that of the sources', async () => {
    await makeDatasets('shop', 'crm');
    const applied = await at.run({ mode: 'apply', ...SCOPED, location: '', verify: 'false' });
    expect(applied).toMatchObject({ code: 0, outputs: { location: 'EU' } });
  });

  test('without source_datasets it is refused before the first request', async () => {
    const applied = await at.run({ mode: 'apply', access_mode: 'scoped' });
    expect(applied.code).toBe(1);
    expect(applied.stdout).toContain('source_datasets: it is required for access_mode scoped');
    expect(applied.sent).toEqual([]);
  });

  test('destroy takes the reader entries along, listed or found', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    const gone = await at.run({ mode: 'destroy', access_mode: 'scoped' });
    expect({ code: gone.code, log: gone.stdout }).toMatchObject({ code: 0 });
    for (const name of ['shop', 'crm'])
      expect(JSON.stringify(await accessOf(name))).not.toContain('segment-reverse-etl');
  });
});

describe('leaving and entering scoped', () => {
  test('what scoped granted goes in the run that leaves it; what people add in limited is left alone', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', verify: 'false' });
    const limited = [await permissions(), await accessOf('shop'), await accessOf('crm')];
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    await at.simulation.age(60);
    const back = await at.run({ mode: 'apply', verify: 'false' });
    expect({ code: back.code, log: back.stdout }).toMatchObject({
      code: 0,
      log: expect.stringContaining('The new access works'),
    });
    expect((await permissions()) as string[]).toEqual(expect.arrayContaining(limited[0] as string[]));
    expect([await accessOf('shop'), await accessOf('crm')]).toEqual(limited.slice(1));
    await addEntry('shop', READS);
    const later = await at.run({ mode: 'apply', verify: 'false' });
    expect(later).toMatchObject({ code: 0, outputs: { result: 'unchanged', drift_surplus: '1' } });
    expect(await accessOf('shop')).toContainEqual(READS);
  });

  test('to full, the reader entries and the custom role’s binding go', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    await at.simulation.age(60);
    const full = await at.run({ mode: 'apply', access_mode: 'full', verify: 'false' });
    expect({ code: full.code, log: full.stdout }).toMatchObject({ code: 0 });
    expect(await accessOf('shop')).not.toContainEqual(READS);
    const held = (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);
    expect(held).toEqual(['roles/bigquery.user', 'roles/bigquery.dataEditor']);
  });

  test('from full, what the new entries give is hidden by the old roles, so it is waited for', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', access_mode: 'full', verify: 'false' });
    const scoped = await at.run({ mode: 'apply', ...SCOPED, verify: 'false', patience_minutes: '0.02' });
    expect({ code: scoped.code, log: scoped.stdout }).toMatchObject({ code: 0 });
    expect(scoped.stdout).toContain('What the new access gives, the old gives too');
    const held = (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);
    expect(held).toEqual([ROLE]);
  });
});

describe('when a write goes wrong', () => {
  const faults = ['lose-reply', 'reset', 'conflict', 'throttle', 'outage'] as const;

  test.each(faults)('%s: a source dataset has one entry of ours in the end, and all that it had', async (fault) => {
    await makeDatasets('shop', 'crm');
    const before = await accessOf('shop');
    await at.simulation.faults([{ on: `PATCH ${pathOf('shop')}`, do: fault, times: 1 }]);
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    const again = await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    expect({ code: again.code, log: again.stdout }).toMatchObject({ code: 0 });
    expect(await accessOf('shop')).toEqual([...before, READS]);
    expect(await at.keys()).toHaveLength(1);
  });

  test.each(faults)('%s: who may act as the account is pruned once, and nobody else with it', async (fault) => {
    await at.run({ mode: 'apply', verify: 'false' });
    const path = `/v1/projects/${PROJECT}/serviceAccounts/${EMAIL}`;
    const policy = await at.owner('POST', `${path}:getIamPolicy`, {});
    const viewer = { role: 'roles/iam.serviceAccountViewer', members: ['user:auditor@acme.example'] };
    const creator = { role: 'roles/iam.serviceAccountTokenCreator', members: ['user:eve@acme.example'] };
    await at.owner('POST', `${path}:setIamPolicy`, { policy: { ...policy, bindings: [viewer, creator] } });
    await at.simulation.faults([{ on: `POST ${path}:setIamPolicy`, do: fault, times: 1 }]);
    await at.run({ mode: 'apply', prune: 'true', verify: 'false' });
    expect(await at.run({ mode: 'apply', prune: 'true', verify: 'false' })).toMatchObject({ code: 0 });
    expect((await at.owner('POST', `${path}:getIamPolicy`, {}))['bindings']).toEqual([viewer]);
  });

  test('where the provisioner may not set the account’s own policy, it is told before anything is pruned', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const path = `/v1/projects/${PROJECT}/serviceAccounts/${EMAIL}`;
    const policy = await at.owner('POST', `${path}:getIamPolicy`, {});
    const creator = { role: 'roles/iam.serviceAccountTokenCreator', members: ['user:eve@acme.example'] };
    await at.owner('POST', `${path}:setIamPolicy`, { policy: { ...policy, bindings: [creator] } });
    await withoutPermission('provisioner', 'iam.serviceAccounts.setIamPolicy')(at);
    const pruned = await at.run({ mode: 'apply', prune: 'true', verify: 'false' });
    expect(pruned.code).toBe(1);
    expect(pruned.stdout).toMatch(/does not hold iam\.serviceAccounts\.setIamPolicy on the project/);
    expect(pruned.stdout).toMatch(
      /::error::Could not write who may act as the service account.*iam\.serviceAccounts\.setIamPolicy/,
    );
  });
});
