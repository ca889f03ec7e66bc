import { describe, expect, test } from '@jest/globals';
import { spell } from '../../../src/address.ts';
import type { SecretScope } from '../../../src/cloud/github/scope.ts';
import type { Destination } from '../../../src/destinations/destination.ts';
import { gitHubSecret } from '../../../src/destinations/github-secret/github-secret.ts';
import { whyRefused } from '../../../src/destinations/github-secret/refusal.ts';
import type { ApiError } from '../../../src/errors/api-error.ts';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { Secret } from '../../../src/secret.ts';
import { claimsOn, fakeRun } from '../resources/fixtures.ts';
import { accountWith, apiError, gitHubStore } from './stores.ts';
import type { GitHubWorld, Trouble } from './stores.ts';

const KEY = { id: 'a'.repeat(40), file: new Secret('{}') };
const noted = (updatedAt: number, more = {}): GitHubWorld['secret'] => ({
  ...{ updatedAt, value: undefined, visibility: undefined },
  ...more,
});
const acme: SecretScope = { kind: 'organization', organization: 'acme' };

function place(world: Partial<GitHubWorld> = {}, trouble?: Trouble, more: object = {}): [Destination, GitHubWorld] {
  const whole: GitHubWorld = { log: [], secret: undefined, variable: undefined, ...world };
  const options = { secretName: 'S', repository: 'acme/data', visibility: 'private', want: 'present' } as const;
  const destination = gitHubSecret({
    ...{ ...options, scope: { kind: 'repository' }, claims: claimsOn(accountWith('[segment-retl created]')) },
    open: () => Promise.resolve(gitHubStore(whole, trouble)),
    ...more,
  });
  return [destination, whole];
}

describe('what a secret of GitHub tells', () => {
  test.each<[string, Partial<GitHubWorld>, Trouble | undefined, object]>([
    ['nothing there', {}, undefined, { state: 'absent', isNoted: false }],
    ['a variable left over', { variable: noted(1) }, undefined, { state: 'absent', isNoted: true }],
    ['no variable', { secret: noted(5) }, undefined, { state: 'present', writtenAt: 5, keyId: undefined }],
    [
      'both',
      { secret: noted(5), variable: noted(6, { value: 'id' }) },
      undefined,
      { state: 'present', writtenAt: 5, keyId: 'id', notedAt: 6 },
    ],
    ['refused', {}, () => apiError(403, 'not you'), { state: 'unreadable', why: 'could not try: not you' }],
  ])('%s', async (_name, world, trouble, expected) => {
    expect(await place(world, trouble)[0].reading()).toMatchObject(expected);
  });

  test.each<[string, Partial<GitHubWorld>, Trouble | undefined, boolean]>([
    ['written when this run wrote it', { secret: noted(5000), writtenAt: 5000 }, undefined, true],
    ['written within that second', { secret: noted(5999), writtenAt: 5000 }, undefined, true],
    ['written since: its note is torn from it', { secret: noted(6000), writtenAt: 5000 }, undefined, false],
    ['deleted since', { writtenAt: 5000 }, undefined, false],
    ['GitHub tells no time', { secret: noted(6000) }, undefined, true],
    [
      'it cannot be read',
      { secret: noted(6000), writtenAt: 5000 },
      (request) => (request === 'read secret' ? apiError(403) : undefined),
      true,
    ],
  ])('a key that was delivered: %s → still there: %4$s', async (_name, world, trouble, isThere) => {
    const [destination] = place(world, trouble);
    await destination.deliver(KEY);
    expect(await destination.isStillThere?.()).toBe(isThere);
  });

  test('without a token it is named, and cannot be read', async () => {
    const [destination] = place({}, undefined, { open: undefined });
    expect(await destination.reading()).toEqual({
      state: 'unreadable',
      why: 'no github_token was given',
      isMeant: true,
    });
  });

  test('plan and credential read it once between them; read anew it is asked again', async () => {
    const [destination, { log }] = place();
    await Promise.all([destination.read(), destination.reading(), destination.refuse()]);
    expect(log).toEqual(['read public key', 'read secret', 'read variable', 'audience']);
    await destination.reread();
    expect(log).toHaveLength(7);
  });

  test.each<[string, SecretScope, string, string]>([
    ['repository', { kind: 'repository' }, 'github-secret/S', 'the repository secret S'],
    [
      'environment',
      { kind: 'environment', environment: 'prod' },
      'github-secret/environment:prod/S',
      'the environment prod',
    ],
    ['organization', acme, 'github-secret/organization:acme/S', 'the organization acme'],
  ])('%s: its address and its name', (_name, scope, address, name) => {
    const [destination] = place({}, undefined, { scope });
    expect(spell(destination.address)).toBe(address);
    expect(destination.name).toContain(name);
  });

  test.each<[string, string | undefined, SecretScope, string | undefined]>([
    ['as asked', 'private', acme, undefined],
    [
      'another',
      'all',
      acme,
      'the visibility of the secret S of the organization acme is all, but secret_visibility is private',
    ],
    ['none told', undefined, acme, undefined],
    ['not of an organization', 'all', { kind: 'repository' }, undefined],
  ])('visibility: %s', async (_name, visibility, scope, because) => {
    const [destination] = place({ secret: noted(1, { visibility }) }, undefined, { scope });
    const { differences, diagnostics } = destination.examine(await destination.read());
    expect(differences).toEqual([]);
    expect(diagnostics.map((one) => one.because)).toEqual(because === undefined ? [] : [because]);
  });
});

describe('delivering to a secret of GitHub', () => {
  test('secret, then variable; the public key is known from reading', async () => {
    const [destination, { log }] = place();
    await destination.reading();
    log.length = 0;
    await destination.deliver(KEY);
    expect(log).toEqual(['put secret', `put variable ${KEY.id}`]);
  });

  test('the secret is refused → as the service says; the variable is refused → the key is out', async () => {
    const refused = apiError(403, 'no right', undefined, 'github');
    const [one] = place({}, (request) => (request === 'put secret' ? refused : undefined));
    await expect(one.deliver(KEY)).rejects.toBe(refused);
    const [two] = place({}, (request) => (request.startsWith('put variable') ? refused : undefined));
    await expect(two.deliver(KEY)).rejects.toThrow(
      'Could not write the id of the new key into the variable S_KEY_ID: no right. Give github_token a fine-grained personal access token, or the token of a GitHub App, with the repository permissions Secrets: write',
    );
  });
});

describe('taking a secret of GitHub back', () => {
  test.each<[string, Partial<GitHubWorld>, Trouble | undefined, string[], string[]]>([
    [
      'secret and variable',
      { secret: noted(1), variable: noted(2) },
      undefined,
      ['delete secret', 'delete variable'],
      ['note destination.removed'],
    ],
    [
      'a variable left over',
      { variable: noted(2) },
      undefined,
      ['delete secret', 'delete variable'],
      ['note destination.removed'],
    ],
    ['gone by now', {}, undefined, [], []],
    ['unreadable by now', {}, () => apiError(403), [], ['warning destination.left']],
  ])('%s', async (_name, world, trouble, writes, told) => {
    const [destination, { log }] = place(world, trouble, { want: 'absent' });
    const run = fakeRun();
    await destination.change(await destination.read(), [{ remove: 'github-secret acme/data/S' }], run);
    expect(log.filter((line) => !line.startsWith('read'))).toEqual(writes);
    expect(run.told.map(({ severity, code }) => `${severity} ${code}`)).toEqual(told);
  });
});

describe('why a secret of GitHub would not take a key', () => {
  const production: SecretScope = { kind: 'environment', environment: 'production' };
  test.each<[string, SecretScope, number | undefined, RegExp]>([
    [
      'repository, refused',
      { kind: 'repository' },
      403,
      /repository secret of acme\/data.*Secrets: write.*GITHUB_TOKEN can never write/,
    ],
    ['environment, refused', production, 403, /with the repository permission Environments: write/],
    ['environment, not seen', production, 404, /create it in the settings of the repository\. Give/],
    [
      'repository, the token is not valid',
      { kind: 'repository' },
      401,
      /it said no\. github_token is invalid or has expired: replace it/,
    ],
    ['organization, refused', acme, 403, /with the organization permissions Secrets: write and Variables: write/],
    ['organization, not seen', acme, 404, /Check that the organization acme exists\. Give/],
    ['no token', { kind: 'repository' }, undefined, /Give github_token a fine-grained/],
    ['GitHub is down', { kind: 'repository' }, 503, /GitHub is unavailable: run again later/],
  ])('%s', (_name, scope, code, expected) => {
    const error = code === undefined ? undefined : apiError(code, 'no', undefined, 'github');
    const problem = whyRefused({ name: 'the repository secret', scope, repository: 'acme/data' }, 'it said no', error);
    expect(sentence(problem)).toMatch(expected);
    expect(problem.code).toBe('destination.refuses');
  });

  test.each<[string, ApiError, RegExp]>([
    [
      'a rate limit',
      apiError(403, 'API rate limit exceeded', 'rateLimitExceeded', 'github'),
      /No permission helps here/,
    ],
    ['an IP allow list', apiError(403, 'has an IP allow list enabled', undefined, 'github'), /IP allow list/],
    ['single sign-on', apiError(403, 'organization SAML enforcement', undefined, 'github'), /Configure SSO/],
    ['an archived repository', apiError(403, 'Repository was archived', undefined, 'github'), /unarchive/],
    [
      'a selected repository that is not there',
      apiError(404, 'no', 'unknownRepository', 'github'),
      /secret_repositories/,
    ],
    ['silence', apiError(undefined, 'late', 'time-limit', 'github'), /took the request and said nothing/],
    ['a page of a portal', apiError(undefined, 'html', 'unreadable', 'github'), /in the place of GitHub/],
  ])('%s: its own remedy, for every scope', (_name, error, expected) => {
    for (const scope of [{ kind: 'repository' } as const, production, acme]) {
      const { remedy } = whyRefused({ name: 'it', scope, repository: 'acme/data' }, 'it said no', error);
      expect(remedy).toMatch(expected);
      expect(remedy).not.toMatch(/Give github_token|Check that the organization/);
    }
  });

  test('whoever is to see it must exist', async () => {
    const [destination] = place({}, (request) =>
      request === 'audience' ? apiError(404, 'no such', undefined, 'github') : undefined,
    );
    expect(await destination.refuse()).toMatchObject({ because: 'could not try: no such' });
  });
});
