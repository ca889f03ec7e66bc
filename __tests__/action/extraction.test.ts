import { expect, test } from '@jest/globals';
import { DATASETS_PATH } from '../../harness/names.ts';
import { PROJECT, stage } from '../../harness/stage.ts';

/** What a project is set up for: Segment extracts from it, with the key that it was given and nothing else. */
const at = stage();

test.each([
  ['limited', {}],
  ['full', {}],
  ['scoped', { source_datasets: 'sales' }],
])('extraction: %s, with the key that apply gave → Segment syncs, until the run revokes it', async (mode, more) => {
  await at.makeDataset('sales');
  await at.owner('POST', `${DATASETS_PATH}/sales/tables`, {
    tableReference: { projectId: PROJECT, datasetId: 'sales', tableId: 'orders' },
    schema: { fields: [{ name: 'id', type: 'INTEGER' }] },
  });
  const applied = await at.run({ mode: 'apply', access_mode: mode, ...more });
  expect(applied.code).toBe(0);
  const source = await at.workspace.source({ location: 'EU', credentials: applied.outputs['key'] });
  const mapping = await at.workspace.mapping(source);
  const used = { keyId: applied.outputs['key_id'] };
  expect(await at.simulation.sync(mapping)).toMatchObject({ ...used, syncStatus: 'SUCCESS' });
  expect((await at.run({ mode: 'check', access_mode: mode, ...more })).code).toBe(0);
  expect((await at.run({ mode: 'revoke', access_mode: mode, ...more })).code).toBe(0);
  expect(await at.simulation.sync(mapping)).toMatchObject({
    ...{ ...used, syncStatus: 'FAIL', errorCode: 'AuthenticationFailed', error: 'Robot is disabled.' },
  });
});
