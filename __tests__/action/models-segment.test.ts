import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { commitAndChange, laidOut, pullOver } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import { PROJECT, stage, writes } from '../../harness/stage.ts';
import type { MappingExtras } from '../../harness/workspace.ts';
import { SLUG } from './segment-world.ts';

/** Models and what runs in Segment: compared down to the columns that mappings name, and tried. */
const at = stage();

const SQL = 'SELECT id, email, plan FROM shop.users';
const FILES: Files = {
  'segment/models.yml': 'models:\n  - name: Users\n    query_file: users.sql\n    query_identifier_column: id\n',
  'segment/users.sql': `${SQL}\n`,
};
const LESS: Files = { ...FILES, 'segment/users.sql': 'SELECT id, email FROM shop.users\n' };
const columns = (...names: string[]): object[] => names.map((name) => ({ name, type: 'STRING' }));

interface Finding {
  readonly id: string;
  readonly weight: string;
  readonly message: string;
}
interface Told {
  readonly models: readonly {
    readonly name: string;
    readonly change: string;
    readonly syncs_a_month?: number;
    readonly findings: readonly Finding[];
  }[];
}
const told = (outputs: Readonly<Record<string, string>>): Told => JSON.parse(outputs['models'] ?? '{}') as Told;
const found = (outputs: Readonly<Record<string, string>>): string[] =>
  told(outputs).models.flatMap(({ findings }) => findings.map(({ id, weight }) => `${weight} ${id}`));

const prepare = (query: string, names: readonly string[], more: object = {}): Promise<void> =>
  at.simulation.queries([
    { query, schema: columns(...names), bytes: '1099511627776', tables: [`${PROJECT}.shop.users`], ...more },
  ]);
const token = (): string => at.simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '';
const tester = (): string => at.simulation.env['SIMULATOR_TESTER_SERVICE_ACCOUNT'] ?? '';
const run = (files: Files, inputs: Record<string, string> = {}): ReturnType<typeof at.run> =>
  at.run(
    { mode: 'models', models: 'segment', segment_token: token(), service_account: tester(), ...inputs },
    { prepare: laidOut(files), env: { GITHUB_EVENT_NAME: 'pull_request' } },
  );
/** A source that a person made, with a model and a mapping of it. */
const live = async (more: MappingExtras = {}): Promise<string> => {
  const id = await at.workspace.source({ location: 'EU', credentials: '{}' }, { slug: SLUG });
  await at.workspace.mapping(id, { query: `${SQL};\n\n`, ...more, model: { name: 'Users', ...more.model } });
  return id;
};
const uses = (settings: object, more: object = {}): MappingExtras => ({
  subscription: { name: 'Identify', settings, ...more },
});
/** A template inside an array inside @if. */
const NESTED = {
  traits: {
    tags: { '@if': { exists: { '@path': '$.properties.email' }, then: [{ '@template': 'p-{{properties.plan}}' }] } },
  },
};

beforeEach(async () => {
  await at.makeDataset('shop');
  await at.run({ mode: 'apply', verify: 'false' });
  await prepare(`${SQL}\n`, ['id', 'email', 'plan']);
  await prepare(SQL, ['id', 'email', 'plan']);
  await prepare('SELECT id, email FROM shop.users\n', ['id', 'email']);
});

describe('a removed column', () => {
  test('named by a template inside an array inside @if → error with mapping, destination and field', async () => {
    await live(uses(NESTED));
    const result = await run(LESS);
    expect(result).toMatchObject({ code: 1, outputs: { models_errors: '1', models_breaking: '1' } });
    expect(found(result.outputs)).toEqual(['error breaks-mapping', 'notice query-changed']);
    expect(told(result.outputs).models[0]?.findings[0]?.message).toBe(
      'The column plan is removed, and the mapping Identify (CRM) uses it in traits.tags. Keep the column until the mapping is changed.',
    );
    expect(readable(result.stdout)).toContain(`compared with what runs in Segment (${SLUG})`);
    expect(writes(result.sent)).toEqual([]);
  });

  test('by a disabled mapping → warning', async () => {
    await live(uses(NESTED, { enabled: false }));
    const disabled = await run(LESS);
    expect(disabled.code).toBe(0);
    expect(found(disabled.outputs)).toEqual(['warning breaks-mapping', 'notice query-changed']);
  });

  test('by a mapping that takes all → warning', async () => {
    await live(uses({ traits: { '@path': '$.properties' } }));
    expect(found((await run(LESS)).outputs)).toEqual(['warning breaks-mapping', 'notice query-changed']);
  });

  test('by none → notice', async () => {
    await live(uses({ email: { '@path': '$.properties.email' } }));
    const unused = await run(LESS);
    expect(unused.code).toBe(0);
    expect(found(unused.outputs)).toEqual(['notice query-changed', 'notice column-removed']);
  });

  test('by a trigger → error', async () => {
    await live(uses({}, { trigger: 'event = "new" and properties.plan = "pro"' }));
    const result = await run(LESS);
    expect(found(result.outputs)).toEqual(['error breaks-mapping', 'notice query-changed']);
    expect(told(result.outputs).models[0]?.findings[0]?.message).toContain('uses it in trigger');
  });
});

describe('what else breaks', () => {
  test('another identifier, a disabled model → errors; allowed → told, and not red', async () => {
    await live(uses({}));
    const yml = String(FILES['segment/models.yml']).replace('column: id', 'column: email');
    const other = await run({ ...FILES, 'segment/models.yml': `${yml}    enabled: false\n` });
    expect(found(other.outputs).sort()).toEqual(['error identifier-changed', 'error model-disabled']);
    const meant = await run({ ...FILES, 'segment/models.yml': `${yml}    allow: [identifier-changed]\n` });
    expect({ code: meant.code, found: found(meant.outputs) }).toEqual({
      code: 0,
      found: ['notice identifier-changed'],
    });
  });

  test('a model of the base commit is gone, and a mapping syncs it → error', async () => {
    await live(uses({}));
    const result = await at.run(
      { mode: 'models', models: 'segment', segment_token: token(), service_account: tester() },
      {
        env: { GITHUB_EVENT_NAME: 'pull_request' },
        prepare: (workspace) => {
          const yml = String(FILES['segment/models.yml']);
          const now = { ...FILES, 'segment/models.yml': yml.replace('Users', 'People') };
          const commit = commitAndChange(workspace, FILES, now);
          writeFileSync(join(workspace, '..', 'event.json'), JSON.stringify(pullOver(commit)));
        },
      },
    );
    expect(found(result.outputs)).toEqual(['error model-removed']);
    expect(told(result.outputs).models.map(({ name, change }) => [name, change])).toEqual([
      ['People', 'new'],
      ['Users', 'removed'],
    ]);
  });
});

describe('Segment is not asked, or cannot be', () => {
  test('no token → the base commit alone, and it says so', async () => {
    const result = await run(LESS, { segment_token: '' });
    expect(result.code).toBe(0);
    expect(readable(result.stdout)).toContain('Segment was not asked (no segment_token was given)');
    expect(result.sent.filter(({ path }) => path.startsWith('/reverse-etl'))).toEqual([]);
  });

  test('the alpha call fails → validated all the same, a warning, and no word that nobody uses a column', async () => {
    await live(uses(NESTED));
    await at.simulation.faults([{ on: 'GET /destinations/', do: 'deny', times: 99 }]);
    const result = await run(LESS);
    expect(found(result.outputs)).toEqual(['warning column-removed', 'notice query-changed']);
    expect(told(result.outputs).models[0]?.findings[0]?.message).toContain('because Segment could not be read');
    await at.simulation.faults([]);
    // The alpha call has another shape one day.
    await at.simulation.answers([
      { on: 'GET /reverse-etl-models', status: 200, times: 99, body: { data: { retlModels: [] } } },
    ]);
    const blind = await run(LESS);
    expect(blind.code).toBe(0);
    expect(found(blind.outputs)).toEqual([]);
    expect(readable(blind.stdout)).toContain('the models were not compared with what runs in Segment');
  });

  test('a token that is refused, another workspace → red, and the input is named', async () => {
    await live();
    const refused = await run(FILES, { segment_token: 'sgp_0123456789012345678901234567' });
    expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(readable(refused.stdout)).toContain('Could not compare the models with what runs in Segment');
    const other = await run(FILES, { segment_workspace: 'globex' });
    expect(other.code).toBe(1);
    expect(readable(other.stdout)).toContain('belongs to the workspace acme');
    // The models are tried all the same.
    expect(told(other.outputs).models).toMatchObject([{ name: 'Users' }]);
  });
});

describe('cost', () => {
  test('a price and a schedule → by the month, at least; the output tells how often', async () => {
    await live({ ...uses({}), schedule: { strategy: 'PERIODIC', config: { interval: '24h' } } });
    const result = await run(FILES, { price_per_tib: '6.25' });
    expect(told(result.outputs).models[0]?.syncs_a_month).toBeCloseTo(30.44, 2);
    expect(result.summary).toContain('Cost a month');
    expect(result.summary).toContain('at least &#36;190.23 (30 syncs)');
  });
});

describe('live_models', () => {
  const check = (inputs: Record<string, string> = {}): ReturnType<typeof at.run> =>
    at.run(
      { mode: 'check', live_models: 'true', segment_token: token(), ...inputs },
      { env: { GITHUB_EVENT_NAME: 'schedule' } },
    );

  test('a nightly check → every live model is tried, on whatever page it is; all run → green', async () => {
    const id = await live();
    for (let index = 0; index < 205; index += 1)
      await at.workspace.ask('POST', '/reverse-etl-models', {
        ...{ sourceId: id, name: `M${String(index)}`, description: ' ', enabled: true },
        ...{ query: SQL, queryIdentifierColumn: 'id' },
      });
    const result = await check();
    expect({ code: result.code, log: result.code === 0 ? '' : readable(result.stdout).slice(-2_000) }).toEqual({
      code: 0,
      log: '',
    });
    expect(readable(result.stdout).match(/✓ can run the model /g)).toHaveLength(206);
    // Equal texts are tried once: one ends in a semicolon.
    expect(result.sent.filter(({ path }) => path.endsWith('/jobs'))).toHaveLength(2);
    expect(result.sent.filter(({ path }) => path === '/reverse-etl-models').length).toBeGreaterThan(1);
  });

  test('a table was dropped under a live model → a failed access check with its name, red', async () => {
    await live();
    const message = `Not found: Table ${PROJECT}:shop.users was not found in location EU`;
    await at.simulation.queries([
      { query: `${SQL};`, tables: [], error: { code: 404, reason: 'notFound', message } },
      { query: SQL, tables: [], error: { code: 404, reason: 'notFound', message } },
    ]);
    const result = await check();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', drift: 'false' } });
    expect(readable(result.stdout)).toMatch(/✗ can run the model Users \(\w+\) that runs in Segment/);
    expect(result.stdout).toMatch(/::error::.*cannot run the model Users/);
    const plan = JSON.parse(result.outputs['plan'] ?? '{}') as {
      verification?: { checks: { what: string; outcome: string }[] };
    };
    expect(plan.verification?.checks.filter(({ outcome }) => outcome === 'fails')).toMatchObject([
      { what: expect.stringContaining('the model Users') },
    ]);
    const alone = await at.run({
      mode: 'models',
      live_models: 'true',
      segment_token: token(),
      service_account: tester(),
    });
    expect(alone).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(readable(alone.stdout)).toContain('cannot run the model Users');
  });

  test('nobody can list them → red: that is no proof that they run', async () => {
    await live();
    await at.simulation.faults([{ on: 'GET /reverse-etl-models', do: 'deny', times: 99 }]);
    const result = await check();
    expect(result.code).toBe(1);
    expect(readable(result.stdout)).toContain('they could not be listed');
  });

  test('a model that is disabled → does not run, and is not tried', async () => {
    await live({ model: { enabled: false } });
    const result = await check();
    expect(result.code).toBe(0);
    expect(result.sent.filter(({ path }) => path.endsWith('/jobs'))).toEqual([]);
  });
});

test('names and settings of others with commands in them → inert everywhere', async () => {
  const name = '::set-output name=key::x ##[error]y <b>@acme/team</b> | `z`\n::error::w';
  await live({ model: { name }, subscription: { name, settings: { [name]: { '@path': '$.properties.plan' } } } });
  const files = {
    ...LESS,
    'segment/models.yml': `models:\n  - name: Users\n    query_file: users.sql\n    query_identifier_column: id\n`,
  };
  const { models } = ((await at.simulation.world()) as { segment: { models: { id: string }[] } }).segment;
  // The same model under a name that a file can have, with a mapping whose name and fields cannot be trusted.
  await at.workspace.ask('PATCH', `/reverse-etl-models/${models[0]?.id ?? ''}`, { name: 'Users' });
  const result = await run(files, { live_models: 'true' });
  expect(found(result.outputs)).toContain('error breaks-mapping');
  await at.workspace.ask('PATCH', `/reverse-etl-models/${models[0]?.id ?? ''}`, { name });
  const check = await at.run({ mode: 'check', live_models: 'true', segment_token: token() });
  for (const { stdout, summary } of [result, check]) {
    const obeyed = stdout.split('\n').filter((line) => /^::(?:set-output|error::w)|##\[/.test(line));
    expect(obeyed).toEqual([]);
    expect(summary).not.toContain('<b>');
  }
});
