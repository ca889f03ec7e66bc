import { describe, expect, test } from '@jest/globals';
import { bigQueryState } from '../../simulator/bigquery/state.ts';
import { iamState } from '../../simulator/directory/iam.ts';
import { resourceManagerState } from '../../simulator/directory/projects.ts';
import { serviceUsageState } from '../../simulator/serviceusage/state.ts';
import { DATASETS, OWNER, PROJECT, lab } from './world.ts';
import type { Answer } from './world.ts';

const at = lab();
const ONE = `${DATASETS}/__segment_reverse_etl`;
const FEDERATED = 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s';
const condition = { title: 'until June', expression: 'request.time < timestamp("2030-06-01T00:00:00Z")' };

const make = (more: object = {}): Promise<Answer> =>
  at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: '__segment_reverse_etl' }, ...more });
const accessOf = (answer: Answer): Record<string, unknown>[] => answer.body['access'] as Record<string, unknown>[];
const setAccess = async (...entries: object[]): Promise<Answer> => {
  const access = accessOf(await at.send(`GET ${ONE}?accessPolicyVersion=3`));
  return at.send(`PATCH ${ONE}?accessPolicyVersion=3`, { access: [...access, ...entries] });
};

test('a bare dataset has the usual entries, and its first etag guards nothing', async () => {
  const made = await make({ location: 'eu' });
  expect(made.body).toMatchObject({ id: `${PROJECT}:__segment_reverse_etl`, location: 'EU' });
  expect(accessOf(made)).toEqual(
    expect.arrayContaining([
      { role: 'READER', specialGroup: 'projectReaders' },
      { role: 'WRITER', specialGroup: 'projectWriters' },
      { role: 'OWNER', specialGroup: 'projectOwners' },
      { role: 'OWNER', userByEmail: 'owner@acme.example' },
    ]),
  );
  const live = await at.send(`GET ${ONE}`);
  const patch = (etag: unknown): Promise<Answer> =>
    at.send(`PATCH ${ONE}`, { description: 'x' }, { headers: { 'If-Match': String(etag) } });
  expect((await patch(made.body['etag'])).said).toBe('412 conditionNotMet Precondition check failed.');
  const changed = await patch(live.body['etag']);
  expect(changed.status).toBe(200);
  expect(changed.body['etag']).not.toBe(live.body['etag']);
  expect((await patch(live.body['etag'])).status).toBe(412);
  expect((await make({ location: 'us-east1' })).said).toBe(
    `409 duplicate Already Exists: Dataset ${PROJECT}:__segment_reverse_etl`,
  );
});

test('a federated caller becomes owner by its principal', async () => {
  const grants = resourceManagerState(at.world).projects[PROJECT]?.grants;
  grants?.push({ role: 'roles/bigquery.user', member: FEDERATED, condition: undefined, addedAt: 0 });
  const made = await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'x' } }, { as: FEDERATED });
  expect(accessOf(made)).toContainEqual({ role: 'OWNER', iamMember: FEDERATED });
});

test.each([
  [{ location: 'europe' }, '400 invalid Invalid storage region: europe'],
  [{ nonsense: 1 }, '400 badRequest Invalid JSON payload received. Unknown name "nonsense": Cannot find field.'],
  [{ labels: { Upper: 'x' } }, '400 invalid Invalid label key "Upper".'],
  [{ labels: { a: 'B' } }, '400 invalid Invalid value for label "a": "B".'],
  [{ defaultTableExpirationMs: '60000' }, '400 invalid Invalid value for defaultTableExpirationMs'],
  [{ maxTimeTravelHours: '10' }, '400 invalid Invalid value for maxTimeTravelHours'],
  [{ isCaseInsensitive: 'yes' }, "400 badRequest Invalid value at 'isCaseInsensitive' (TYPE_BOOL)"],
  [{ storageBillingModel: 'FREE' }, "400 badRequest Invalid value at 'storageBillingModel'"],
  [{ linkedDatasetSource: { sourceDataset: { datasetId: 'y' } } }, '400 invalid The field linkedDatasetSource'],
  [{ datasetReference: { datasetId: 'a-b' } }, '400 invalid Invalid dataset ID "a-b"'],
  [{ datasetReference: { datasetId: 'x', projectId: 'other' } }, '400 invalid The dataset reference'],
  [{ access: [{ role: 'READER', userByEmail: 'a@b.cc', condition }] }, '400 invalid Access policies with conditions'],
])('an insert of %j is refused', async (body, says) => {
  expect((await make(body)).said).toContain(says);
  expect(bigQueryState(at.world).datasets).toEqual({});
});

describe('an access list', () => {
  test('comes back in one spelling, each entry once', async () => {
    await make();
    const email = await at.account('segment-reverse-etl');
    const view = { projectId: 'elsewhere', datasetId: 'other', tableId: 'v' };
    const dataset = { dataset: { projectId: PROJECT, datasetId: 'other' }, targetTypes: ['VIEWS'] };
    const after = await setAccess(
      { role: 'roles/bigquery.dataEditor', iamMember: `serviceAccount:${email.toUpperCase()}` },
      { role: 'WRITER', userByEmail: email },
      { role: 'roles/bigquery.dataViewer', iamMember: 'group:All@acme.example' },
      { role: 'roles/bigquery.metadataViewer', domain: 'acme.example' },
      { view },
      { dataset },
    );
    expect(accessOf(after)).toEqual([
      { role: 'WRITER', specialGroup: 'projectWriters' },
      { role: 'WRITER', userByEmail: email },
      { role: 'OWNER', specialGroup: 'projectOwners' },
      { role: 'OWNER', userByEmail: 'owner@acme.example' },
      { role: 'READER', specialGroup: 'projectReaders' },
      { role: 'READER', groupByEmail: 'all@acme.example' },
      { role: 'roles/bigquery.metadataViewer', domain: 'acme.example' },
      { view },
      { dataset },
    ]);
  });

  test.each([
    [{ role: 'READER', userByEmail: 'a@b.cc', domain: 'b.cc' }, 'An access entry must have exactly one of'],
    [{ role: 'READER' }, 'An access entry must have exactly one of'],
    [{ userByEmail: 'a@b.cc' }, 'Required parameter is missing: role'],
    [{ role: 'roles/bigquery.jobUser', userByEmail: 'a@b.cc' }, 'is not supported for this resource'],
    [{ role: 'projects/acme-analytics/roles/none', userByEmail: 'a@b.cc' }, 'is not supported for this resource'],
    [{ role: 'READER', iamMember: 'robot:x' }, 'Invalid member robot:x.'],
    [{ role: 'READER', specialGroup: 'everybody' }, 'Invalid special group'],
    [{ role: 'READER', view: { projectId: 'p', datasetId: 'd', tableId: 't' } }, 'A role may not be given to a view.'],
    [
      { role: 'WRITER', userByEmail: 'nobody@acme-analytics.iam.gserviceaccount.com' },
      `IAM setPolicy failed for Dataset ${PROJECT}:__segment_reverse_etl: Service account nobody@acme-analytics.iam.gserviceaccount.com does not exist.`,
    ],
  ])('refuses %j', async (entry, says) => {
    await make();
    const answer = await setAccess(entry);
    expect(answer.said).toContain(says);
    expect(answer.status).toBe(400);
    expect(accessOf(await at.send(`GET ${ONE}`))).toHaveLength(4);
  });

  test('spoils the roles of conditional entries for clients that do not know conditions', async () => {
    await make();
    expect((await setAccess({ role: 'WRITER', userByEmail: 'a@b.cc', condition })).status).toBe(200);
    const old = await at.send(`GET ${ONE}`);
    expect(accessOf(old)[1]?.['role']).toMatch(/^roles\/bigquery\.dataEditor_withcond_[0-9a-f]+$/);
    expect((await at.send(`PATCH ${ONE}`, { access: accessOf(old) })).status).toBe(400);
    expect((await at.send(`PATCH ${ONE}?accessPolicyVersion=3`, { access: accessOf(old) })).status).toBe(400);
    expect((await at.send(`GET ${ONE}?accessPolicyVersion=2`)).said).toContain('Valid values are 0, 1, and 3');
    expect(accessOf(await at.send(`GET ${ONE}?accessPolicyVersion=3`))[1]).toMatchObject({ role: 'WRITER', condition });
  });

  test('keeps a deleted account by its number, in deleted datasets too, and not beside its successor', async () => {
    await make();
    const email = await at.account('segment-reverse-etl');
    const member = `deleted:serviceAccount:${email}?uid=${iamState(at.world).accounts[email]?.uniqueId ?? ''}`;
    await setAccess({ role: 'WRITER', userByEmail: email });
    await at.send(`DELETE ${ONE}`);
    await at.send(`DELETE /v1/projects/${PROJECT}/serviceAccounts/${email}`);
    await at.send(`POST ${ONE}:undelete`, {});
    expect(accessOf(await at.send(`GET ${ONE}`))[1]).toEqual({ role: 'WRITER', iamMember: member });
    await at.account('segment-reverse-etl');
    const as = `serviceAccount:${email}`;
    expect((await at.send(`GET ${ONE}`, undefined, { as })).status).toBe(403);
    expect((await setAccess({ role: 'WRITER', userByEmail: email })).said).toContain('Inconsistent representation');
    const others = accessOf(await at.send(`GET ${ONE}`)).filter((entry) => entry['iamMember'] !== member);
    const access = [...others, { role: 'WRITER', userByEmail: email }];
    expect((await at.send(`PATCH ${ONE}`, { access })).status).toBe(200);
    expect((await at.send(`GET ${ONE}`, undefined, { as })).status).toBe(200);
  });
});

test('who may do what', async () => {
  await make();
  const email = await at.account('reader');
  const as = `serviceAccount:${email}`;
  const project = resourceManagerState(at.world).projects[PROJECT];
  const read = (query = ''): Promise<Answer> => at.send(`GET ${ONE}${query}`, undefined, { as });
  expect((await read()).said).toBe(
    `403 accessDenied Access Denied: Dataset ${PROJECT}:__segment_reverse_etl: Permission bigquery.datasets.get denied on dataset ${PROJECT}:__segment_reverse_etl (or it may not exist).`,
  );
  iamState(at.world).roles['projects/acme-analytics/roles/only'] = {
    ...{ name: 'projects/acme-analytics/roles/only', title: '', description: '', stage: 'GA', etag: '', createdAt: 0 },
    includedPermissions: ['bigquery.datasets.get', 'bigquery.datasets.update'],
  };
  project?.grants.push({ role: 'projects/acme-analytics/roles/only', member: as, condition: undefined, addedAt: 0 });
  expect((await read()).said).toContain('Permission bigquery.datasets.getIamPolicy denied');
  expect((await read('?datasetView=METADATA')).body['access']).toBeUndefined();
  const patch = (body: object): Promise<Answer> => at.send(`PATCH ${ONE}`, body, { as });
  expect((await patch({ description: 'x' })).status).toBe(200);
  expect((await patch({ access: [] })).said).toContain('Permission bigquery.datasets.setIamPolicy denied');
  expect((await at.send(`DELETE ${ONE}`, undefined, { as })).said).toContain('bigquery.datasets.delete denied');
  await setAccess({ role: 'OWNER', userByEmail: email });
  expect((await read()).status).toBe(200);
  expect((await at.send(`DELETE ${ONE}`, undefined, { as })).status).toBe(204);
  expect((await at.send(`GET ${ONE}`)).said).toBe(`404 notFound Not found: Dataset ${PROJECT}:__segment_reverse_etl`);
});

test('views and modes', async () => {
  await make({ description: 'd' });
  expect((await at.send(`GET ${ONE}?datasetView=ACL`)).body['description']).toBeUndefined();
  expect((await at.send(`GET ${ONE}?datasetView=SOME`)).status).toBe(400);
  expect((await at.send(`GET ${ONE}?nonsense=1`)).status).toBe(400);
  const body = { description: 'e', access: [{ role: 'OWNER', specialGroup: 'projectOwners' }] };
  expect(accessOf(await at.send(`PATCH ${ONE}?updateMode=UPDATE_METADATA`, body))).toHaveLength(4);
  const acl = await at.send(`PATCH ${ONE}?updateMode=UPDATE_ACL`, { ...body, description: 'f' });
  expect([accessOf(acl).length, acl.body['description']]).toEqual([1, 'e']);
  expect((await at.send(`PUT ${ONE}`, { labels: { a: 'b' } })).said).toContain('Required parameter is missing: access');
  const replaced = await at.send(`PUT ${ONE}`, { labels: { a: 'b' }, access: body.access });
  expect(replaced.body['description']).toBeUndefined();
  expect((await at.send(`PATCH ${ONE}`, { labels: { a: null, c: 'd' } })).body['labels']).toEqual({ c: 'd' });
  expect((await at.send(`PATCH ${ONE}`, { location: 'EU' })).status).toBe(400);
});

test('hidden datasets are listed only on demand; pages and labels', async () => {
  await make();
  for (const datasetId of ['a', 'b', 'c'])
    await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId }, labels: { letter: datasetId } });
  const list = async (query: string): Promise<unknown> => {
    const { body } = await at.send(`GET ${DATASETS}${query}`);
    const datasets = (body['datasets'] ?? []) as { datasetReference: { datasetId: string } }[];
    return datasets.map(({ datasetReference }) => datasetReference.datasetId).join(' ');
  };
  expect(await list('')).toBe('a b c');
  expect(await list('?all=true')).toBe('__segment_reverse_etl a b c');
  expect(await list('?filter=labels.letter:b')).toBe('b');
  const { body } = await at.send(`GET ${DATASETS}?maxResults=2`);
  expect(await list(`?maxResults=2&pageToken=${encodeURIComponent(String(body['nextPageToken']))}`)).toBe('c');
  expect((await at.send('GET /bigquery/v2/projects/nowhere/datasets')).status).toBe(404);
});

test('delete and undelete', async () => {
  await make({ location: 'europe-west1', labels: { a: 'b' } });
  await at.send(`POST ${ONE}/tables`, { tableReference: { tableId: 't' }, schema: { fields: [] } });
  expect((await at.send(`DELETE ${ONE}`)).said).toBe(
    `400 resourceInUse Dataset ${PROJECT}:__segment_reverse_etl is still in use`,
  );
  const before = await at.send(`GET ${ONE}`);
  expect((await at.send(`DELETE ${ONE}?deleteContents=true`)).status).toBe(204);
  await at.age(6 * 86_400);
  const risen = await at.send(`POST ${ONE}:undelete`, {});
  expect(risen.body).toMatchObject({ location: 'europe-west1', labels: { a: 'b' }, access: accessOf(before) });
  expect((await at.send(`GET ${ONE}/tables/t`)).status).toBe(200);
  expect((await at.send(`POST ${ONE}:undelete`, {})).status).toBe(409);
  await at.send(`DELETE ${ONE}?deleteContents=true`);
  await at.age(8 * 86_400);
  expect((await at.send(`POST ${ONE}:undelete`, {})).status).toBe(404);
  expect((await make()).status).toBe(200);
});

test('tables delete themselves where the dataset says so', async () => {
  await make({ defaultTableExpirationMs: '3600000' });
  const made = await at.send(`POST ${ONE}/tables`, { tableReference: { tableId: 't' } });
  expect(made.body['expirationTime']).toBeDefined();
  await at.age(3601);
  expect((await at.send(`GET ${ONE}/tables/t`)).status).toBe(404);
  expect((await at.send(`DELETE ${ONE}`)).status).toBe(204);
});

test('an API that is off in the project acted upon', async () => {
  serviceUsageState(at.world).disabled['acme-ci'] = ['bigquery.googleapis.com'];
  expect((await at.send('GET /bigquery/v2/projects/acme-ci/datasets', undefined, { as: OWNER })).said).toBe(
    '400 invalid The project acme-ci has not enabled BigQuery.',
  );
});
