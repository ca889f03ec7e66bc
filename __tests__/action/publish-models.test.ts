import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { layOut } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import { startProxy } from '../../harness/proxy.ts';
import { PROJECT, driftOf, stage, writes } from '../../harness/stage.ts';
import { modelsIn, publishing } from './published.ts';
import type { ModelFacts } from './published.ts';
import { SLUG, segmentWrites, sourceIn, toSegment } from './segment-world.ts';

/** publish_models and prune_models: the bundle, against the simulator. */
const at = stage();

const SQL = 'SELECT id, email, plan FROM shop.users';
const NEWER = 'SELECT id, email FROM shop.users';
const YML = `models:
  - name: Users
    description: All of them
    query_file: users.sql
    query_identifier_column: id
`;
const FILES: Files = { 'segment/models.yml': YML, 'segment/users.sql': `${SQL};\n` };
const EDITED: Files = { ...FILES, 'segment/users.sql': `${NEWER}\n` };
const MARK = '[acme/data-platform:segment/models.yml]';

const modelsOf = (): Promise<readonly ModelFacts[]> => modelsIn(at);
const only = async (): Promise<ModelFacts> => {
  const [model, ...others] = await modelsOf();
  if (model === undefined || others.length > 0) throw new Error(`${String(others.length)} others, or none`);
  return model;
};
const publish = (states: readonly Files[], inputs: Record<string, string> = {}): ReturnType<typeof at.run> =>
  publishing(at, states, inputs);
const steps = (outputs: Readonly<Record<string, string>>): Record<string, unknown>[] =>
  (JSON.parse(outputs['plan'] ?? '{"steps":[]}') as { steps: Record<string, unknown>[] }).steps.filter(
    ({ kind }) => kind === 'segment-model',
  );
const ok = (result: { readonly code: number | null; readonly stdout: string }): void =>
  expect({ code: result.code, log: result.code === 0 ? '' : readable(result.stdout).slice(-3_000) }).toEqual({
    ...{ code: 0, log: '' },
  });

beforeEach(async () => {
  await at.makeDataset('shop');
  const tables = [`${PROJECT}.shop.users`];
  const schema = ['id', 'email', 'plan'].map((name) => ({ name, type: 'STRING' }));
  await at.simulation.queries([
    ...[SQL, `${SQL}\n`, `${SQL}; `, `${SQL};`].map((query) => ({ query, schema, tables })),
    { query: NEWER, schema: schema.slice(0, 2), tables },
    {
      query: `${NEWER} WHERE nope`,
      tables,
      error: { code: 400, reason: 'invalidQuery', message: 'Unrecognized name: nope' },
    },
  ]);
});

describe('publishing', () => {
  test('first apply: source and model in one run; the second writes nothing', async () => {
    const first = await publish([FILES]);
    ok(first);
    const { id } = await sourceIn(at);
    expect(await only()).toMatchObject({
      ...{ sourceId: id, name: 'Users', description: `All of them ${MARK}`, enabled: true },
      ...{ query: SQL, queryIdentifierColumn: 'id' },
    });
    expect(segmentWrites(first.sent).at(-1)).toBe('POST /reverse-etl-models');
    expect(readable(first.stdout)).toContain('segment-model/Users: created');
    const second = await publish([FILES]);
    ok(second);
    expect({ writes: writes(second.sent), result: second.outputs['result'] }).toEqual({
      writes: [],
      result: 'unchanged',
    });
    const check = await publish([FILES], { mode: 'check' });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false' } });
  });

  test('a model of a file that is not in Segment, another query → drift in check, by field; plan names id and hash', async () => {
    const missing = await publish([FILES], { mode: 'check', key_delivery: 'output', segment_source: 'website' });
    expect(missing.code).toBe(1);
    await publish([FILES]);
    const check = await publish([FILES, EDITED], { mode: 'check' });
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'true', drift_changed: '1' } });
    expect(driftOf(check)).toEqual([expect.stringMatching(/^segment-model\/Users query: [0-9a-f]{12} \(1 line\) → /)]);
    const { id } = await only();
    expect(steps(check.outputs)).toMatchObject([
      {
        differences: [
          {
            code: 'segment-model.query',
            change: { set: 'query', id, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
          },
        ],
      },
    ]);
    const plan = await publish([FILES, EDITED], { mode: 'plan' });
    expect(plan.outputs['plan_digest']).toMatch(/^[0-9a-f]{64}$/);
    const other = await publish([FILES, { ...FILES, 'segment/users.sql': `${SQL} LIMIT 5` }], { mode: 'plan' });
    expect(other.outputs['plan_digest']).not.toBe(plan.outputs['plan_digest']);
  });

  test('a file was changed, renamed, disabled by commits → written, only what differs, and one model still', async () => {
    await publish([FILES]);
    const { id } = await only();
    const changed = await publish([FILES, EDITED]);
    ok(changed);
    expect(segmentWrites(changed.sent)).toEqual([`PATCH /reverse-etl-models/${id}`]);
    const body = changed.sent.find(({ method, path }) => method === 'PATCH' && path.startsWith('/reverse-etl'))?.body;
    expect(body).toEqual({ query: NEWER });
    const yml = YML.replace('name: Users', 'name: People\n    previous_name: Users\n    enabled: false');
    const renamed = { ...EDITED, 'segment/models.yml': yml };
    ok(await publish([FILES, EDITED, renamed]));
    expect(await only()).toMatchObject({ id, name: 'People', enabled: false, query: NEWER });
    const again = await publish([FILES, EDITED, renamed]);
    expect(writes(again.sent)).toEqual([]);
  });

  test('a model with an error → that model alone is not written; the run is red', async () => {
    const two = `${YML}  - name: Broken\n    query: ${NEWER} WHERE nope\n    query_identifier_column: id\n`;
    const result = await publish([{ ...FILES, 'segment/models.yml': two }]);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', models_errors: '1' } });
    expect((await modelsOf()).map(({ name }) => name)).toEqual(['Users']);
    expect(readable(result.stdout)).toContain('Could not write the model Broken to Segment: it has errors: query at');
  });

  test('the account cannot be tried → nothing is published, and it says why', async () => {
    await at.run({ mode: 'apply', ...toSegment(at) });
    await at.simulation.faults([{ on: `POST /bigquery/v2/projects/${PROJECT}/jobs`, do: 'deny', times: 99 }]);
    const result = await publish([FILES]);
    expect(result.code).toBe(1);
    expect(await modelsOf()).toEqual([]);
  });

  test('without a token: plan says that Segment was not looked at, no digest; apply is refused', async () => {
    const plan = await publish([FILES], { mode: 'plan', segment_token: '', key_delivery: 'output' });
    expect(plan.outputs['plan_digest']).toBe('');
    expect(readable(plan.stdout)).toContain('not looked at');
    const apply = await publish([FILES], { segment_token: '', key_delivery: 'output' });
    expect(apply).toMatchObject({ code: 1, sent: [] });
    expect(readable(apply.stdout)).toContain('publish_models: it needs segment_token');
  });
});

describe('what belongs to others', () => {
  const byHand = async (more: Record<string, unknown> = {}): Promise<string> => {
    await at.run({ mode: 'apply', ...toSegment(at) });
    const { id: sourceId } = await sourceIn(at);
    const { reverseEtlModel } = (await at.workspace.ask('POST', '/reverse-etl-models', {
      ...{
        sourceId,
        name: 'Users',
        description: ' ',
        enabled: true,
        query: `${SQL};\n\n`,
        queryIdentifierColumn: 'id',
      },
      ...more,
    })) as { reverseEtlModel: { id: string } };
    return reverseEtlModel.id;
  };

  test('made in the app → refused unmarked; adopted with adopt, its text kept; then no drift', async () => {
    const id = await byHand({ description: 'By Ann' });
    const refused = await publish([FILES]);
    expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(writes(refused.sent)).toEqual([]);
    expect(readable(refused.stdout)).toContain('Set adopt: true to take it over');
    const silent = { ...FILES, 'segment/models.yml': YML.replace('    description: All of them\n', '') };
    ok(await publish([silent], { adopt: 'true' }));
    expect(await only()).toMatchObject({ id, description: `By Ann ${MARK}`, query: `${SQL};\n\n` });
    expect((await publish([silent], { mode: 'check' })).outputs['drift']).toBe('false');
  });

  test.each([
    ['another repository', 'x [acme/website:segment/models.yml]', 'acme/website:segment/models.yml'],
    ['Segment itself', 'Automatically Created, Do not Edit', 'Segment made the model'],
  ])('of %s → refused, and not touched, adopt or not', async (_title, description, words) => {
    await byHand({ description });
    const refused = await publish([FILES], { adopt: 'true' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(readable(refused.stdout)).toContain(words);
  });

  test('edited in the app → drift; apply refuses; a reviewed plan overwrites it', async () => {
    await publish([FILES]);
    const { id } = await only();
    await at.workspace.ask('PATCH', `/reverse-etl-models/${id}`, { query: 'SELECT id FROM shop.users WHERE vip' });
    const check = await publish([FILES], { mode: 'check' });
    expect(check).toMatchObject({ code: 1, outputs: { drift_changed: '1' } });
    const refused = await publish([FILES]);
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(readable(refused.stdout)).toContain('no commit of its file matches what is in Segment');
    const plan = await publish([FILES], { mode: 'plan' });
    ok(await publish([FILES], { expected_plan: plan.outputs['plan_digest'] ?? '' }));
    expect(await only()).toMatchObject({ query: SQL });
  });

  test('no history at hand → refused; the commit before the push, by GitHub, will do', async () => {
    await publish([FILES]);
    const commit = 'b'.repeat(40);
    const base64 = (file: string | Uint8Array | undefined): string => Buffer.from(file ?? '').toString('base64');
    const before = Object.fromEntries(Object.entries(FILES).map(([path, file]) => [path, base64(file)]));
    await at.simulation.change({ gitHubCommits: { 'acme/data-platform': { [commit]: before } } });
    const shallow = (inputs: Record<string, string>): ReturnType<typeof at.run> =>
      at.run(
        { mode: 'apply', models: 'segment', publish_models: 'true', ...toSegment(at), ...inputs },
        {
          event: { before: commit, repository: { default_branch: 'main' } },
          prepare: (workspace) => layOut(workspace, EDITED),
          env: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
        },
      );
    const blind = await shallow({});
    expect(blind.code).toBe(1);
    expect(readable(blind.stdout)).toContain('no commit of its file matches what is in Segment');
    ok(await shallow({ comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '', comment: 'never' }));
    expect(await only()).toMatchObject({ query: NEWER });
  });

  test('another identifier → refused, unless the file allows it', async () => {
    await publish([FILES]);
    const other = { ...FILES, 'segment/models.yml': YML.replace('column: id', 'column: email') };
    const refused = await publish([FILES, other]);
    expect(refused.code).toBe(1);
    expect(readable(refused.stdout)).toContain('its identifier would change from id to email');
    const allowed = {
      ...FILES,
      'segment/models.yml': `${other['segment/models.yml']}    allow: [identifier-changed]\n`,
    };
    ok(await publish([FILES, allowed]));
    expect(await only()).toMatchObject({ queryIdentifierColumn: 'email' });
  });

  test('enabled mappings → named in the plan; no mapping and no schedule is ever written', async () => {
    await publish([FILES]);
    const { id } = await sourceIn(at);
    const mapping = await at.workspace.mapping(id, { query: SQL, model: { name: 'Of the app' } });
    const users = (await modelsOf()).find(({ name }) => name === 'Users');
    await at.workspace.ask('PATCH', `/destinations/${mapping.destination}/subscriptions/${mapping.subscription}`, {
      input: { reverseETLModelId: users?.id },
    });
    const plan = await publish([FILES, EDITED], { mode: 'plan' });
    expect(readable(plan.stdout)).toContain('it is synced by Upsert (CRM)');
    const applied = await publish([FILES, EDITED]);
    expect(segmentWrites(applied.sent).filter((line) => /destinations|subscriptions|syncs/.test(line))).toEqual([]);
  });
});

describe('interrupted', () => {
  test('a lost answer to the creation → one model, and the run is green', async () => {
    await at.run({ mode: 'apply', ...toSegment(at) });
    await at.simulation.faults([{ on: 'POST /reverse-etl-models', do: 'lose-reply', times: 1 }]);
    const result = await publish([FILES]);
    ok(result);
    expect(await only()).toMatchObject({ name: 'Users' });
    expect(writes((await publish([FILES])).sent)).toEqual([]);
  });

  test.each(['deny', 'reset', 'throttle'] as const)(
    'POST and PATCH with %s → the next run converges to one model',
    async (fault) => {
      await at.run({ mode: 'apply', ...toSegment(at) });
      await at.simulation.faults([{ on: 'POST /reverse-etl-models', do: fault, times: 1 }]);
      await publish([FILES]);
      await at.simulation.faults([]);
      ok(await publish([FILES]));
      expect((await modelsOf()).map(({ name }) => name)).toEqual(['Users']);
      await at.simulation.faults([{ on: 'PATCH /reverse-etl-models', do: fault, times: 1 }]);
      await publish([FILES, EDITED]);
      await at.simulation.faults([]);
      ok(await publish([FILES, EDITED]));
      expect(await only()).toMatchObject({ query: NEWER });
    },
  );
});

describe('prune_models', () => {
  const GONE: Files = {
    'segment/other.yml': YML.replace('Users', 'Others').replace('users.sql', 'others.sql'),
    'segment/others.sql': SQL,
  };

  test('a file is gone → surplus in check; kept by apply; deleted with prune_models alone', async () => {
    await publish([FILES]);
    const check = await publish([FILES, GONE], { mode: 'check' });
    expect(check.outputs).toMatchObject({ drift_surplus: '1', drift_missing: '1' });
    ok(await publish([FILES, GONE], { prune: 'true' }));
    expect((await modelsOf()).map(({ name }) => name).sort()).toEqual(['Others', 'Users']);
    const pruned = await publish([FILES, GONE], { prune_models: 'true' });
    ok(pruned);
    expect(segmentWrites(pruned.sent)).toEqual([expect.stringMatching(/^DELETE \/reverse-etl-models\//)]);
    expect(await only()).toMatchObject({ name: 'Others' });
  });

  test('a mapping uses it, another folder, another repository, no mark → kept', async () => {
    await publish([FILES]);
    const { id } = await sourceIn(at);
    const users = await only();
    const mapping = await at.workspace.mapping(id, { query: SQL, model: { name: 'Of the app' } });
    await at.workspace.ask('PATCH', `/destinations/${mapping.destination}/subscriptions/${mapping.subscription}`, {
      input: { reverseETLModelId: users.id, enabled: false },
    });
    for (const description of ['[acme/data-platform:crm/models.yml]', '[acme/website:segment/x.yml]'])
      await at.workspace.ask('PATCH', `/reverse-etl-models/${mapping.model}`, { description });
    const pruned = await publish([FILES, GONE], { prune_models: 'true' });
    expect(segmentWrites(pruned.sent).filter((line) => line.startsWith('DELETE'))).toEqual([]);
    expect(readable(pruned.stdout)).toContain('mappings use it (Upsert (CRM))');
  });

  test('six at once → refused without a review; a file that cannot be read → refused', async () => {
    const many = `models:\n${Array.from({ length: 6 }, (_none, index) => `  - name: M${String(index)}\n    query: ${SQL}\n    query_identifier_column: id\n`).join('')}`;
    ok(await publish([{ 'segment/models.yml': many }]));
    const refused = await publish([{ 'segment/models.yml': many }, GONE], { prune_models: 'true' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(readable(refused.stdout)).toContain('at most 5 are deleted without a review');
    const plan = await publish([{ 'segment/models.yml': many }, GONE], { mode: 'plan', prune_models: 'true' });
    ok(
      await publish([{ 'segment/models.yml': many }, GONE], {
        ...{ prune_models: 'true', expected_plan: plan.outputs['plan_digest'] ?? '' },
      }),
    );
    expect(await only()).toMatchObject({ name: 'Others' });
    const broken = { ...GONE, 'segment/models.yml': 'models: [' };
    const unread = await publish([GONE, broken], { prune_models: 'true' });
    expect(readable(unread.stdout)).toContain('could not be read, and may still ask for them');
    expect(writes(unread.sent)).toEqual([]);
  });
});

test('the slug of another kind of source → refused', async () => {
  const result = await publish([FILES], { key_delivery: 'output', segment_source: 'website' });
  expect(result.code).toBe(1);
  expect(writes(result.sent)).toEqual([]);
  expect(SLUG).not.toBe('website');
});

describe('dbt', () => {
  const manifest = (): string =>
    readFileSync(new URL('../pure/models/dbt/manifests/1.9.json', import.meta.url), 'utf8');
  const compiled = (text: string): Record<string, string> =>
    Object.fromEntries(
      Object.values(
        (JSON.parse(text) as { nodes: Record<string, { name: string; compiled_code?: string }> }).nodes,
      ).flatMap(({ name, compiled_code: code }) => (code === undefined ? [] : [[name, code]])),
    );
  const files = (text: string): Files => ({
    'dbt/target/manifest.json': text,
    'dbt/models/segment/active_users.sql': 'x',
    'dbt/models/segment/paying_users.sql': 'x',
  });
  const inputs = { models: '', dbt_manifest: 'dbt/target/manifest.json' };
  const answer = (query: string): Promise<void> =>
    at.simulation.queries([
      { query, schema: ['id', 'plan'].map((name) => ({ name, type: 'STRING' })), tables: [`${PROJECT}.shop.users`] },
    ]);

  test('compiled models → published with the mark of their file; changed ones take a review; gone ones are pruned', async () => {
    const first = manifest();
    for (const query of Object.values(compiled(first))) await answer(query);
    ok(await publish([files(first)], inputs));
    expect(
      (await modelsOf()).map(({ name, description }) => [name, description.replace(/^.*(?=\[)/s, '')]).sort(),
    ).toEqual([
      ['active_users', '[acme/data-platform:dbt/models/segment/active_users.sql]'],
      ['paying_users', '[acme/data-platform:dbt/models/segment/paying_users.sql]'],
    ]);
    expect(writes((await publish([files(first)], inputs)).sent)).toEqual([]);
    const old = compiled(first)['active_users'] ?? '';
    const second = first.replaceAll(JSON.stringify(old).slice(1, -1), JSON.stringify(`${old} AND 1 = 1`).slice(1, -1));
    await answer(`${old} AND 1 = 1`);
    const refused = await publish([files(second)], inputs);
    expect(refused.code).toBe(1);
    expect(readable(refused.stdout)).toContain('no commit of its file matches what is in Segment');
    const plan = await publish([files(second)], { ...inputs, mode: 'plan' });
    ok(await publish([files(second)], { ...inputs, expected_plan: plan.outputs['plan_digest'] ?? '' }));
    expect((await modelsOf()).find(({ name }) => name === 'active_users')?.query.trim()).toBe(
      `${old} AND 1 = 1`.trim(),
    );
    // Selected no more, its file still there: another workflow may select it.
    const fewer = { ...inputs, dbt_select: 'active_users', prune_models: 'true' };
    ok(await publish([files(second)], fewer));
    expect(await modelsOf()).toHaveLength(2);
    const { 'dbt/models/segment/paying_users.sql': _gone, ...left } = files(second);
    ok(await publish([left], fewer));
    expect(await only()).toMatchObject({ name: 'active_users' });
  });
});

describe('two runs at once', () => {
  test('both create the same model → one is left, and the next run writes nothing', async () => {
    let isFirst = true;
    const proxy = await startProxy(at.simulation.url, at.simulation.env, async (request) => {
      if (request !== 'POST /reverse-etl-models' || !isFirst) return;
      isFirst = false;
      ok(await publish([FILES]));
    });
    try {
      ok(await at.run({ mode: 'apply', ...toSegment(at) }));
      const held = await publishing(at, [FILES], {}, { env: proxy.env });
      ok(held);
      expect(isFirst).toBe(false);
      expect(readable(held.stdout)).toContain('Another run created the model Users at the same moment');
    } finally {
      await proxy.stop();
    }
    await only();
    expect(writes((await publish([FILES])).sent)).toEqual([]);
  });
});
