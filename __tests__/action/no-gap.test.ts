import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { EMAIL, PROJECT, ROLE, driftOf, stage } from '../../harness/stage.ts';
import { startProxy } from '../../harness/proxy.ts';
import type { Proxy } from '../../harness/proxy.ts';

/** A model's query is tried as the account between every two requests of the action, while access takes its time. */
const at = stage('--lag', '1500');
const DATASETS = `/bigquery/v2/projects/${PROJECT}/datasets`;
const MODEL = { query: `SELECT id FROM \`${PROJECT}.shop.orders\``, useLegacySql: false, dryRun: true, location: 'EU' };

let proxy: Proxy;
let token = '';
let tried: number[] = [];
beforeAll(async () => {
  proxy = await startProxy(at.simulation.url, at.simulation.env, tryModel);
});
afterAll(async () => {
  await proxy.stop();
});

async function tryModel(): Promise<void> {
  if (token === '') return;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = `${at.simulation.url}/bigquery/v2/projects/${PROJECT}/queries`;
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(MODEL) });
  tried.push(reply.status);
}

test('access_mode: limited → scoped → limited: at no moment is the model denied', async () => {
  await at.owner('POST', DATASETS, { datasetReference: { projectId: PROJECT, datasetId: 'shop' }, location: 'EU' });
  await at.owner('POST', `${DATASETS}/shop/tables`, {
    tableReference: { projectId: PROJECT, datasetId: 'shop', tableId: 'orders' },
    schema: { fields: [{ name: 'id', type: 'INTEGER' }] },
  });
  await at.run({ mode: 'apply', verify: 'false' });
  await at.simulation.age(60);
  const minted = await at.owner('POST', `/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`, {
    scope: ['https://www.googleapis.com/auth/cloud-platform'],
  });
  token = String(minted['accessToken']);
  await tryModel();
  expect(tried).toEqual([200]);

  const scoped = { access_mode: 'scoped', source_datasets: 'shop' };
  for (const inputs of [scoped, {}]) {
    tried = [];
    const changed = await at.run({ mode: 'apply', patience_minutes: '1', ...inputs }, { env: proxy.env });
    expect({ code: changed.code, log: readable(changed.stdout) }).toMatchObject({ code: 0 });
    expect(readable(changed.stdout)).toContain('The new access works, verified as the service account');
    expect(tried.length).toBeGreaterThan(20);
    expect(tried.filter((status) => status !== 200)).toEqual([]);
    const { includedPermissions } = (await at.owner('GET', `/v1/${ROLE}`)) as { includedPermissions: string[] };
    expect(includedPermissions.includes('bigquery.tables.getData')).toBe(inputs !== scoped);
    await at.simulation.age(60);
    await tryModel();
    expect(tried.at(-1)).toBe(200);
  }
  expect(driftOf(await at.run({ mode: 'check', verify: 'false' }))).toEqual([]);
});
