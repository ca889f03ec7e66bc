import { describe, expect, test } from '@jest/globals';
import { readEvent } from '../../../src/runner/event.ts';

const HERE = { repo: { full_name: 'acme/data' } };
const FORK = { repo: { full_name: 'mallory/data' } };
const pull = (head: unknown, number = 7): object => ({ pull_request: { number, head, base: HERE } });
const onPull = { GITHUB_EVENT_NAME: 'pull_request' };
const withIdentity = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.example' };

describe('the event that started the run', () => {
  test.each([
    ['a push', { GITHUB_EVENT_NAME: 'push' }, {}, undefined],
    ['a pull request of the repository', onPull, pull(HERE), { number: 7, isFork: false }],
    ['one from a fork', onPull, pull(FORK), { number: 7, isFork: true }],
    ['one from a fork that was deleted', onPull, pull({ repo: null }), { number: 7, isFork: true }],
    ['one whose number stands outside', onPull, { number: 8 }, { number: 8, isFork: false }],
    ['pull_request_target', { GITHUB_EVENT_NAME: 'pull_request_target' }, pull(FORK), { number: 7, isFork: true }],
    ['another event about a pull request', { GITHUB_EVENT_NAME: 'issue_comment' }, pull(HERE), undefined],
    ['no payload', onPull, undefined, undefined],
    ['a payload that is no object', onPull, 'x', undefined],
    ['a payload that is null', onPull, null, undefined],
  ])('%s → its pull request', (_name, env, payload, expected) => {
    expect(readEvent(env, payload).pull).toEqual(expected);
  });

  test.each([
    ['a fork', onPull, pull(FORK), 'a pull request from a fork'],
    ['a fork with an identity', { ...onPull, ...withIdentity }, pull(FORK), undefined],
    ['Dependabot', { ...onPull, GITHUB_ACTOR: 'dependabot[bot]' }, pull(HERE), 'Dependabot'],
    ['Dependabot on a push', { GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR: 'dependabot[bot]' }, {}, 'Dependabot'],
    ['Dependabot with an identity', { ...withIdentity, GITHUB_ACTOR: 'dependabot[bot]' }, {}, undefined],
    ['a job without id-token: write', { GITHUB_EVENT_NAME: 'push' }, {}, undefined],
  ])('%s → who lacks an identity', (_name, env, payload, expected) => {
    expect(readEvent(env, payload).withoutIdentity).toBe(expected);
  });

  const run = (event: unknown, head: unknown = HERE.repo): object => ({
    workflow_run: { event, head_repository: head },
  });
  const on = (name: string): Record<string, string> => ({
    ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/data', GITHUB_EVENT_NAME: name },
  });
  const trusted = [
    ...['workflow_dispatch', 'schedule', 'push', 'repository_dispatch', 'release', 'deployment', 'merge_group'],
  ];
  const others = [
    ...['pull_request', 'pull_request_target', 'pull_request_review', 'pull_request_review_comment', 'issue_comment'],
    ...['issues', 'discussion', 'discussion_comment', 'fork', 'watch', 'gollum', 'create', 'status', 'check_suite', ''],
    ...['workflow_call', 'PUSH', 'push ', 'of tomorrow'],
  ];

  test.each<readonly [string, Record<string, string>, unknown, boolean]>([
    ...trusted.map((name) => [name, on(name), {}, true] as const),
    ...others.map((name) => [name, on(name), {}, false] as const),
    ['a pull request of the repository', on('pull_request'), pull(HERE), false],
    ...trusted.map((name) => [`a run after ${name}`, on('workflow_run'), run(name), true] as const),
    ...[...others, 'workflow_run'].map(
      (name) => [`a run after ${name}`, on('workflow_run'), run(name), false] as const,
    ),
    ['a run after a push, spelt otherwise', on('workflow_run'), run('push', { full_name: 'Acme/Data' }), true],
    ['a run after a push to a fork', on('workflow_run'), run('push', FORK.repo), false],
    ['a run after a push to a fork that was deleted', on('workflow_run'), run('push', null), false],
    ['a run without a payload', on('workflow_run'), undefined, false],
    ['a run whose event is no text', on('workflow_run'), run(['push']), false],
    ['another event with the payload of a run', on('issue_comment'), run('push'), false],
    ['elsewhere than on a runner', {}, {}, true],
    [
      'elsewhere, with a pull request',
      { GITHUB_EVENT_NAME: 'pull_request', GITHUB_ACTIONS: 'false' },
      pull(FORK),
      true,
    ],
  ])('%s → modes that write may run, or not', (_name, env, payload, expected) => {
    expect(readEvent(env, payload).mayWrite).toBe(expected);
  });

  test('on a runner → workflow file, run, repository and API', () => {
    const event = readEvent(
      {
        GITHUB_WORKFLOW_REF: 'acme/data/.github/workflows/nightly@home.yml@refs/heads/main',
        GITHUB_SERVER_URL: 'https://github.example',
        GITHUB_REPOSITORY: 'acme/data',
        GITHUB_RUN_ID: '42',
        GITHUB_API_URL: 'https://github.example/api/v3',
      },
      {},
    );
    expect(event).toMatchObject({
      repository: 'acme/data',
      apiUrl: 'https://github.example/api/v3',
      origin: {
        workflowFile: '.github/workflows/nightly@home.yml',
        runUrl: 'https://github.example/acme/data/actions/runs/42',
      },
    });
  });

  test('outside a runner → nothing is known', () => {
    expect(readEvent({}, undefined)).toEqual({
      ...{ name: '', repository: undefined, apiUrl: 'https://api.github.com', mayWrite: true },
      ...{ withoutIdentity: undefined, pull: undefined, baseCommit: undefined, isOnDefaultBranch: false },
      origin: { workflowFile: undefined, runUrl: undefined },
    });
  });

  test.each<[string | undefined, object, boolean]>([
    ['refs/heads/main', { repository: { default_branch: 'main' } }, true],
    ['refs/heads/fix', { repository: { default_branch: 'main' } }, false],
    ['refs/tags/main', { repository: { default_branch: 'main' } }, false],
    ['refs/heads/', { repository: { default_branch: '' } }, false],
    ['refs/heads/main', {}, false],
    [undefined, { repository: { default_branch: 'main' } }, false],
  ])('the ref %s of %j → on the default branch: %p', (ref, payload, expected) => {
    const env = ref === undefined ? {} : { GITHUB_REF: ref };
    expect(readEvent(env, payload).isOnDefaultBranch).toBe(expected);
  });
});
