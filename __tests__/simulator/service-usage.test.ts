import { expect, test } from '@jest/globals';
import { resourceManagerState } from '../../simulator/directory/projects.ts';
import { PROJECT, lab } from './world.ts';

const at = lab();
const ROOT = `/v1/projects/${PROJECT}/services`;

test('services are switched off and on', async () => {
  const state = async (service: string): Promise<unknown> => (await at.send(`GET ${ROOT}/${service}`)).body['state'];
  expect(await state('iam.googleapis.com')).toBe('ENABLED');
  await at.send(`POST ${ROOT}/iam.googleapis.com:disable`, {});
  expect(await state('iam.googleapis.com')).toBe('DISABLED');
  const refused = await at.send(`GET /v1/projects/${PROJECT}/serviceAccounts`);
  expect(refused.said).toContain('403 accessNotConfigured Identity and Access Management (IAM) API has not been used');
  const number = resourceManagerState(at.world).projects[PROJECT]?.projectNumber ?? '';
  const { error } = refused.body as { error: { details: object[] } };
  expect(error.details).toContainEqual(
    expect.objectContaining({
      reason: 'SERVICE_DISABLED',
      metadata: expect.objectContaining({ service: 'iam.googleapis.com', consumer: `projects/${number}` }) as object,
    }),
  );
  const enabled = await at.send(`POST ${ROOT}:batchEnable`, { serviceIds: ['iam.googleapis.com'] });
  expect(enabled.body).toMatchObject({ done: true });
  expect((await at.send(`GET /v1/${String(enabled.body['name'])}`)).body['done']).toBe(true);
  expect(await state('iam.googleapis.com')).toBe('ENABLED');
});

test('refusals', async () => {
  expect((await at.send(`GET ${ROOT}/nonsense.googleapis.com`)).status).toBe(403);
  expect(
    (await at.send(`POST ${ROOT}:batchEnable`, { serviceIds: Array<string>(21).fill('iam.googleapis.com') })).status,
  ).toBe(400);
  expect((await at.send(`POST ${ROOT}:batchEnable`, { nonsense: 1 })).status).toBe(400);
  expect((await at.send(`GET ${ROOT}?filter=nonsense`)).status).toBe(400);
  expect((await at.send('GET /v1/projects/nowhere/services/iam.googleapis.com')).status).toBe(403);
  expect((await at.send(`POST ${ROOT}/iam.googleapis.com:enable`, {}, { as: 'user:nobody@acme.example' })).status).toBe(
    403,
  );
});
