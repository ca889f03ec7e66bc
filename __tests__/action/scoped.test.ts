import { describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { ACCOUNT_PATH, EMAIL, MEMBER, PROJECT, ROLE, driftOf, stage, writes } from '../../harness/stage.ts';

/** The narrowest access mode: the project-wide role may only run jobs, and reading is granted dataset by dataset. */
const at = stage();

const SCOPED = { access_mode: 'scoped', source_datasets: `shop\n${PROJECT}.crm` };
const READS = { role: 'READER', userByEmail: EMAIL };
const pathOf = (name: string): string => `/bigquery/v2/projects/${PROJECT}/datasets/${name}`;

async function makeDatasets(...names: string[]): Promise<void> {
  for (const name of names) await at.makeDataset(name);
}

async function accessOf(name: string): Promise<Record<string, unknown>[]> {
  return (await at.owner('GET', `${pathOf(name)}?accessPolicyVersion=3`))['access'] as Record<string, unknown>[];
}

const held = async (): Promise<string[]> =>
  (await at.policy()).bindings.filter(({ members }) => members.includes(MEMBER)).map(({ role }) => role);

const permissions = async (): Promise<unknown> => (await at.owner('GET', `/v1/${ROLE}`))['includedPermissions'];

describe('access_mode scoped', () => {
  test('scoped: an empty project → reading on the datasets that are named, jobs on the project, the location of the sources; destroy takes it all back', async () => {
    await makeDatasets('shop', 'crm', 'private');
    const foreign = await accessOf('shop');
    const applied = await at.run({ mode: 'apply', ...SCOPED, location: '' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(applied.outputs['location']).toBe('EU');
    expect(await permissions()).toEqual(['bigquery.jobs.create']);
    expect(await accessOf('shop')).toEqual([...foreign, READS]);
    expect(await accessOf('crm')).toContainEqual(READS);
    expect(await accessOf('private')).not.toContainEqual(READS);
    expect((await at.dataset()).access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
    expect(readable(applied.stdout)).toContain(`✓ can read the dataset ${PROJECT}.shop (list of its tables)`);
    expect(readable(applied.stdout)).toContain('✓ cannot use bigquery.tables.getData on the project');
    const again = await at.run({ mode: 'apply', ...SCOPED });
    expect(again).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
    expect(writes(again.sent)).toEqual([]);
    expect(await at.run({ mode: 'check', ...SCOPED })).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    // What is not listed any more is found.
    const gone = await at.run({ mode: 'destroy', access_mode: 'scoped' });
    expect({ code: gone.code, log: readable(gone.stdout) }).toMatchObject({ code: 0 });
    expect(await accessOf('shop')).toEqual(foreign);
    expect(JSON.stringify(await accessOf('crm'))).not.toContain('segment-reverse-etl');
  });

  test('source dataset: its reader entry was removed → drift, the cause of the failed claim, granted again', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    await at.changeEntries(() => [], 'crm');
    const check = await at.run({ mode: 'check', ...SCOPED });
    expect(check).toMatchObject({ code: 1, outputs: { result: 'drift', drift_missing: '1' } });
    expect(driftOf(check)).toEqual([`dataset/${PROJECT}.crm access of ${EMAIL}: absent → READER`]);
    expect(readable(check.stdout)).toContain(
      `cause: dataset/${PROJECT}.crm: access of ${EMAIL} is absent, should be READER`,
    );
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    expect(driftOf(await at.run({ mode: 'check', ...SCOPED, verify: 'false' }))).toEqual([]);
  });

  test('source dataset: off the list → its plain reader entry goes, named by the plan; other entries are surplus', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', ...SCOPED, verify: 'false' });
    await at.addEntries([{ role: 'WRITER', userByEmail: EMAIL }], 'crm');
    const less = { ...SCOPED, source_datasets: 'shop' };
    const plan = await at.run({ mode: 'plan', ...less });
    expect(readable(plan.stdout)).toMatch(
      new RegExp(`~ dataset/${PROJECT}\\.crm: to be updated\\n(?: {6}.*\\n)*? {6}entry READER: present → absent\\n`),
    );
    expect(readable(plan.stdout)).toContain('entry WRITER: present → absent (surplus: kept without prune: true)');
    const applied = await at.run({ mode: 'apply', ...less, verify: 'false' });
    expect(applied).toMatchObject({ code: 0, outputs: { drift_surplus: '1' } });
    expect(await accessOf('crm')).not.toContainEqual(READS);
    expect(await accessOf('crm')).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
    expect(await accessOf('shop')).toContainEqual(READS);
  });
});

describe('leaving and entering scoped', () => {
  test('access_mode: limited → scoped → limited: what scoped granted goes; what people add in limited is kept', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', verify: 'false' });
    const limited = [await permissions(), await accessOf('shop'), await accessOf('crm')];
    await at.run({ mode: 'apply', ...SCOPED, read_api: 'storage', verify: 'false' });
    expect(await permissions()).toEqual(expect.arrayContaining(['bigquery.readsessions.create']));
    await at.simulation.age(60);
    const back = await at.run({ mode: 'apply', verify: 'false' });
    expect({ code: back.code, log: readable(back.stdout) }).toMatchObject({
      code: 0,
      log: expect.stringContaining('The new access works'),
    });
    expect((await permissions()) as string[]).toEqual(expect.arrayContaining(limited[0] as string[]));
    expect([await accessOf('shop'), await accessOf('crm')]).toEqual(limited.slice(1));
    await at.addEntries([READS], 'shop');
    const later = await at.run({ mode: 'apply', verify: 'false' });
    expect(later).toMatchObject({ code: 0, outputs: { result: 'unchanged', drift_surplus: '1' } });
    expect(await accessOf('shop')).toContainEqual(READS);
  });

  test('access_mode: full → scoped → full: the old roles hide the new entries, so it waits; then entries and binding go', async () => {
    await makeDatasets('shop', 'crm');
    await at.run({ mode: 'apply', access_mode: 'full', verify: 'false' });
    const scoped = await at.run({ mode: 'apply', ...SCOPED, verify: 'false', patience_minutes: '0.02' });
    expect({ code: scoped.code, log: readable(scoped.stdout) }).toMatchObject({ code: 0 });
    expect(readable(scoped.stdout)).toContain('The old access may give what the new access gives');
    expect(await held()).toEqual([ROLE]);
    await at.simulation.age(60);
    const full = await at.run({ mode: 'apply', access_mode: 'full', verify: 'false' });
    expect({ code: full.code, log: readable(full.stdout) }).toMatchObject({ code: 0 });
    expect(await accessOf('shop')).not.toContainEqual(READS);
    expect(await held()).toEqual(['roles/bigquery.dataEditor', 'roles/bigquery.user']);
  });
});

describe('when a write goes wrong', () => {
  const viewer = { role: 'roles/iam.serviceAccountViewer', members: ['user:auditor@acme.example'] };
  // Every other write has a file of faults of its own.
  test.each(['lose-reply', 'conflict'] as const)(
    'source dataset and account policy: %s → written once, and what others hold stays',
    async (fault) => {
      await makeDatasets('shop', 'crm');
      await at.run({ mode: 'apply', verify: 'false' });
      const before = await accessOf('shop');
      await at.bindOnAccount(viewer.role, viewer.members);
      await at.bindOnAccount('roles/iam.serviceAccountTokenCreator', ['user:eve@acme.example']);
      await at.simulation.faults([
        { on: `PATCH ${pathOf('shop')}`, do: fault, times: 1 },
        { on: `POST ${ACCOUNT_PATH}:setIamPolicy`, do: fault, times: 1 },
      ]);
      await at.run({ mode: 'apply', ...SCOPED, prune: 'true', verify: 'false' });
      const again = await at.run({ mode: 'apply', ...SCOPED, prune: 'true', verify: 'false' });
      expect({ code: again.code, log: readable(again.stdout) }).toMatchObject({ code: 0 });
      expect(await accessOf('shop')).toEqual([...before, READS]);
      expect((await at.owner('POST', `${ACCOUNT_PATH}:getIamPolicy`, {}))['bindings']).toEqual([viewer]);
      expect(await at.keys()).toHaveLength(1);
    },
  );
});
