import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, DATASET_PATH, ROLE, stage } from '../../harness/stage.ts';
import { SECRET, prepareHomes } from '../action/homes.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';
import { misfits } from './discovery.ts';

const at = stage('--scenario', 'busy');
let proxy: Proxy;
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env);
});
afterAll(() => proxy.stop());

/** What has no discovery document: GitHub, the runner, and Google's OAuth endpoint. */
const isDescribed = (url: string): boolean => !/^\/(_runner|repos|orgs|token)\b/.test(url);

test('every request of the action and every reply of the simulator fits the discovery documents', async () => {
  const token = at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
  const run = async (inputs: Record<string, string>): Promise<void> => {
    const { code, stdout } = await at.run(
      { key_delivery: 'github-secret', github_token: token, ...inputs },
      { env: proxy.env },
    );
    expect({ code, log: stdout }).toMatchObject({ code: inputs['mode'] === 'check' ? 1 : 0 });
  };
  await run({ mode: 'plan' });
  await run({ mode: 'apply' });
  await at.owner('DELETE', `/v1/${ROLE}`);
  await at.owner('PATCH', `/v1/${ROLE}?updateMask=stage`, { stage: 'DISABLED' }).catch(() => undefined);
  await at.owner('POST', `${ACCOUNT_PATH}:disable`, {});
  await at.owner('DELETE', DATASET_PATH);
  const [key] = await at.keys();
  await at.owner('POST', `${ACCOUNT_PATH}/keys/${key?.id ?? ''}:disable`, {});
  await run({ mode: 'check' });
  await run({ mode: 'apply', restore: 'true' });
  await run({ mode: 'apply' }); // deletes the superseded key
  await run({ mode: 'rotate', key_overlap_days: '0', key_lifetime_days: '30' });
  const everywhere = { key_delivery: 'github-secret secret-manager', secret_manager_secret: SECRET };
  await prepareHomes(at);
  await run({ mode: 'rotate', key_overlap_days: '0', ...everywhere });
  await run({ mode: 'rotate', key_overlap_days: '0', ...everywhere });
  await run({ mode: 'apply', key_overlap_days: '0', ...everywhere });
  await run({ mode: 'revoke' });
  await run({ mode: 'rotate', restore: 'true', ...everywhere });
  await run({ mode: 'apply', access_mode: 'full' });
  await run({ mode: 'apply', service_account: '' });
  await run({ mode: 'destroy', delete_dataset: 'true', ...everywhere });

  const described = proxy.exchanges.filter(({ url }) => isDescribed(url));
  expect(described.length).toBeGreaterThan(150);
  expect([...new Set(described.flatMap(misfits))]).toEqual([]);
  const methods = new Set(
    described.map(({ method, url }) => `${method} ${new URL(url, 'http://x').pathname.replace(/[0-9a-f]{40}/, 'KEY')}`),
  );
  expect(methods.size).toBeGreaterThan(30);
}, 60_000);

test('the judge is awake: what does not fit is found', () => {
  const exchange = {
    method: 'GET',
    url: '/v1/projects/p/roles/r?nonsense=1',
    request: undefined,
    status: 200,
    reply: { title: 1, colour: 'red', stage: 'OLD' },
  };
  expect(misfits(exchange).map((problem) => problem.replace(/^iam\.projects\.roles\.get: /, ''))).toEqual([
    'Invalid JSON payload received. Unknown name "nonsense": Cannot bind query parameter.',
    "Invalid value at 'title' (TYPE_STRING), 1",
    'Invalid JSON payload received. Unknown name "colour": Cannot find field.',
    'Invalid value at \'stage\' (TYPE_STRING), "OLD"',
  ]);
  expect(misfits({ ...exchange, url: '/v1/nowhere' })[0]).toContain('no API has this method');
});
