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
      ...{ name: '', repository: undefined, apiUrl: 'https://api.github.com' },
      ...{ withoutIdentity: undefined, pull: undefined },
      origin: { workflowFile: undefined, runUrl: undefined },
    });
  });
});
