import { beforeEach, describe, expect, test } from '@jest/globals';
import { gitHubState } from '../../simulator/github/part.ts';
import type { GitHubState } from '../../simulator/github/state.ts';
import type { Clock } from '../../src/time.ts';
import { pullComments } from '../../src/cloud/github/comments.ts';
import type { PullComments } from '../../src/cloud/github/comments.ts';
import { Secret } from '../../src/secret.ts';
import { lab } from './world.ts';
import type { Answer } from './world.ts';

const at = lab();
const REPOSITORY = 'acme/data-platform';
const ISSUES = `/repos/${REPOSITORY}/issues`;
const COMMENTS = `${ISSUES}/7/comments`;
const env = (name: string): string => at.env[name] ?? '';
const send = (on: string, body?: unknown, token = env('SIMULATOR_GITHUB_PULL_TOKEN')): Promise<Answer> =>
  at.send(on, body, { token });
const describeToken = (description: unknown): Promise<Answer> =>
  at.send('POST /_simulator/change', { gitHubTokens: { mine: description } });
const write = async (body: string, token?: string): Promise<number> =>
  Number((await send(`POST ${COMMENTS}`, { body }, token)).body['id']);
const bodies = (number = 7): string[] | undefined =>
  gitHubState(at.world).repositories[REPOSITORY]?.pulls[number]?.comments.map(({ body }) => body);
const listed = (answer: Answer): unknown[] => (answer.body as unknown as { body: unknown }[]).map(({ body }) => body);

async function fill(count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) await write(`comment ${String(index)}`);
}

describe('a comment', () => {
  test('is written, read, changed, deleted', async () => {
    const created = await send(`POST ${COMMENTS}`, { body: 'one' });
    const { id } = created.body;
    expect(created.status).toBe(201);
    expect(created.headers.get('x-github-request-id')).not.toBeNull();
    expect(created.body).toMatchObject({
      body: 'one',
      url: `${env('GITHUB_API_URL')}${ISSUES}/comments/${String(id)}`,
      html_url: `https://github.com/${REPOSITORY}/pull/7#issuecomment-${String(id)}`,
      issue_url: `${env('GITHUB_API_URL')}${ISSUES}/7`,
      user: { login: 'github-actions[bot]', id: 41898282, type: 'Bot' },
      author_association: 'NONE',
    });
    expect(created.headers.get('location')).toBe(created.body['url']);
    const one = `${ISSUES}/comments/${String(id)}`;
    expect((await send(`GET ${one}`)).body).toEqual(created.body);
    expect((await send(`GET ${COMMENTS}`)).body).toEqual([created.body]);
    expect((await send(`GET ${ISSUES}/8/comments`)).body).toEqual([]);
    expect(await send(`PATCH ${one}`, { body: 'two' })).toMatchObject({ status: 200, body: { id, body: 'two' } });
    expect((await send(`DELETE ${one}`)).status).toBe(204);
    for (const on of [`GET ${one}`, `PATCH ${one}`, `DELETE ${one}`])
      expect(await send(on, on.startsWith('PATCH') ? { body: 'x' } : undefined)).toMatchObject({
        status: 404,
        body: { message: 'Not Found' },
      });
    expect(bodies()).toEqual([]);
    expect(await write('three')).toBe(Number(id) + 1);
  });

  test('tells when it was changed', async () => {
    const id = await write('one');
    await at.age(3600);
    const one = `${ISSUES}/comments/${String(id)}`;
    const before = (await send(`GET ${one}`)).body;
    expect(Date.now() - Date.parse(String(before['created_at']))).toBeGreaterThanOrEqual(3_600_000);
    expect(before['updated_at']).toBe(before['created_at']);
    const after = (await send(`PATCH ${one}`, { body: 'one' })).body;
    expect(after['created_at']).toBe(before['created_at']);
    expect(Date.parse(String(after['updated_at']))).toBeGreaterThan(Date.parse(String(before['updated_at'])));
  });

  test.each([
    [{ kind: 'app', name: 'pipelines', permissions: { issues: 'write' } }, 'pipelines[bot]', 'Bot'],
    [{ kind: 'fine-grained', permissions: { pull_requests: 'write' } }, 'octocat', 'User'],
    [{ kind: 'classic', name: 'hubot', scopes: ['repo'] }, 'hubot', 'User'],
    [{ kind: 'GITHUB_TOKEN', name: 'x', permissions: { issues: 'write' } }, 'github-actions[bot]', 'Bot'],
  ])('shows whose token wrote it: %j', async (description, login, type) => {
    await describeToken(description);
    const { body } = await send(`POST ${COMMENTS}`, { body: 'x' }, 'mine');
    expect(body['user']).toMatchObject({ login, type });
    expect(body['author_association']).toBe(type === 'Bot' ? 'NONE' : login === 'octocat' ? 'MEMBER' : 'CONTRIBUTOR');
    // The right to write is the right to change what others wrote.
    const changed = await send(`PATCH ${ISSUES}/comments/${String(body['id'])}`, { body: 'y' });
    expect(changed).toMatchObject({ status: 200, body: { body: 'y', user: { login } } });
  });

  test('is in the world, as the scenario begins', async () => {
    await write('told');
    const { body } = await at.send('GET /_simulator/world');
    const { gitHub } = body as unknown as { gitHub: GitHubState };
    expect(gitHub.repositories[REPOSITORY]?.pulls).toMatchObject({
      7: { number: 7, isFork: false, comments: [{ body: 'told' }] },
      8: { number: 8, isFork: true, comments: [] },
    });
  });
});

describe('refused', () => {
  const failure = (message: string): unknown => ({
    message: 'Validation Failed',
    errors: [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }],
  });

  test.each([
    [{}, 422, { message: 'Invalid request.\n\n"body" wasn\'t supplied.' }],
    [undefined, 422, { message: 'Invalid request.\n\n"body" wasn\'t supplied.' }],
    [{ body: 7 }, 422, { message: "Invalid request.\n\nFor 'properties/body', 7 is not a string." }],
    [{ body: null }, 422, { message: "Invalid request.\n\nFor 'properties/body', null is not a string." }],
    [{ body: '' }, 422, failure('Body cannot be blank')],
    [{ body: ' \n' }, 422, failure('Body cannot be blank')],
    [{ body: 'x'.repeat(65_537) }, 422, failure('Body is too long (maximum is 65536 characters)')],
    [{ body: 'x', title: 'x' }, 400, {}],
    ['no object', 400, { message: 'Problems parsing JSON' }],
  ])('a body (%#)', async (body, status, said) => {
    const id = await write('before');
    for (const on of [`POST ${COMMENTS}`, `PATCH ${ISSUES}/comments/${String(id)}`])
      expect(await send(on, body)).toMatchObject({ status, body: said as object });
    expect(bodies()).toEqual(['before']);
  });

  test('not a body of the greatest length', async () => {
    expect((await send(`POST ${COMMENTS}`, { body: 'x'.repeat(65_536) })).status).toBe(201);
  });

  test('what is not there', async () => {
    for (const number of ['9999', '07', 'seven'])
      for (const on of ['GET', 'POST'])
        expect(
          await send(`${on} ${ISSUES}/${number}/comments`, on === 'POST' ? { body: 'x' } : undefined),
        ).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    expect((await send('GET /repos/acme/nowhere/issues/7/comments')).status).toBe(404);
    expect((await send('GET /repositories/1/issues/7/comments')).status).toBe(404);
    expect((await send(`PUT ${COMMENTS}`, {})).status).toBe(501);
  });

  test.each(['since=2026-01-01T00:00:00Z', 'sort=created', 'page=2&direction=desc'])(
    'a parameter: %s',
    async (query) => {
      expect((await send(`GET ${COMMENTS}?${query}`)).status).toBe(400);
    },
  );

  test('what is no token', async () => {
    expect(await send(`GET ${COMMENTS}`, undefined, 'nonsense')).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials' },
    });
  });

  test('a repository that the token does not see, whatever it may do', async () => {
    await describeToken({ kind: 'app', permissions: { pull_requests: 'write' }, sees: ['acme/models'] });
    for (const on of [`GET ${COMMENTS}`, `POST ${COMMENTS}`, 'GET /repositories/734512093/issues/7/comments'])
      expect((await send(on, on.startsWith('POST') ? { body: 'x' } : undefined, 'mine')).status).toBe(404);
    expect(bodies()).toEqual([]);
  });
});

describe('rights', () => {
  const integration = 'Resource not accessible by integration';
  const personal = 'Resource not accessible by personal access token';

  /** What each way of asking is answered: its status, and of a refusal the words and the right that it names. */
  async function asks(token: string): Promise<unknown[]> {
    const one = `${ISSUES}/comments/${String(await write('there'))}`;
    const answers: unknown[] = [];
    for (const on of [`GET ${COMMENTS}`, `GET ${one}`, `POST ${COMMENTS}`, `PATCH ${one}`, `DELETE ${one}`]) {
      const { status, body, headers } = await send(on, /POST|PATCH/.test(on) ? { body: 'x' } : undefined, token);
      const needs = headers.get('x-accepted-github-permissions') ?? headers.get('x-accepted-oauth-scopes');
      answers.push(status < 300 ? status : `${String(status)} ${String(body['message'])}: ${String(needs)}`);
    }
    return answers;
  }
  const may = [200, 200, 201, 200, 204];
  const reads = (by: string): unknown[] => {
    const refusal = `403 ${by}: issues=write; pull_requests=write`;
    return [200, 200, refusal, refusal, refusal];
  };
  const none = (by: string): unknown[] => {
    const refusal = `403 ${by}: issues=read; pull_requests=read`;
    return [refusal, refusal, ...reads(by).slice(2)];
  };

  test.each([
    ['SIMULATOR_GITHUB_TOKEN', () => may],
    ['SIMULATOR_GITHUB_PULL_TOKEN', () => may],
    ['SIMULATOR_GITHUB_FORK_TOKEN', () => reads(integration)],
    ['SIMULATOR_GITHUB_JOB_TOKEN', () => none(integration)],
    ['SIMULATOR_GITHUB_APP_TOKEN', () => none(integration)],
    ['SIMULATOR_GITHUB_FINE_GRAINED_TOKEN', () => none(personal)],
  ])('of %s', async (variable, expected) => {
    expect(env(variable)).not.toBe('');
    expect(await asks(env(variable))).toEqual(expected());
  });

  test.each([
    [{ kind: 'GITHUB_TOKEN', permissions: { issues: 'write' } }, () => may],
    [{ kind: 'GITHUB_TOKEN', permissions: { issues: 'write', pull_requests: 'read' } }, () => may],
    [{ kind: 'GITHUB_TOKEN', permissions: { secrets: 'write' } }, () => none(integration)],
    [{ kind: 'app', permissions: { issues: 'read' } }, () => reads(integration)],
    [{ kind: 'fine-grained', permissions: { pull_requests: 'read' } }, () => reads(personal)],
    [{ kind: 'classic', scopes: ['repo'] }, () => may],
    [{ kind: 'classic', scopes: ['admin:org'] }, () => Array.from(may, () => `403 ${personal}: repo`)],
  ])('of %j', async (description, expected) => {
    await describeToken(description);
    expect(await asks('mine')).toEqual(expected());
  });

  test('a name is a string', async () => {
    expect((await describeToken({ kind: 'app', name: 7 })).status).toBe(400);
  });
});

describe('pages', () => {
  beforeEach(() => fill(103));

  /** Where the links of an answer lead to, by `rel`. */
  function links(answer: Answer): Record<string, string> {
    const header = answer.headers.get('link') ?? '';
    const found = [...header.matchAll(/<([^>]+)>; rel="(\w+)"/g)];
    return Object.fromEntries(found.map(([, url = '', rel = '']) => [rel, url.replace(env('GITHUB_API_URL'), '')]));
  }

  test('have thirty comments, oldest first, and lead to each other', async () => {
    const first = await send(`GET ${COMMENTS}`);
    expect(listed(first)).toEqual(Array.from({ length: 30 }, (_unused, index) => `comment ${String(index + 1)}`));
    const by = (page: number): string => `/repositories/734512093/issues/7/comments?page=${String(page)}`;
    expect(links(first)).toEqual({ next: by(2), last: by(4) });
    expect(links(await send(`GET ${COMMENTS}?page=3`))).toEqual({
      prev: by(2),
      next: by(4),
      last: by(4),
      first: by(1),
    });
    const last = await send(`GET ${by(4)}`);
    expect(listed(last)).toHaveLength(13);
    expect(links(last)).toEqual({ prev: by(3), first: by(1) });
    const beyond = await send(`GET ${COMMENTS}?page=9`);
    expect(listed(beyond)).toEqual([]);
    expect(links(beyond)).toEqual({ prev: by(4), first: by(1) });
  });

  test('are walked by their links, each comment once', async () => {
    const seen: unknown[] = [];
    let next: string | undefined = `${COMMENTS}?per_page=50`;
    while (next !== undefined) {
      const answer: Answer = await send(`GET ${next}`);
      seen.push(...listed(answer));
      next = links(answer)['next'];
    }
    expect(seen).toEqual(bodies());
    expect(seen).toHaveLength(103);
  });

  test('have a hundred comments at most, and sizes that are numbers', async () => {
    const most = await send(`GET ${COMMENTS}?per_page=1000`);
    expect(listed(most)).toHaveLength(100);
    expect(new URLSearchParams(links(most)['next']?.split('?')[1]).get('page')).toBe('2');
    for (const query of ['per_page=0', 'per_page=x', 'page=0', 'page=-1'])
      expect((await send(`GET ${COMMENTS}?${query}`)).status).toBe(422);
    expect((await send(`GET ${ISSUES}/8/comments`)).headers.get('link')).toBeNull();
  });
});

describe('as the action comments', () => {
  const MARKER = '<!-- report of main -->';

  /** Time that passes only when somebody sleeps. */
  function clock(): Clock & { readonly slept: number[] } {
    const slept: number[] = [];
    const sleep = (milliseconds: number): Promise<void> => {
      slept.push(milliseconds);
      return Promise.resolve();
    };
    return { slept, now: () => slept.reduce((sum, one) => sum + one, 0), sleep };
  }

  function comments(token = env('SIMULATOR_GITHUB_PULL_TOKEN'), number = 7, time = clock()): PullComments {
    const silent = (): void => undefined;
    const apiUrl = env('GITHUB_API_URL');
    return pullComments(
      { say: silent, trace: silent },
      { token: new Secret(token), apiUrl, repository: REPOSITORY, number, clock: time },
    );
  }

  const fault = (on: string, what: string, times = 1): Promise<Answer> =>
    at.send('POST /_simulator/faults', { on, do: what, times });
  const sent = async (): Promise<string[]> => {
    const { body } = await at.send('GET /_simulator/journal');
    return (body as unknown as { method: string; status: number }[]).map(
      ({ method, status }) => `${method} ${String(status)}`,
    );
  };

  test('finds the oldest that has the marker, however many pages away', async () => {
    await fill(101);
    expect(await comments().find(MARKER)).toBeUndefined();
    const id = await write(`${MARKER}\none`);
    await write(`${MARKER}\ntwo`);
    expect(await comments().find(MARKER)).toEqual({ id, body: `${MARKER}\none` });
    expect(await comments(undefined, 8).find(MARKER)).toBeUndefined();
  });

  test('passes over words that somebody from outside put behind the marker', async () => {
    const gitHubTokens = { 'ghp-mallory': { kind: 'fine-grained', name: 'mallory', permissions: { issues: 'write' } } };
    await at.send('POST /_simulator/change', { gitHubTokens });
    await comments('ghp-mallory')
      .create(`${MARKER}\nall is well`, MARKER)
      .catch(() => undefined);
    expect(bodies()).toHaveLength(1);
    expect(await comments().find(MARKER)).toBeUndefined();
    const id = await write(`${MARKER}\none`);
    expect(await comments().find(MARKER)).toEqual({ id, body: `${MARKER}\none` });
  });

  const permissions = { pull_requests: 'write' };
  const writers = {
    'ghp-mallory': { kind: 'fine-grained', name: 'mallory', permissions },
    'ghp-member': { kind: 'fine-grained', permissions },
    ghs_appOfOurs: { kind: 'app', name: 'acme-automation', permissions },
    ghs_appOfOthers: { kind: 'app', name: 'github-actions-x', permissions },
    ghs_otherJob: { kind: 'GITHUB_TOKEN', permissions },
  };
  test.each([
    ['a job', undefined, ['ghp-mallory', 'ghp-member', 'ghs_appOfOurs', 'ghs_appOfOthers'], 'ghs_otherJob'],
    ['an App', 'ghs_appOfOurs', ['ghp-mallory', 'ghp-member', 'ghs_appOfOthers'], 'ghs_appOfOurs'],
    ['a person', 'ghp-member', ['ghp-mallory', 'ghs_appOfOurs', 'ghs_appOfOthers', 'ghs_otherJob'], 'ghp-member'],
  ])('%s takes only what its own token speaks for to be its own', async (_name, token, others, own) => {
    await at.send('POST /_simulator/change', { gitHubTokens: writers });
    for (const other of others) await write(`${MARKER}\nall is well, says ${other}`, other);
    const there = comments(token);
    expect(await there.find(MARKER)).toBeUndefined();
    const id = await write(`${MARKER}\none`, own);
    expect(await there.find(MARKER)).toEqual({ id, body: `${MARKER}\none` });
    const asked = (await sent()).filter((one) => one === 'POST 200').length;
    expect(asked).toBe(1); // Who it is, it learns once.
  });

  test('asks who it is only where it must', async () => {
    await at.send('POST /_simulator/change', { gitHubTokens: writers });
    await write(`${MARKER}\none`);
    await comments().find(MARKER);
    await comments('ghs_appOfOurs').find(`${MARKER} of another`);
    expect((await sent()).filter((one) => one.startsWith('POST 2'))).toEqual(['POST 201']);
  });

  test('cannot learn who it is: says so, and takes nothing for its own', async () => {
    await at.send('POST /_simulator/change', { gitHubTokens: writers });
    await write(`${MARKER}\none`, 'ghs_appOfOurs');
    await at.send('POST /_simulator/answers', [
      { on: 'POST /graphql', status: 403, body: { message: 'No.' }, times: 9 },
    ]);
    await expect(comments('ghp-member').find(MARKER)).rejects.toMatchObject({
      ...{ name: 'ApiError', code: 403, call: `learn who comments on pull request 7 of ${REPOSITORY}` },
    });
  });

  test('writes and changes', async () => {
    const there = comments();
    await there.create(`${MARKER}\none`, MARKER);
    const { id = 0 } = (await there.find(MARKER)) ?? {};
    await there.update(id, `${MARKER}\ntwo`);
    expect(await there.find(MARKER)).toEqual({ id, body: `${MARKER}\ntwo` });
    expect(bodies()).toEqual([`${MARKER}\ntwo`]);
  });

  test.each([[undefined], [MARKER]])('writes once though the answer is lost: looked for by %s', async (marker) => {
    await fault(`POST ${COMMENTS}`, 'lose-reply');
    const time = clock();
    await comments(undefined, 7, time).create(`${MARKER}\none`, marker);
    expect(bodies()).toEqual([`${MARKER}\none`]);
    expect(await sent()).toEqual(['POST 0', 'GET 200']);
    expect(time.slept).toEqual([]);
  });

  test('looks again before it writes again: what was written may show late', async () => {
    await fault(`POST ${COMMENTS}`, 'lose-reply');
    await at.send('POST /_simulator/answers', [{ on: `GET ${COMMENTS}`, status: 200, body: [] }]);
    await comments().create(`${MARKER}\none`, MARKER);
    expect(bodies()).toEqual([`${MARKER}\none`]);
    expect(await sent()).toEqual(['POST 0', 'GET 200', 'GET 200']);
  });

  test('writes again what did not arrive, once', async () => {
    await fault(`POST ${COMMENTS}`, 'outage', 2);
    await fault(`POST ${COMMENTS}`, 'lose-reply');
    await fault(`GET ${COMMENTS}`, 'outage');
    await comments().create(`${MARKER}\none`, MARKER);
    expect(bodies()).toEqual([`${MARKER}\none`]);
    expect((await sent()).filter((one) => one.startsWith('POST'))).toEqual(['POST 503', 'POST 503', 'POST 0']);
  });

  test('gives up in time where nothing arrives', async () => {
    await fault(`POST ${COMMENTS}`, 'outage', 100);
    const time = clock();
    await expect(comments(undefined, 7, time).create('x')).rejects.toMatchObject({ code: 503, status: 'UNAVAILABLE' });
    expect(time.now()).toBeLessThanOrEqual(30_000);
    expect(time.slept.length).toBeGreaterThan(3);
    expect(bodies()).toEqual([]);
  });

  test('changes again what was not answered', async () => {
    const id = await write('one');
    await fault(`PATCH ${ISSUES}`, 'lose-reply');
    await comments().update(id, 'two');
    expect(bodies()).toEqual(['two']);
  });

  test('is told what it may not do', async () => {
    const forks = comments(env('SIMULATOR_GITHUB_FORK_TOKEN'), 8);
    const refusal = {
      name: 'ApiError',
      service: 'github',
      code: 403,
      status: 'PERMISSION_DENIED',
      words: 'Resource not accessible by integration',
    };
    expect(await forks.find(MARKER)).toBeUndefined();
    const call = `comment on pull request 8 of ${REPOSITORY}`;
    await expect(forks.create('x')).rejects.toMatchObject({ ...refusal, call });
    await expect(forks.update(await write('x'), 'y')).rejects.toMatchObject(refusal);
    await expect(comments(env('SIMULATOR_GITHUB_JOB_TOKEN')).find('x')).rejects.toMatchObject(refusal);
    expect((await sent()).filter((one) => one === 'POST 403')).toHaveLength(1);
  });

  test('is told what is not there, and what is wrong with a body', async () => {
    await expect(comments(undefined, 4097).find('x')).rejects.toMatchObject({ code: 404, status: 'NOT_FOUND' });
    await expect(comments().update(1, 'x')).rejects.toMatchObject({ code: 404 });
    await expect(comments().create('x'.repeat(65_537))).rejects.toMatchObject({
      code: 422,
      words: 'Validation Failed: Body is too long (maximum is 65536 characters)',
    });
  });
});
