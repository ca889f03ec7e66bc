import { expect, test } from '@jest/globals';
import { DATASETS, PROJECT, lab } from './world.ts';

const at = lab({ lag: 60_000 });

test('a new account cannot be named, a new entry has no effect, until the lag is over', async () => {
  await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'd' } });
  const email = await at.account('segment-reverse-etl');
  const share = (): ReturnType<typeof at.send> =>
    at.send(`PATCH ${DATASETS}/d`, {
      access: [
        { role: 'OWNER', specialGroup: 'projectOwners' },
        { role: 'OWNER', userByEmail: email },
      ],
    });
  expect((await share()).said).toBe(
    `400 invalid IAM setPolicy failed for Dataset ${PROJECT}:d: Service account ${email} does not exist.`,
  );
  await at.age(61);
  expect((await share()).status).toBe(200);
  const read = (): ReturnType<typeof at.send> =>
    at.send(`GET ${DATASETS}/d`, undefined, { as: `serviceAccount:${email}` });
  expect((await read()).status).toBe(403);
  await at.age(61);
  expect((await read()).status).toBe(200);
  await at.send(`PATCH ${DATASETS}/d`, { access: [{ role: 'OWNER', specialGroup: 'projectOwners' }] });
  expect((await read()).status).toBe(200);
  await at.age(61);
  expect((await read()).status).toBe(403);
});
