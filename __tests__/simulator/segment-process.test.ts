import { expect, test } from '@jest/globals';
import { STATE_DATASET } from '../../harness/names.ts';
import { PROJECT, stage } from '../../harness/stage.ts';

const at = stage('--scenario', 'segment-object', '--hurry', '10');

test('what a simulator prints → is enough to have a source, a mapping and a sync, and time makes others', async () => {
  const { simulation, workspace } = at;
  const { env } = simulation;
  expect(env['PUBLIC_API_URL']).toBe(simulation.url);
  expect(env['CLOUDSDK_API_ENDPOINT_OVERRIDES_MONITORING']).toBe(`${simulation.url}/`);
  expect(await workspace.ask('GET', '/')).toMatchObject({ workspace: { slug: env['SIMULATOR_SEGMENT_WORKSPACE'] } });

  await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'segment-reverse-etl' });
  await at.bind('roles/bigquery.user');
  await at.bind('roles/bigquery.dataEditor');
  const account = `/v1/projects/${PROJECT}/serviceAccounts/segment-reverse-etl@${PROJECT}.iam.gserviceaccount.com`;
  const { privateKeyData } = await at.owner('POST', `${account}/keys`, {});
  const file = JSON.parse(Buffer.from(String(privateKeyData), 'base64').toString()) as Record<string, string>;
  await at.makeDataset(STATE_DATASET);

  const sourceId = await workspace.source({ location: 'EU', serviceAccountKey: file });
  const schedule = { strategy: 'PERIODIC', config: { interval: '1h' } };
  const mapping = await workspace.mapping(sourceId, { query: 'SELECT 1 AS id', schedule });
  expect(await simulation.sync(mapping)).toMatchObject({ syncStatus: 'SUCCESS', keyId: file['private_key_id'] });
  await simulation.age(2 * 3600 + 60);
  expect(await simulation.world()).toMatchObject({
    segment: {
      sources: [{ slug: 'website' }, { id: sourceId, keyId: file['private_key_id'] }],
      models: [{ id: mapping.model, sourceId }],
      subscriptions: [{ id: mapping.subscription, modelId: mapping.model, reverseETLSchedule: schedule }],
      syncs: [{}, {}, {}].map(() => ({ syncStatus: 'SUCCESS', subscriptionId: mapping.subscription })),
    },
  });
});
