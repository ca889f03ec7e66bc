import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { stage } from '../../harness/stage.ts';

const at = stage();
const SCRIPT = fileURLToPath(new URL('../../scripts/segment-probe.mjs', import.meta.url));

async function probe(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT], { env: { ...env } });
  return stdout;
}

test('a workspace with a BigQuery source → names and types, and no value of anybody’s', async () => {
  const { PUBLIC_API_URL = '', SIMULATOR_SEGMENT_TOKEN: token = '' } = at.simulation.env;
  await at.workspace.source(
    { location: 'europe-west1', credentials: '{"private_key":"hunter2"}' },
    { name: 'Payroll' },
  );
  const printed = await probe({ PUBLIC_API_URL, PUBLIC_API_TOKEN: token });
  expect(JSON.parse(printed)).toMatchObject({
    'GET /catalog/sources/ID': {
      status: 200,
      options: expect.arrayContaining([expect.objectContaining({ name: 'credentials', type: 'string' })]),
    },
    'GET /sources': { status: 200, bigQuerySources: [{ enabled: true, settings: { location: 'string' } }] },
  });
  for (const secret of [token, 'hunter2', 'europe-west1', 'Payroll']) expect(printed).not.toContain(secret);
});

test.each([
  ['no token', { PUBLIC_API_TOKEN: '' }],
  ['an address on which everybody can listen', { PUBLIC_API_TOKEN: 'x', PUBLIC_API_URL: 'http://api.example.com' }],
])('%s → ends before anything is sent', async (_title, env) => {
  await expect(probe(env)).rejects.toMatchObject({ code: 1 });
});
