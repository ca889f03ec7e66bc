import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, PROJECT, driftOf, stage, writes } from '../../harness/stage.ts';
import { CREATOR, EVE, READER, SCOPED, describeAccount, expectFound, holes, prepare, state } from './holes.ts';
import { homes, prepareHomes } from './homes.ts';

/** Holes that somebody with few rights can plant: each is found, named, and closed only where it is ours to close. matrices/ has them all. */
const at = stage();

/** One of each way to be closed. */
const SAMPLE = [
  'the reader may make its keys',
  'a key that the record calls superseded',
  'a word that this action never writes',
];

describe('planted holes', () => {
  test('where none is planted, the reader finds nothing', async () => {
    for (const inputs of [{}, SCOPED]) {
      await prepareAgain(inputs);
      const check = await at.run({ mode: 'check', verify: 'false', ...READER, ...inputs });
      expect({ drift: driftOf(check), code: check.code }).toEqual({ drift: [], code: 0 });
    }
  });

  test.each(SAMPLE)('%s: found, named, and closed as far as may be', async (name) => {
    const hole = holes.find((one) => one.name === name);
    if (hole === undefined) throw new Error(`There is no hole ${name}.`);
    await expectFound(at, hole);
  });

  test('what is accepted is named, does not count, and stays', async () => {
    await prepare(at);
    await at.bind(CREATOR, { members: [EVE] });
    await at.bind('roles/bigquery.admin');
    const found = await at.run({ mode: 'check', verify: 'false', ...READER });
    const { steps } = JSON.parse(found.outputs['plan'] ?? '{}') as { steps: { differences: { accept?: string }[] }[] };
    const accepted = steps.flatMap(({ differences }) => differences.flatMap(({ accept }) => accept ?? []));
    expect(accepted).toEqual([
      `project-role.surplus ${PROJECT} roles/bigquery.admin`,
      `project-role.impersonator ${PROJECT} ${EVE} ${CREATOR}`,
    ]);
    const inputs = { accepted_access: accepted.join('\n') };
    const check = await at.run({ mode: 'check', verify: 'false', ...READER, ...inputs });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(check.stdout).toContain('roles/bigquery.admin: present → absent (surplus, accepted by accepted_access)');
    const pruned = await at.run({ mode: 'apply', verify: 'false', prune: 'true', ...inputs });
    expect(writes(pruned.sent)).toEqual([]);
  });

  test('members that were deleted, and others who hold our role, are named', async () => {
    await prepare(at);
    await at.bindOnAccount(CREATOR, ['deleted:user:gone@acme.example?uid=1']);
    await at.bind(`projects/${PROJECT}/roles/segmentReverseEtl`, { members: ['group:analysts@acme.example'] });
    const check = await at.run({ mode: 'check', verify: 'false', ...READER });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(check.summary).toMatch(/undeleted.*gone@acme\.example/);
    expect(check.summary).toMatch(/bound to the role too.*analysts@acme\.example/);
    const before = await at.run({ mode: 'plan', ...READER });
    const more = await at.run({ mode: 'plan', ...READER, read_api: 'storage' });
    expect(more.stdout).toMatch(/::warning::.*analysts@acme\.example/);
    await at.bind(`projects/${PROJECT}/roles/segmentReverseEtl`, { members: [EVE] });
    const also = await at.run({ mode: 'plan', ...READER, read_api: 'storage' });
    expect(also.outputs['plan_digest']).not.toBe(more.outputs['plan_digest']);
    expect((await at.run({ mode: 'plan', ...READER })).outputs['plan_digest']).toBe(before.outputs['plan_digest']);
  });
});

async function prepareAgain(inputs: Readonly<Record<string, string>>): Promise<void> {
  await at.simulation.reset();
  await prepare(at, inputs);
}

describe('marks that nothing confirms', () => {
  const mark = '[segment-retl created]';
  const make = async (description: string): Promise<void> => {
    await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, {
      accountId: 'segment-reverse-etl',
      serviceAccount: { description },
    });
  };

  test('an account made beforehand, with a key → refused; with adopt, its key stays foreign', async () => {
    await make(`Mine [segment-retl created old=0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f]`);
    const { name } = await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    await at.simulation.age(180);
    const planted = String(name).split('/').at(-1) ?? '';
    const refused = await at.run({ mode: 'apply' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(refused.stdout).toMatch(/::error::.*marker alone proves nothing.*adopt: true/);
    await at.simulation.age(60);
    const adopted = await at.run({ mode: 'apply', verify: 'false', adopt: 'true' });
    expect({ code: adopted.code, log: adopted.code === 0 ? '' : adopted.stdout }).toEqual({ code: 0, log: '' });
    expect(await at.description()).toMatch(/^Mine \[segment-retl adopted key=[0-9a-f]{12} at=o\]$/);
    const check = await at.run({ mode: 'check', verify: 'false', ...READER });
    expect(driftOf(check).join('\n')).toContain(`key ${planted.slice(0, 12)}: not ours`);
  });

  test('an account of a run that died before its first key → taken without a word', async () => {
    await make(`Reads models ${mark.replace(']', ' issuing-before=]')}`);
    expect((await at.run({ mode: 'apply', verify: 'false' })).code).toBe(0);
  });

  test('the binding was removed by hand: mended without adopt where a destination names the key', async () => {
    const toSecret = {
      key_delivery: 'github-secret',
      github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
    };
    await at.run({ mode: 'apply', verify: 'false', ...toSecret });
    await at.simulation.age(180);
    await at.unbind();
    expect((await at.run({ mode: 'apply', verify: 'false', ...toSecret })).code).toBe(0);
    await at.unbind();
    const blind = await at.run({ mode: 'apply', verify: 'false' });
    expect(blind.stdout).toMatch(/marker alone proves nothing/);
    expect((await at.run({ mode: 'apply', verify: 'false', adopt: 'true', ...toSecret })).code).toBe(0);
  });

  test('destroy of an account that nobody here made → only the bracket goes', async () => {
    await make(`Billing ${mark}`);
    const keys = await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    await at.simulation.age(180);
    const destroyed = await at.run({ mode: 'destroy' });
    expect(destroyed.code).toBe(0);
    expect(await at.description()).toBe('Billing');
    expect(keys).toHaveProperty('name');
    expect(await at.keys()).toHaveLength(1);
  });

  test('destroy deletes the account while it is bound, and drops the binding after; surplus bindings are no matter', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.bind('roles/bigquery.admin');
    const before = await at.policy();
    const destroyed = await at.run({ mode: 'destroy' });
    expect({ code: destroyed.code, log: destroyed.code === 0 ? '' : destroyed.stdout }).toEqual({ code: 0, log: '' });
    const order = writes(destroyed.sent).filter((line) => line.startsWith('DELETE') || line.includes('setIamPolicy'));
    expect(order.map((line) => line.replace(/.*\//, ''))).toEqual([
      EMAIL,
      `${PROJECT}:setIamPolicy`,
      'segmentReverseEtl',
    ]);
    const { bindings } = await at.policy();
    expect(bindings.find(({ role }) => role.endsWith('segmentReverseEtl'))).toBeUndefined();
    expect(bindings).toHaveLength(before.bindings.length - 1);
  });

  test('a state dataset that a stranger labelled → refused; labelled as ours likewise', async () => {
    for (const label of ['created_team-b', 'created_segment-reverse-etl']) {
      await at.simulation.reset();
      await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
        ...{ datasetReference: state, location: 'EU', labels: { 'segment-reverse-etl': label } },
        access: [{ role: 'OWNER', userByEmail: 'eve@elsewhere.example' }],
      });
      const refused = await at.run({ mode: 'apply' });
      expect({ label, code: refused.code, writes: writes(refused.sent) }).toEqual({ label, code: 1, writes: [] });
      expect(refused.stdout).toMatch(/::error::.*the account that it names does not exist, or does not write there/);
      const adopted = await at.run({ mode: 'apply', verify: 'false', adopt: 'true' });
      expect({ code: adopted.code, log: adopted.code === 0 ? '' : adopted.stdout }).toEqual({ code: 0, log: '' });
      expect((await at.dataset()).labels).toEqual({ 'segment-reverse-etl': 'adopted_segment-reverse-etl' });
      expect(driftOf(await at.run({ mode: 'check', verify: 'false', ...READER })).join()).toContain(
        'eve@elsewhere.example',
      );
    }
  });

  test('a state dataset of another target that exists and writes there → shared, without adopt, and without surplus', async () => {
    const second = { account_id: 'segment-two', role_id: 'segmentTwo' };
    await at.run({ mode: 'apply', verify: 'false' });
    expect((await at.run({ mode: 'apply', verify: 'false', ...second })).code).toBe(0);
    for (const inputs of [{}, second])
      expect(driftOf(await at.run({ mode: 'check', verify: 'false', ...READER, ...inputs }))).toEqual([]);
    await at.owner('DELETE', ACCOUNT_PATH);
    const orphan = await at.run({ mode: 'check', verify: 'false', ...READER, ...second });
    expect(driftOf(orphan).join()).toContain('owner: marked, but nothing confirms it');
    expect(DATASET_PATH).toContain(PROJECT);
  });
});

describe('what was reviewed', () => {
  const weekly = { mode: 'apply', verify: 'false', key_max_age_days: '30', key_overlap_days: '7' };

  test('what came due since by time alone waits for the next run, and the log names it', async () => {
    await at.run(weekly);
    const [old] = await at.keys();
    await at.simulation.age(31 * 86_400);
    await at.run(weekly); // Replaces it.
    await at.simulation.age(6 * 86_400);
    const plan = await at.run({ ...weekly, mode: 'plan', ...READER });
    await at.simulation.age(2 * 86_400);
    const reviewed = await at.run({ ...weekly, expected_plan: plan.outputs['plan_digest'] ?? '' });
    expect({ code: reviewed.code, log: reviewed.code === 0 ? '' : reviewed.stdout }).toEqual({ code: 0, log: '' });
    expect(reviewed.stdout).toContain(
      `waits for the next run: credential/segment-reverse-etl: key ${old?.id.slice(0, 12) ?? ''}`,
    );
    expect(await at.keys()).toContainEqual({ ...old, disabled: false });
    await at.run(weekly);
    expect(await at.keys()).toContainEqual({ ...old, disabled: true });
  });

  test('a record turned round since is no longer what was reviewed', async () => {
    await at.run(weekly);
    await at.simulation.age(60);
    await at.run({ ...weekly, mode: 'rotate' });
    const plan = await at.run({ ...weekly, mode: 'plan', ...READER });
    await describeAccount((now) => now.replace(/key=(\S+) old=([^\s\]]+)/, 'key=$2 old=$1'))(at);
    const applied = await at.run({
      ...weekly,
      key_overlap_days: '7',
      expected_plan: plan.outputs['plan_digest'] ?? '',
    });
    expect(applied.code).toBe(1);
    expect(writes(applied.sent)).toEqual([]);
    await at.run({ ...weekly, key_overlap_days: '0' });
    expect((await at.keys()).every(({ disabled }) => !disabled)).toBe(true);
  });

  test('where a new key goes is part of it', async () => {
    const toSecret = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    const plan = await at.run({ mode: 'plan', ...READER, ...toSecret });
    expect(plan.outputs['plan']).toContain('"into":["github-secret acme/data-platform/SEGMENT_BIGQUERY_CREDENTIALS"]');
    const elsewhere = await at.run(
      { mode: 'apply', ...toSecret, expected_plan: plan.outputs['plan_digest'] ?? '' },
      { env: { GITHUB_REPOSITORY: 'acme/other' } },
    );
    expect(elsewhere.code).toBe(1);
    expect(writes(elsewhere.sent)).toEqual([]);
  });
});

describe('what a run leaves behind', () => {
  const toManager = homes.find(({ name }) => name === 'Secret Manager')?.inputs({}) ?? {};

  test('a person’s version of the secret is never taken for ours', async () => {
    await prepareHomes(at);
    const secret = '/v1/projects/acme-analytics/secrets/segment-key';
    await at.simulation.faults([{ on: `PATCH ${secret}`, do: 'deny', times: 50 }]);
    await at.run({ mode: 'apply', verify: 'false', ...toManager }); // Adds its version, and cannot note it.
    await at.simulation.faults([]);
    await at.owner('POST', `${secret}:addVersion`, { payload: { data: Buffer.from('theirs').toString('base64') } });
    await at.simulation.age(185);
    const inputs = { verify: 'false', key_overlap_days: '0', ...toManager };
    for (const mode of ['apply', 'rotate', 'apply', 'apply']) {
      await at.run({ mode, ...inputs });
      await at.simulation.age(185);
    }
    expect(await at.owner('GET', `${secret}/versions/2`)).toHaveProperty('state', 'ENABLED');
    await at.run({ mode: 'destroy', ...inputs });
    expect(await at.owner('GET', `${secret}/versions/2`)).toHaveProperty('state', 'ENABLED');
  });

  test('no room in the description → refused before the first write, whatever else is to be done', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await describeAccount((now) => `${'x'.repeat(210)} ${now.slice(now.indexOf('[segment-retl'))}`)(at);
    await at.takePermission('bigquery.tables.getData');
    const run = await at.run({ mode: 'rotate', verify: 'false' });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/leaves no room/);
    expect(writes(run.sent)).toEqual([]);
  });

  test('a rotation that died: the next apply leaves no announcement, and check agrees with it', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.simulation.age(60);
    await describeAccount((now) => now.replace(/key=(\S+)/, 'key=$1 issuing-before=$1'))(at);
    await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    await at.simulation.age(180); // What is young would be looked for again.
    const plan = await at.run({ mode: 'plan', ...READER });
    expect(plan.outputs['plan']).toContain('"why":"under-way"');
    const applied = await at.run({ mode: 'apply', verify: 'false' });
    expect(applied).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(await at.description()).not.toContain('issuing-before');
    expect(driftOf(await at.run({ mode: 'check', verify: 'false', ...READER }))).toEqual([]);
  });

  test('eight rotations without an overlap: ids are announced shorter, and no run is told of another', async () => {
    const toSecret = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run({ mode: 'apply', verify: 'false', ...toSecret });
    for (let number = 1; number <= 8; number += 1) {
      await at.simulation.age(60);
      const run = await at.run({ mode: 'rotate', verify: 'false', ...toSecret });
      expect({ number, code: run.code, log: run.code === 0 ? '' : run.stdout }).toEqual({ number, code: 0, log: '' });
    }
    expect(await at.keys()).toHaveLength(9);
  });
});
