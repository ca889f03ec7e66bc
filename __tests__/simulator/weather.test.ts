import { describe, expect, jest, test } from '@jest/globals';
import { weatherOf } from '../../simulator/engine/weather.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { makeKey } from './minting.ts';
import { DATASETS, PROJECT, lab } from './world.ts';
import type { Answer, Lab } from './world.ts';

// Hundreds of requests each; the clock that they read stands still meanwhile, the machine's does not.
jest.setTimeout(240_000);

const V1 = `/v1/projects/${PROJECT}`;
const V3 = `/v3/projects/${PROJECT}`;
const ID = 'segment-reverse-etl';
const EMAIL = `${ID}@${PROJECT}.iam.gserviceaccount.com`;
const ACCOUNT = `${V1}/serviceAccounts/${EMAIL}`;
const ROLE = `projects/${PROJECT}/roles/segment`;

/** As many answers to the same request. */
async function many(times: number, ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let n = 0; n < times; n += 1) answers.push(await ask());
  return answers;
}
const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);
const kinds = (answers: readonly Answer[]): number[] => [...new Set(statuses(answers))].sort();
const makeRole = (at: Lab): Promise<Answer> =>
  at.send(`POST ${V1}/roles`, { roleId: 'segment', role: { includedPermissions: ['bigquery.datasets.get'] } });
const bind = async (at: Lab, role: string, member: string): Promise<Answer> => {
  for (;;) {
    const { body: policy } = await at.send(`POST ${V3}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } });
    const bindings = [...(policy['bindings'] as object[]), { role, members: [member] }];
    const answer = await at.send(`POST ${V3}:setIamPolicy`, { policy: { ...policy, bindings } });
    if (answer.status !== 409) return answer;
  }
};

describe('what the command line says', () => {
  const times = { account: 8_000, accountInBigQuery: 45_000, role: 15_000, key: 5_000, grant: 60_000 };

  test.each([
    ['nothing', {}, { account: 0, accountInBigQuery: 0, role: 0, key: 0, grant: 0, version: 0, stale: 0, secrets: 0 }],
    ['real', { weather: 'real' }, { ...times, version: 10_000, stale: 3_000, secrets: 10_000 }],
    [
      'a lag',
      { lag: 7 },
      { account: 7, accountInBigQuery: 7, role: 7, key: 7, grant: 7, version: 7, stale: 0, secrets: 0 },
    ],
    ['a lag in real', { weather: 'real', lag: 0 }, { account: 0, grant: 0, version: 0, stale: 3_000, secrets: 10_000 }],
    ['staleness in real', { weather: 'real', stale: 9 }, { ...times, stale: 9 }],
    ['hurry', { weather: 'real', hurry: 20 }, { account: 400, grant: 3_000, stale: 150, secrets: 500 }],
    ['hurry over single times', { lag: 100, stale: 50, hurry: 10 }, { account: 10, grant: 10, stale: 5 }],
  ])('%s → its times', (_title, forecast, expected) => {
    expect(weatherOf(forecast)).toMatchObject(expected);
  });

  test('storm: worse than real in all', () => {
    const storm = Object.entries(weatherOf({ weather: 'storm' }));
    const real = weatherOf({ weather: 'real' });
    for (const [name, value] of storm)
      expect(Number(value)).toBeGreaterThanOrEqual(Number(real[name as keyof typeof real]));
  });

  test('a weather that does not exist is refused', async () => {
    await expect(startSimulator({ weather: 'mild' })).rejects.toThrow('choose one of calm, real, storm');
  });
});

describe('calm', () => {
  const at = lab();

  test('everything is there at once, and nothing is counted or kept for it', async () => {
    await at.account(ID);
    await makeRole(at);
    const key = await makeKey(at, ACCOUNT);
    expect((await bind(at, ROLE, `serviceAccount:${EMAIL}`)).status).toBe(200);
    expect(await key.mint()).toBe(200);
    expect((await at.send(`GET ${ACCOUNT}/keys/${key.id}`)).status).toBe(200);
    expect(at.world).toMatchObject({ looks: {}, history: {}, calls: {} });
  });
});

describe('lag alone', () => {
  const at = lab({ lag: 60_000 });

  test('what is new is not there at all, for nobody, and then it is', async () => {
    await at.account(ID);
    await makeRole(at);
    const ask = (): Promise<Answer>[] => [
      ...[at.send(`GET ${ACCOUNT}`), at.send(`GET /v1/${ROLE}`), at.send(`GET ${ACCOUNT}/keys`)],
      at.send(`PATCH ${ACCOUNT}`, { serviceAccount: { description: 'x' }, updateMask: 'description' }),
      ...[at.send(`POST ${ACCOUNT}:disable`, {}), at.send(`POST ${ACCOUNT}:getIamPolicy`, {})],
    ];
    expect(statuses(await Promise.all(ask()))).toEqual([404, 404, 404, 404, 404, 404]);
    expect((await at.send(`GET ${V1}/roles`)).body).toEqual({});
    expect((await at.send(`GET ${V1}/serviceAccounts`)).body).toEqual({});
    expect((await at.send(`POST ${V1}/serviceAccounts`, { accountId: ID })).status).toBe(409);
    await at.age(61);
    expect(kinds(await Promise.all(ask()))).toEqual([200]);
  });
});

describe('storm', () => {
  const at = lab({ weather: 'storm', seed: 3 });
  const get = (): Promise<Answer> => at.send(`GET ${ACCOUNT}`);

  test('a new account: 404, 403 or the truth, three of four untrue, until its time is over', async () => {
    await at.account(ID);
    const seen = await many(120, get);
    expect(kinds(seen)).toEqual([200, 403, 404]);
    const share = statuses(seen).filter((status) => status === 200).length / seen.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.4);
    expect(new Set(seen.map(({ said }) => said))).toEqual(
      new Set([
        '200',
        '404 notFound Unknown service account',
        `404 notFound Service account projects/${PROJECT}/serviceAccounts/${EMAIL} does not exist.`,
        "403 forbidden Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
      ]),
    );
    await at.age(21);
    expect(kinds(await many(20, get))).toEqual([200]);
  });

  test('every route about it flickers: reads and writes, its keys and its policy, whoever acts as it', async () => {
    await at.account(ID);
    const change = { serviceAccount: { description: 'x' }, updateMask: 'description' };
    const token = { scope: ['https://www.googleapis.com/auth/cloud-platform'] };
    const asked: Record<string, () => Promise<Answer>> = {
      patch: () => at.send(`PATCH ${ACCOUNT}`, change),
      keys: () => at.send(`GET ${ACCOUNT}/keys`),
      policy: () => at.send(`POST ${ACCOUNT}:getIamPolicy`, {}),
      token: () => at.send(`POST /v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`, token),
    };
    for (const [name, ask] of Object.entries(asked))
      expect({ name, kinds: kinds(await many(120, ask)) }).toEqual({ name, kinds: [200, 403, 404] });
    const listed = await many(120, () => at.send(`GET ${V1}/serviceAccounts`));
    expect(new Set(listed.map(({ body }) => body['accounts'] === undefined)).size).toBe(2);
  });

  test('the seed decides: the same requests are answered alike, and otherwise under another seed', async () => {
    const play = async (): Promise<number[]> => {
      await at.send('POST /_simulator/reset');
      await at.account(ID);
      return statuses(await many(30, get));
    };
    const first = await play();
    expect(await play()).toEqual(first);
    at.world.seed = 4;
    await at.account('segment-reverse-etl-2');
    expect(statuses(await many(30, get))).not.toEqual(first);
  });

  test('what was seen three times in a row is known everywhere', async () => {
    await at.account(ID);
    const shown = statuses(await many(200, get)).map((status) => (status === 200 ? '+' : '-'));
    expect(shown.join('')).not.toContain('+++');
    expect(shown.join('')).toContain('+');
  });
});

describe('real', () => {
  const at = lab({ weather: 'real', seed: 1 });

  test('a new role cannot be bound for seconds, whatever a read of it says', async () => {
    await makeRole(at);
    const gone = `Role (${ROLE}) does not exist in the resource's hierarchy.`;
    const tries = await many(10, () => bind(at, ROLE, 'user:a@acme.example'));
    expect(new Set(tries.map(({ said }) => said))).toEqual(new Set([`400 badRequest ${gone}`]));
    await at.age(15);
    expect((await bind(at, ROLE, 'user:a@acme.example')).status).toBe(200);
    expect(kinds(await many(10, () => at.send(`GET /v1/${ROLE}`)))).toEqual([200]);
  });

  test('a new account is known to IAM first, and to BigQuery last', async () => {
    await at.account(ID);
    await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'd' }, location: 'EU' });
    const share = (): Promise<Answer> =>
      at.send(`PATCH ${DATASETS}/d`, {
        access: [
          { role: 'OWNER', specialGroup: 'projectOwners' },
          { role: 'WRITER', userByEmail: EMAIL },
        ],
      });
    const says = `400 badRequest Service account ${EMAIL} does not exist.`;
    const early = await many(20, () => bind(at, 'roles/bigquery.user', `serviceAccount:${EMAIL}`));
    expect(early.map(({ said }) => said)).toContain(says);
    await at.age(8);
    const bound = await many(5, () => bind(at, 'roles/bigquery.user', `serviceAccount:${EMAIL}`));
    expect(kinds(bound)).toEqual([200]);
    const refused = `400 invalid IAM setPolicy failed for Dataset ${PROJECT}:d: Service account ${EMAIL} does not exist.`;
    expect((await share()).said).toBe(refused);
    await at.age(14);
    expect((await share()).said).toBe(refused);
    await at.age(24);
    expect((await share()).status).toBe(200);
  });

  test('a new key does not mint everywhere, three times in a row only when it does; lists and reads flicker', async () => {
    await at.account(ID);
    await at.age(9);
    const key = await makeKey(at, ACCOUNT);
    const mints: number[] = [];
    for (let n = 0; n < 40; n += 1) mints.push(await key.mint());
    expect(new Set(mints)).toEqual(new Set([200, 400]));
    expect(mints.join(' ')).not.toContain('200 200 200');
    expect(kinds(await many(30, () => at.send(`GET ${ACCOUNT}/keys/${key.id}`)))).toEqual([200, 403, 404]);
    const lists = await many(30, () => at.send(`GET ${ACCOUNT}/keys?keyTypes=USER_MANAGED`));
    expect(new Set(lists.map(({ body }) => body['keys'] === undefined)).size).toBe(2);
    await at.age(9);
    for (let n = 0; n < 10; n += 1) expect(await key.mint()).toBe(200);
    expect(kinds(await many(10, () => at.send(`GET ${ACCOUNT}/keys/${key.id}`)))).toEqual([200]);
  });

  test('what was deleted is missing or forbidden, by turns', async () => {
    await at.account(ID);
    await at.age(60);
    const key = await makeKey(at, ACCOUNT);
    await at.age(60);
    expect((await at.send(`DELETE ${ACCOUNT}/keys/${key.id}`)).status).toBe(200);
    await at.age(60);
    expect(kinds(await many(20, () => at.send(`GET ${ACCOUNT}/keys/${key.id}`)))).toEqual([403, 404]);
    await at.send(`DELETE ${ACCOUNT}`);
    await at.age(60);
    expect(kinds(await many(20, () => at.send(`GET ${ACCOUNT}`)))).toEqual([403, 404]);
    const never = await many(20, () => at.send(`GET ${ACCOUNT.replace(ID, 'never-was')}`));
    expect(new Set(never.map(({ said }) => said))).toEqual(new Set(['404 notFound Unknown service account']));
  });

  test('access comes to each service in its own time, and to none later than it may', async () => {
    const as = 'user:analyst@acme.example';
    const query = { query: 'SELECT 1', useLegacySql: false, dryRun: true };
    const bigQuery = async (): Promise<boolean> =>
      (await at.send(`POST /bigquery/v2/projects/${PROJECT}/queries`, query, { as })).status === 200;
    const asked = { permissions: ['bigquery.jobs.create'] };
    const resourceManager = async (): Promise<boolean> =>
      (await at.send(`POST ${V3}:testIamPermissions`, asked, { as })).body['permissions'] !== undefined;
    await bind(at, 'roles/bigquery.user', as);
    const came: Record<string, number> = {};
    for (let second = 0; second <= 60; second += 2) {
      if (await bigQuery()) came['bigQuery'] ??= second;
      if (await resourceManager()) came['resourceManager'] ??= second;
      await at.age(2);
    }
    expect(Object.keys(came).sort()).toEqual(['bigQuery', 'resourceManager']);
    expect(came['bigQuery']).not.toBe(came['resourceManager']);
    for (const second of Object.values(came)) expect(second).toBeGreaterThanOrEqual(20);
  });
});

describe('reads of IAM and of Resource Manager may be old', () => {
  const at = lab({ stale: 3_000, seed: 2 });
  const describeAs = (description: string): Promise<Answer> =>
    at.send(`PATCH ${ACCOUNT}`, { serviceAccount: { description }, updateMask: 'description' });
  const shown = async (): Promise<unknown> => (await at.send(`GET ${ACCOUNT}`)).body['description'];
  const all = async (times: number): Promise<Set<unknown>> => {
    const seen = new Set<unknown>();
    for (let n = 0; n < times; n += 1) seen.add(await shown());
    return seen;
  };

  test('by no more than the time that was set; writes take effect in their order', async () => {
    await at.account(ID);
    await describeAs('oldest');
    await at.age(4);
    await describeAs('older');
    await at.age(3);
    for (const description of ['new', 'newest']) await describeAs(description);
    const seen = await all(40);
    expect(seen).toContain('older');
    expect(seen).not.toContain('oldest');
    await at.age(3);
    expect(await all(20)).toEqual(new Set(['newest']));
  });

  test('a new thing may be missing, a deleted one may be there', async () => {
    await at.account(ID);
    expect(kinds(await many(20, () => at.send(`GET ${ACCOUNT}`)))).toContain(404);
    await at.age(4);
    expect(kinds(await many(10, () => at.send(`GET ${ACCOUNT}`)))).toEqual([200]);
    await at.send(`DELETE ${ACCOUNT}`);
    await at.age(1);
    expect(kinds(await many(20, () => at.send(`GET ${ACCOUNT}`)))).toEqual([200, 404]);
    expect((await at.send(`POST ${ACCOUNT}:disable`, {})).status).toBe(404);
    await at.age(4);
    expect(kinds(await many(10, () => at.send(`GET ${ACCOUNT}`)))).toEqual([404]);
  });

  test.each([
    ['project', V3, { options: { requestedPolicyVersion: 3 } }],
    ['account', ACCOUNT, {}],
  ])('an old policy of the %s has its old etag, with which no write is taken', async (_title, path, body) => {
    await at.account(ID);
    const owners = { role: 'roles/owner', members: ['user:owner@acme.example'] };
    const write = async (policy: unknown): Promise<Answer> => at.send(`POST ${path}:setIamPolicy`, { policy });
    const read = (): Promise<Answer> => at.send(`POST ${path}:getIamPolicy`, body);
    await at.age(4);
    const { body: before } = await read();
    const added = { role: 'roles/viewer', members: ['user:a@acme.example'] };
    const { body: after } = await write({ ...before, bindings: [owners, added] });
    await at.age(1);
    const etags = new Set((await many(30, read)).map((answer) => answer.body['etag']));
    expect(etags).toEqual(new Set([before['etag'], after['etag']]));
    const late = await write({ ...before, bindings: [owners] });
    expect(late.said).toContain('409 aborted There were concurrent policy changes.');
    await at.age(3);
    expect(new Set((await many(10, read)).map((answer) => answer.body['etag']))).toEqual(new Set([after['etag']]));
  });

  test('BigQuery, tokens and rights are as they are', async () => {
    await at.send(`POST ${DATASETS}`, { datasetReference: { datasetId: 'd' }, location: 'EU' });
    await at.account(ID);
    await at.age(4);
    const key = await makeKey(at, ACCOUNT);
    for (let n = 0; n < 10; n += 1) {
      expect(await key.mint()).toBe(200);
      const labels = { turn: String(n) };
      await at.send(`PATCH ${DATASETS}/d`, { labels });
      expect((await at.send(`GET ${DATASETS}/d`)).body['labels']).toEqual(labels);
    }
    await at.send(`POST ${ACCOUNT}/keys/${key.id}:disable`, {});
    expect(await key.mint()).toBe(400);
  });

  test('a change that no request made is history from the next request on', async () => {
    await at.account(ID);
    await at.age(4);
    await shown();
    const { accounts } = (at.world as unknown as { iam: { accounts: Record<string, { description: string }> } }).iam;
    (accounts[EMAIL] ?? { description: '' }).description = 'by hand';
    await shown();
    await at.age(3);
    expect(await all(10)).toEqual(new Set(['by hand']));
  });
});

describe('Secret Manager', () => {
  const at = lab({ weather: 'real', seed: 5 });
  const SECRET = `${V1}/secrets/key`;
  const add = (text: string): Promise<Answer> =>
    at.send(`POST ${SECRET}:addVersion`, { payload: { data: Buffer.from(text).toString('base64') } });
  const latest = async (): Promise<string> => {
    const { body } = await at.send(`GET ${SECRET}/versions/latest:access`);
    return Buffer.from((body['payload'] as { data?: string } | undefined)?.data ?? '', 'base64').toString();
  };

  test('what was added is there by its number; latest, the list and a look at it come later', async () => {
    await at.send(`POST ${V1}/secrets?secretId=key`, { replication: { automatic: {} } });
    await add('one');
    await at.age(11);
    expect(await latest()).toBe('one');
    await add('two');
    expect(kinds(await many(10, () => at.send(`GET ${SECRET}/versions/2:access`)))).toEqual([200]);
    const seen = new Set<string>();
    const listed = new Set<unknown>();
    for (let n = 0; n < 30; n += 1) {
      seen.add(await latest());
      listed.add((await at.send(`GET ${SECRET}/versions`)).body['totalSize']);
    }
    expect(seen).toEqual(new Set(['one', 'two']));
    expect(listed).toEqual(new Set([1, 2]));
    expect(kinds(await many(20, () => at.send(`GET ${SECRET}/versions/2`)))).toEqual([200, 404]);
    await at.age(10);
    expect(await latest()).toBe('two');
    expect(kinds(await many(10, () => at.send(`GET ${SECRET}/versions/2`)))).toEqual([200]);
  });

  test('annotations and etags lag: an old etag guards nothing', async () => {
    const { body: made } = await at.send(`POST ${V1}/secrets?secretId=key`, { replication: { automatic: {} } });
    await at.age(11);
    const note = (body: object): Promise<Answer> =>
      at.send(`PATCH ${SECRET}?updateMask=annotations`, { annotations: { key: 'x' }, ...body });
    expect((await note({ etag: made['etag'] })).status).toBe(200);
    const reads = await many(20, () => at.send(`GET ${SECRET}`));
    const old = reads.filter(({ body }) => body['etag'] === made['etag']);
    expect(old.length).toBeGreaterThan(0);
    expect(old.length).toBeLessThan(20);
    for (const { body } of old) expect(body['annotations']).toBeUndefined();
    expect((await note({ etag: made['etag'] })).said).toContain('does not match the current etag');
  });
});
