import { expect, test } from '@jest/globals';
import { resourceManagerState } from '../../simulator/directory/projects.ts';
import { misfits } from '../contract/discovery.ts';
import { PROJECT, lab } from './world.ts';
import type { Answer } from './world.ts';

const at = lab();
const ROOT = `/v2/projects/${PROJECT}/policies`;
const BOOLEAN = [
  'iam.disableServiceAccountCreation',
  'iam.disableServiceAccountKeyCreation',
  'iam.disableServiceAccountKeyUpload',
  'iam.managed.disableServiceAccountKeyCreation',
  'iam.managed.disableServiceAccountKeyUpload',
];
const LISTS = [
  'gcp.resourceLocations',
  'gcp.restrictNonCmekServices',
  'gcp.restrictServiceUsage',
  'iam.allowedPolicyMemberDomains',
  'iam.serviceAccountKeyExpiryHours',
];

/** An answer that the discovery document agrees with. */
async function get(path: string, as?: string): Promise<Answer> {
  const answer = await at.send(`GET ${path}`, undefined, as === undefined ? {} : { as });
  expect(misfits({ method: 'GET', url: path, request: undefined, status: answer.status, reply: answer.body })).toEqual(
    [],
  );
  return answer;
}

async function effective(constraint: string): Promise<unknown> {
  const { spec } = (await get(`${ROOT}/${constraint}:getEffectivePolicy`)).body as { spec: { rules: unknown[] } };
  return spec.rules;
}

const set = (constraints: readonly string[]): Promise<Answer> =>
  at.send('POST /_simulator/change', { constraints: { [PROJECT]: constraints } });

test('where nothing is set, nothing is enforced and everything allowed', async () => {
  for (const constraint of BOOLEAN) expect(await effective(constraint)).toEqual([{ enforce: false }]);
  for (const constraint of LISTS) expect(await effective(constraint)).toEqual([{ allowAll: true }]);
  expect((await get(ROOT)).body).toEqual({});
});

test('what is set is in effect, by the id and the number of the project', async () => {
  await set([
    'iam.managed.disableServiceAccountKeyCreation',
    'iam.serviceAccountKeyExpiryHours=720h,2160h',
    'gcp.restrictNonCmekServices=secretmanager.googleapis.com',
    'gcp.restrictServiceUsage',
  ]);
  expect(await effective('iam.managed.disableServiceAccountKeyCreation')).toEqual([{ enforce: true }]);
  expect(await effective('iam.disableServiceAccountKeyCreation')).toEqual([{ enforce: false }]);
  expect(await effective('iam.serviceAccountKeyExpiryHours')).toEqual([
    { values: { allowedValues: ['720h', '2160h'] } },
  ]);
  expect(await effective('gcp.restrictNonCmekServices')).toEqual([
    { values: { deniedValues: ['secretmanager.googleapis.com'] } },
  ]);
  expect(await effective('gcp.restrictServiceUsage')).toEqual([{ denyAll: true }]);
  const number = resourceManagerState(at.world).projects[PROJECT]?.projectNumber ?? '';
  const name = `projects/${number}/policies/gcp.restrictServiceUsage`;
  const byNumber = await get(`/v2/${name}:getEffectivePolicy`);
  expect(byNumber.body).toEqual({ name, spec: { rules: [{ denyAll: true }] } });
});

test('policies that are set have an etag that follows what they say', async () => {
  const one = 'iam.serviceAccountKeyExpiryHours';
  expect((await get(`${ROOT}/${one}`)).said).toMatch(/^404 /);
  await set([`${one}=720h`, 'iam.disableServiceAccountCreation']);
  const before = (await get(`${ROOT}/${one}`)).body;
  expect(before['spec']).toMatchObject({ rules: [{ values: { allowedValues: ['720h'] } }] });
  await set([`${one}=24h`, 'iam.disableServiceAccountCreation']);
  expect((await get(`${ROOT}/${one}`)).body['etag']).not.toBe(before['etag']);

  const names: string[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const { body } = await get(`${ROOT}?pageSize=1${token === '' ? '' : `&pageToken=${token}`}`);
    names.push(...(body['policies'] as { name: string }[]).map(({ name }) => name.split('/').at(-1) ?? ''));
    token = body['nextPageToken'] as string | undefined;
  }
  expect(names).toEqual(['iam.disableServiceAccountCreation', one]);
});

test('refusals', async () => {
  const path = `${ROOT}/iam.disableServiceAccountKeyCreation:getEffectivePolicy`;
  expect((await get(`${ROOT}/iam.nonsense:getEffectivePolicy`)).said).toMatch(/^404 /);
  expect((await get(`${ROOT}/constructor:getEffectivePolicy`)).said).toMatch(/^404 /);
  expect((await at.send(`GET ${path}?nonsense=1`)).status).toBe(400);
  expect((await at.send(`PATCH ${ROOT}/iam.disableServiceAccountKeyCreation`, {})).status).toBe(501);
  const denied = await get(path, 'user:nobody@acme.example');
  expect(denied.said).toContain("403 Permission 'orgpolicy.policy.get' denied on resource");
  expect(denied.body['error']).not.toHaveProperty('errors');
  expect((await get(path.replace(PROJECT, 'nowhere'))).status).toBe(403);
  await at.send('POST /_simulator/change', { disabledApis: { [PROJECT]: ['orgpolicy.googleapis.com'] } });
  expect((await get(path)).said).toContain('Organization Policy API has not been used');
});

test('a viewer of policies sees them', async () => {
  const viewer = 'user:viewer@acme.example';
  const policy = (await at.send(`POST /v3/projects/${PROJECT}:getIamPolicy`, {})).body as { bindings: object[] };
  policy.bindings.push({ role: 'roles/orgpolicy.policyViewer', members: [viewer] });
  await at.send(`POST /v3/projects/${PROJECT}:setIamPolicy`, { policy });
  expect((await get(`${ROOT}/gcp.resourceLocations:getEffectivePolicy`, viewer)).status).toBe(200);
  expect((await get(ROOT, viewer)).status).toBe(200);
});
