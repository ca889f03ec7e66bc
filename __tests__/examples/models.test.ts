import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { layOut } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import { PROJECT, writes } from '../../harness/stage.ts';
import { place } from './place.ts';
import type { JobResult } from './job.ts';

/** Each example as it is written, on the built action and the simulator: those that try models. */
const { at, run, setUp } = place();

const event = {
  pull_request: {
    number: 7,
    head: { repo: { full_name: 'acme/data-platform' } },
    base: { sha: 'c'.repeat(40), repo: { full_name: 'acme/data-platform' } },
  },
};
const onPull = async (name: string, files: Files, stranger?: 'fork' | 'dependabot'): Promise<JobResult | undefined> => {
  const prepare = (workspace: string): void => layOut(workspace, files);
  const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
  const head = stranger === 'fork' ? { repo: { full_name: 'mallory/data-platform' } } : event.pull_request.head;
  const payload = { pull_request: { ...event.pull_request, head } };
  const start = { event: 'pull_request', payload, prepare, ...(stranger === undefined ? {} : { stranger }) };
  return (await run(name, start, token))['models'];
};
const prepare = async (query: string): Promise<void> => {
  await at.makeDataset('shop');
  const schema = ['id', 'email', 'plan'].map((name) => ({ name, type: 'STRING' }));
  await at.simulation.queries([{ query, schema, bytes: '1000', tables: [`${PROJECT}.shop.users`] }]);
};
const commented = async (): Promise<number> =>
  (await at.simulation.journal()).filter(({ method, path }) => method === 'POST' && path.endsWith('/issues/7/comments'))
    .length;

describe('models-folder.yml', () => {
  const files = (query: string): Files => ({
    'segment/models.yml': 'models:\n  - name: Users\n    query_file: users.sql\n    query_identifier_column: id\n',
    'segment/users.sql': query,
  });

  test('a model that runs, one that does not → tried as the account, commented, red; a fork → skipped', async () => {
    await setUp();
    await prepare('SELECT id FROM shop.users');
    const good = await onPull('models-folder', files('SELECT id FROM shop.users'));
    expect(good).toMatchObject({ result: 'success', ours: [{ outputs: { result: 'unchanged', models_errors: '0' } }] });
    expect(JSON.parse(good?.ours[0]?.outputs['models'] ?? '')).toMatchObject({ models: [{ tried: true }] });
    const bad = await onPull('models-folder', files('SELECT id FROM shop.users; SELECT 1'));
    expect(bad).toMatchObject({ result: 'failure', ours: [{ outputs: { models_errors: '1' } }] });
    expect(await commented()).toBe(1);
    expect(writes(bad?.ours[0]?.sent ?? []).filter((line) => !line.includes('/comments'))).toEqual([]);
    expect(await onPull('models-folder', files('SELECT 1'), 'fork')).toMatchObject({ result: 'skipped' });
    const offline = await onPull('models-folder', files('SELECT @x'), 'dependabot');
    expect(offline).toMatchObject({ result: 'failure', ours: [{ sent: [], outputs: { models_errors: '1' } }] });
  });
});

describe('models-dbt.yml', () => {
  test('a manifest that dbt made → its models of the tag, tried', async () => {
    await setUp();
    const manifest = readFileSync(new URL('../pure/models/dbt/manifests/1.9.json', import.meta.url), 'utf8');
    const { nodes } = JSON.parse(manifest) as {
      nodes: Record<string, { compiled_code: string; original_file_path: string }>;
    };
    for (const { compiled_code: query } of Object.values(nodes)) await prepareOnce(query);
    const files = Object.fromEntries(Object.values(nodes).map((node) => [node.original_file_path, 'x']));
    const result = await onPull('models-dbt', { ...files, 'target/manifest.json': manifest });
    expect(result).toMatchObject({ result: 'success', ours: [{ outputs: { models_errors: '0' } }] });
    expect(result?.said).toContain('dbt --no-populate-cache compile --no-introspect');
    expect(JSON.parse(result?.ours[0]?.outputs['models'] ?? '')).toMatchObject({
      models: [
        { name: 'active_users', file: 'models/segment/active_users.sql', tried: true },
        { name: 'paying_users', tried: true },
      ],
    });
  });

  async function prepareOnce(query: string): Promise<void> {
    const schema = ['id', 'email', 'plan'].map((name) => ({ name, type: 'STRING' }));
    await at.simulation.queries([{ query, schema, bytes: '1000' }]);
  }
});
