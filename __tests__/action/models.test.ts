import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { commitAndChange, laidOut, layOut, pullOver } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import { EMAIL, PROJECT, stage, writes } from '../../harness/stage.ts';

/** Mode models, and models beside the other modes: the bundle, against the simulator. */
const at = stage();

const MODELS = `models:
  - name: Active users
    query_file: active_users.sql
    query_identifier_column: id
    columns: [id, plan]
`;
const SQL = 'SELECT id, email, plan\nFROM shop.users\nWHERE seen > 0\n';
const FILES: Files = { 'segment/models.yml': MODELS, 'segment/active_users.sql': SQL };
const SCHEMA = ['id', 'email', 'plan'].map((name) => ({ name, type: 'STRING' }));
const TABLES = [`${PROJECT}.shop.users`];

interface Told {
  readonly models: readonly {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly change: string;
    readonly tried: boolean;
    readonly columns: readonly { readonly name: string; readonly type: string }[] | null;
    readonly bytes: number | null;
    readonly findings: readonly Finding[];
  }[];
  readonly findings: readonly Finding[];
}
interface Finding {
  readonly id: string;
  readonly weight: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
const told = (outputs: Readonly<Record<string, string>>): Told => JSON.parse(outputs['models'] ?? '{}') as Told;
const found = (outputs: Readonly<Record<string, string>>): string[] => {
  const { models, findings } = told(outputs);
  return [...findings, ...models.flatMap((model) => model.findings)].map(
    ({ id, weight, file, line, column }) => `${weight} ${id} ${file}:${String(line)}:${String(column)}`,
  );
};

const tester = (): string => at.simulation.env['SIMULATOR_TESTER_SERVICE_ACCOUNT'] ?? '';
const run = (
  files: Files,
  inputs: Record<string, string> = {},
  more: Parameters<typeof at.run>[1] = {},
): ReturnType<typeof at.run> =>
  at.run(
    { mode: 'models', models: 'segment', service_account: tester(), ...inputs },
    { prepare: laidOut(files), env: { GITHUB_EVENT_NAME: 'pull_request' }, ...more },
  );
const prepare = (query: string, more: object = {}): Promise<void> =>
  at.simulation.queries([{ query, schema: SCHEMA, bytes: '1200000000', tables: TABLES, ...more }]);

beforeEach(async () => {
  await at.makeDataset('shop');
  await at.run({ mode: 'apply', verify: 'false' });
  await prepare(SQL);
});

describe('mode models', () => {
  test('a model that runs → tried as the account by a dry run, columns and bytes told, nothing written', async () => {
    const result = await run(FILES, { price_per_tib: '6.25' });
    expect({ code: result.code, log: readable(result.stdout) }).toMatchObject({ code: 0 });
    expect(result.outputs).toMatchObject({ result: 'unchanged', models_errors: '0', models_warnings: '0' });
    expect(told(result.outputs)).toEqual({
      version: 1,
      models: [
        {
          ...{ name: 'Active users', file: 'segment/models.yml', line: 2, change: 'not compared', tried: true },
          columns: SCHEMA,
          ...{ bytes: 1_200_000_000, accuracy: 'PRECISE', columns_added: [], columns_removed: [], findings: [] },
        },
      ],
      findings: [],
    });
    expect(writes(result.sent)).toEqual([]);
    const jobs = result.sent.filter(({ path }) => path.endsWith('/jobs'));
    expect(jobs.map(({ method, body }) => [method, body])).toEqual([
      [
        'POST',
        {
          configuration: {
            dryRun: true,
            query: {
              query: `WITH __segment_model AS (\n${SQL}\n) SELECT * FROM __segment_model`,
              ...{ useLegacySql: false, useQueryCache: false },
            },
          },
          jobReference: { projectId: PROJECT, location: 'EU' },
        },
      ],
    ]);
    expect(readable(result.stdout)).toContain("Tried as Segment's service account by impersonation, in EU");
    expect(result.summary).toContain('1&#46;2 GB | under &#36;0.01');
  });

  test('BigQuery rejects the query → its words on the line of the user, the step fails, output and annotation', async () => {
    const query = 'SELECT id,\n\tnope\nFROM shop.users';
    await prepare(query, { error: { code: 400, reason: 'invalidQuery', message: 'Unrecognized name: nope at [2:9]' } });
    const result = await run({ ...FILES, 'segment/active_users.sql': `\uFEFF${query.replaceAll('\n', '\r\n')}\r\n` });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', models_errors: '1' } });
    expect(found(result.outputs)).toEqual(['error query segment/active_users.sql:2:2']);
    expect(result.stdout).toContain(
      '::error title=query,file=segment/active_users.sql,line=2,col=2::BigQuery rejects the query: Unrecognized name: nope.',
    );
    const tolerated = await run({ ...FILES, 'segment/active_users.sql': query }, { models_fail_on: 'never' });
    expect(tolerated).toMatchObject({ code: 0, outputs: { result: 'unchanged', models_errors: '1' } });
  });

  test('an identity that may not act as the account → offline findings alone, said so, and not red by that', async () => {
    const reader = at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '';
    const result = await run(FILES, { service_account: reader });
    expect({ code: result.code, log: readable(result.stdout) }).toMatchObject({ code: 0 });
    expect(told(result.outputs).models).toMatchObject([{ tried: false, columns: null }]);
    expect(result.sent.filter(({ path }) => path.endsWith('/jobs'))).toEqual([]);
    expect(readable(result.stdout)).toContain('the models were not tried');
    const broken = await run(
      { ...FILES, 'segment/active_users.sql': 'SELECT 1; SELECT 2' },
      { service_account: reader },
    );
    expect(broken.code).toBe(1);
    expect(found(broken.outputs)).toEqual(['error statements segment/active_users.sql:1:11']);
  });

  test('credentials_json → signs in as the account itself, without the identity of the workflow', async () => {
    const applied = await at.run({ mode: 'rotate', verify: 'false' });
    const credentials = applied.outputs['key'] ?? '';
    expect(credentials).not.toBe('');
    const without = { workload_identity_provider: '', service_account: '' };
    const result = await run(FILES, { ...without, credentials_json: credentials });
    expect({ code: result.code, log: readable(result.stdout) }).toMatchObject({ code: 0 });
    expect(told(result.outputs).models).toMatchObject([{ tried: true }]);
    expect(result.sent.map(({ path }) => path)).toEqual(['/token', `/bigquery/v2/projects/${PROJECT}/jobs`]);
    expect(readable(result.stdout)).toContain('with credentials_json');
  });

  test('a fork → offline findings alone, nobody is asked, and it says so', async () => {
    const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    const event = pullOver('0'.repeat(39) + '1', 'mallory/data-platform');
    const result = await run({ ...FILES, 'segment/active_users.sql': 'SELECT @x' }, {}, { without, event });
    expect(result).toMatchObject({ code: 1, sent: [], outputs: { result: 'failed', models_errors: '1' } });
    expect(found(result.outputs)).toEqual(['error parameters segment/active_users.sql:1:8']);
    expect(result.summary).toContain('neither an identity nor secrets');
    const fine = await run(FILES, {}, { without, event });
    expect(fine).toMatchObject({ code: 0, sent: [], outputs: { result: 'unchanged' } });
  });

  test('an account that was disabled, a query without an answer → red, and said', async () => {
    await at.simulation.faults([{ on: `POST /bigquery/v2/projects/${PROJECT}/jobs`, do: 'deny', times: 9 }]);
    const denied = await run(FILES);
    expect(found(denied.outputs)).toEqual(['error denied segment/active_users.sql:1:1']);
    await at.simulation.faults([]);
    await at.run({ mode: 'revoke' });
    const revoked = await run(FILES);
    expect(revoked).toMatchObject({ code: 1, outputs: { result: 'failed', models_errors: '0' } });
    expect(readable(revoked.stdout)).toContain('The service account is disabled');
    expect(told(revoked.outputs).models).toMatchObject([{ tried: false }]);
  });

  test('wrong inputs, and a sign-in that fails → the output models all the same', async () => {
    const wrong = await run(FILES, { fail_on: 'sometimes' });
    expect(wrong).toMatchObject({ code: 1, sent: [] });
    expect(told(wrong.outputs)).toEqual({ version: 1, models: [], findings: [] });
    await at.simulation.faults([{ on: 'POST /v1/token', do: 'deny', times: 9 }]);
    const failed = await run(FILES);
    expect(failed).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(told(failed.outputs).models).toMatchObject([{ name: 'Active users', tried: false }]);
  });

  test('no location is given, nor known → the input location is named', async () => {
    const result = await at.run(
      { mode: 'models', models: 'segment', service_account: tester(), location: '', access_mode: 'full' },
      { prepare: laidOut(FILES) },
    );
    // The state dataset lies in EU, and the account sees it.
    expect(readable(result.stdout)).toContain('by impersonation, in EU');
    await at.owner('DELETE', `/bigquery/v2/projects/${PROJECT}/datasets/__segment_reverse_etl?deleteContents=true`);
    const lost = await run(FILES, { location: '' });
    expect(lost).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(readable(lost.stdout)).toContain('Could not try the models: where they run is not known');
    const sourced = await run(FILES, { location: '', source_datasets: 'shop' });
    expect(readable(sourced.stdout)).toContain('by impersonation, in EU');
  });

  test('the account may not read a table: scoped → the line to add to source_datasets', async () => {
    await prepare(SQL, { tables: ['other-project.crm.people'] });
    const result = await run(FILES, { access_mode: 'scoped', source_datasets: 'shop' });
    expect(found(result.outputs)).toEqual(['error denied segment/active_users.sql:1:1']);
    expect(told(result.outputs).models[0]?.findings[0]?.message).toBe(
      `${EMAIL} may not read other-project.crm.people, which the query reads through a view (or it does not exist). Authorize the view on the dataset other-project.crm, or add other-project.crm to source_datasets, and run mode apply.`,
    );
  });

  test('data in another location → where it lies, and where the source looks', async () => {
    await at.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
      ...{ datasetReference: { datasetId: 'far' }, location: 'US' },
    });
    const query = 'SELECT id FROM far.users';
    await prepare(query, { tables: [`${PROJECT}.far.users`] });
    const result = await run({ ...FILES, 'segment/active_users.sql': query });
    expect(found(result.outputs)).toEqual(['error location segment/active_users.sql:1:16']);
    expect(told(result.outputs).models[0]?.findings[0]?.message).toContain(
      'lies in US; the source runs its queries in EU',
    );
  });

  test('verify_unique: one real query, limited, and what it found and cost', async () => {
    await prepare(SQL, { counts: { rows: 10, distinct: 7, nulls: 1 }, bytes: '2000' });
    const files = { ...FILES, 'segment/models.yml': `${MODELS}    verify_unique: true\n    max_bytes: 20 MiB\n` };
    const result = await run(files);
    expect(found(result.outputs)).toEqual(['error not-unique segment/models.yml:6:20']);
    const wrong = await run({
      ...files,
      'segment/models.yml': files['segment/models.yml'].replace('column: id', 'column: nope'),
    });
    expect(found(wrong.outputs)).toEqual(['error identifier-missing segment/models.yml:4:30']);
    expect(wrong.sent.filter(({ path }) => path.endsWith('/queries'))).toEqual([]);
    const queries = result.sent.filter(({ path }) => path.endsWith('/queries'));
    expect(queries.map(({ body }) => body)).toMatchObject([{ maximumBytesBilled: '20971520', location: 'EU' }]);
    expect(told(result.outputs).models[0]?.findings[0]?.message).toMatch(
      /of 10 rows, 2 repeat .* in 1 it is NULL.*billed 10\.5 MB/,
    );
  });
});

describe('compared with the base commit', () => {
  const over = (base: Files, now: Files, inputs: Record<string, string> = {}): ReturnType<typeof at.run> => {
    return run(now, inputs, {
      prepare: (workspace) => {
        const commit = commitAndChange(workspace, base, now);
        writeFileSync(join(workspace, '..', 'event.json'), JSON.stringify(pullOver(commit)));
      },
    });
  };

  test('a column is gone, the identifier is another, a model is gone → each told, in its place', async () => {
    const less = 'SELECT email, plan\nFROM shop.users\n';
    await prepare(less, { schema: SCHEMA.slice(1), bytes: '1500000000' });
    const second =
      MODELS + '  - name: Old users\n    query: SELECT id, plan FROM shop.users\n    query_identifier_column: id\n';
    const now = {
      'segment/models.yml': MODELS.replace('column: id', 'column: email').replace('[id, plan]', '[plan]'),
      'segment/active_users.sql': less,
    };
    const result = await over({ ...FILES, 'segment/models.yml': second }, now);
    expect({ code: result.code, found: found(result.outputs), log: readable(result.stdout) }).toMatchObject({
      code: 1,
      found: [
        'error identifier-changed segment/models.yml:4:30',
        'warning column-removed segment/active_users.sql:1:1',
        'notice query-changed segment/active_users.sql:1:1',
        'warning model-removed segment/models.yml:6:11',
      ],
    });
    expect(result.outputs).toMatchObject({ models_breaking: '3' });
    expect(told(result.outputs).models.map(({ change }) => change)).toEqual(['identifier', 'removed']);
    expect(readable(result.stdout)).toContain('compared with the base commit');
    expect(result.summary).toContain('+300 MB');
    expect(writes(result.sent)).toEqual([]);
  });

  test('the commit is not at hand → read by GitHub, as far as the pull request changes it; without the right → said so', async () => {
    const commit = 'b'.repeat(40);
    const base64 = (value: string): string => Buffer.from(value).toString('base64');
    const base = {
      'segment/models.yml': base64(MODELS),
      'segment/active_users.sql': base64('SELECT id FROM shop.users'),
    };
    await at.simulation.change({ gitHubCommits: { 'acme/data-platform': { [commit]: base } } });
    await prepare('SELECT id FROM shop.users', { schema: SCHEMA.slice(0, 1) });
    const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
    const result = await run(FILES, { comment_token: token, comment: 'never' }, { event: pullOver(commit) });
    expect(told(result.outputs).models).toMatchObject([{ change: 'query', columns_added: ['email', 'plan'] }]);
    const asked = result.sent.filter(({ path }) => path.startsWith('/repos/')).map(({ path }) => path);
    expect(asked).toEqual([
      `/repos/acme/data-platform/git/trees/${commit}`,
      '/repos/acme/data-platform/contents/segment/active_users.sql',
    ]);
    const blind = at.simulation.env['SIMULATOR_GITHUB_JOB_TOKEN'] ?? '';
    const refused = await run(FILES, { comment_token: blind, comment: 'never' }, { event: pullOver(commit) });
    expect(told(refused.outputs).models).toMatchObject([{ change: 'not compared', tried: true }]);
    expect(readable(refused.stdout)).toContain('contents: read');
  });

  test('nothing has changed → one dry run, and no word about it', async () => {
    const result = await over(FILES, FILES);
    expect(result).toMatchObject({ code: 0, outputs: { models_breaking: '0' } });
    expect(told(result.outputs).models).toMatchObject([{ change: 'none', findings: [] }]);
    expect(result.sent.filter(({ path }) => path.endsWith('/jobs'))).toHaveLength(1);
  });
});

describe('dataset_overrides', () => {
  test('tables of another dataset → tried there, with errors on the lines and columns of the file', async () => {
    await at.makeDataset('pr_7');
    const query = 'SELECT id,\n  nope\nFROM shop.users, shop.orders WHERE nope';
    const there = query
      .replace('shop.users', `\`${PROJECT}.pr_7.users\``)
      .replace('shop.orders', `\`${PROJECT}.pr_7.orders\``);
    const column = there.split('\n')[2]?.indexOf('nope') ?? 0;
    const message = `Unrecognized name: nope at [3:${String(column + 1)}]`;
    await prepare(there, { error: { code: 400, reason: 'invalidQuery', message } });
    const result = await run({ ...FILES, 'segment/active_users.sql': query }, { dataset_overrides: 'shop=pr_7' });
    const place = `3:${String((query.split('\n')[2]?.indexOf('nope') ?? 0) + 1)}`;
    expect(found(result.outputs)).toEqual([`error query segment/active_users.sql:${place}`]);
    await prepare(there);
    expect(
      await run({ ...FILES, 'segment/active_users.sql': query }, { dataset_overrides: 'shop=pr_7' }),
    ).toMatchObject({ code: 0 });
  });
});

describe('models beside other modes', () => {
  test('check: a model that BigQuery rejects → red by that; plan and apply do their work besides', async () => {
    await prepare(SQL, { error: { code: 400, reason: 'invalidQuery', message: 'Unrecognized name: id at [1:8]' } });
    const more = { prepare: (workspace: string): void => layOut(workspace, FILES) };
    const check = await at.run({ mode: 'check', models: 'segment' }, more);
    expect(check).toMatchObject({ code: 1, outputs: { result: 'failed', drift: 'false', models_errors: '1' } });
    expect(check.stdout).toContain('::error title=query,file=segment/active_users.sql,line=1,col=8::');
    const apply = await at.run({ mode: 'apply', models: 'segment' }, more);
    expect(apply).toMatchObject({ code: 1, outputs: { models_errors: '1', drift: 'false' } });
    await prepare(SQL);
    expect(await at.run({ mode: 'check', models: 'segment' }, more)).toMatchObject({ code: 0 });
  });
});

describe('what no dry run tells, and nobody is asked', () => {
  test('a table with row access policies → check warns of it, with the models that read it', async () => {
    const tables = `/bigquery/v2/projects/${PROJECT}/datasets/shop/tables`;
    await at.owner('POST', tables, { tableReference: { tableId: 'users' }, schema: { fields: SCHEMA } });
    await at.owner('POST', `${tables}/users/rowAccessPolicies`, {
      rowAccessPolicyReference: { policyId: 'eu' },
      ...{ filterPredicate: 'plan = "eu"', grantees: ['user:ann@acme.example'] },
    });
    const result = await at.run({ mode: 'check', models: 'segment' }, { prepare: laidOut(FILES) });
    expect(readable(result.stdout)).toContain(
      `${PROJECT}.shop.users, which Active users read, has row access policies`,
    );
  });

  test('plan and check on a fork: a broken model → told, nothing sent, and the step does not fail', async () => {
    const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    const event = pullOver(`${'0'.repeat(39)}1`, 'mallory/data-platform');
    const files = { ...FILES, 'segment/active_users.sql': 'SELECT @x' };
    for (const mode of ['plan', 'check']) {
      const result = await run(files, { mode }, { without, event });
      expect(result).toMatchObject({ code: 0, sent: [], outputs: { models_errors: '1', drift: 'unknown' } });
    }
  });
});

describe('hostile files', () => {
  test.each<[string, Files, RegExp, string?]>([
    [
      'a path that leads out',
      { 'segment/models.yml': MODELS.replace('active_users.sql', '../../event.json') },
      /outside|leads out/,
    ],
    ['an alias bomb', { 'segment/models.yml': bomb() }, /alias|nested|no key/],
    ['2 MB of YAML', { 'segment/models.yml': `models:\n${'  - name: x\n'.repeat(180_000)}` }, /larger than/],
    ['deep nesting', { 'segment/models.yml': `models: ${'['.repeat(100_000)}` }, /YAML/],
    ['no UTF-8', { 'segment/models.yml': Uint8Array.from([0xff, 0xfe, 0x00]) }, /UTF-8/],
  ])('%s → refused within 2 s, and nothing of it read', async (_title, files, words) => {
    const result = await run({ ...FILES, ...files });
    expect(result.code).toBe(1);
    expect(found(result.outputs).join('\n')).toMatch(/error (?:file|schema) /);
    expect(readable(result.stdout)).toMatch(words);
  });

  test('links out of the workspace → refused', async () => {
    const result = await run(
      {},
      {},
      {
        prepare: (workspace) => {
          layOut(workspace, { 'segment/models.yml': MODELS });
          symlinkSync('/etc/hostname', join(workspace, 'segment/active_users.sql'));
        },
      },
    );
    expect(result.code).toBe(1);
    expect(readable(result.stdout)).toContain('it leads out of the workspace');
  });

  test('names with commands in them → inert everywhere', async () => {
    const name = '::set-output name=key::x ##[error]y <b>@acme/team</b> | `z`';
    const result = await run({ ...FILES, 'segment/models.yml': MODELS.replace('Active users', JSON.stringify(name)) });
    expect(result.code).toBe(0);
    expect(result.stdout.split('\n').filter((line) => line.startsWith('::set-output') || line.includes('##['))).toEqual(
      [],
    );
    expect(result.summary).not.toContain('<b>');
    expect(told(result.outputs).models[0]?.name).toBe(name);
  });
});

function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_none, index) =>
      `a${String(index + 1)}: &a${String(index + 1)} [${Array(9)
        .fill(`*a${String(index)}`)
        .join(', ')}]`,
  );
  return `a0: &a0 x\n${levels.join('\n')}\nmodels: *a9\n`;
}
