import { describe, expect, test } from '@jest/globals';
import type { SecretVersions } from '../../../src/cloud/google/secret-versions.ts';
import type { Destination, Reading } from '../../../src/destinations/destination.ts';
import type { SecretManagerOptions } from '../../../src/destinations/secret-manager/reading.ts';
import { whySecretRefused } from '../../../src/destinations/secret-manager/refusal.ts';
import type { SecretFacts } from '../../../src/destinations/secret-manager/refusal.ts';
import { secretManager } from '../../../src/destinations/secret-manager/secret-manager.ts';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { Secret } from '../../../src/secret.ts';
import { claimsOn, fakeClock, fakeRun } from '../resources/fixtures.ts';
import { accountWith, apiError, secretVersionsOf, version } from './stores.ts';
import type { VersionsWorld } from './stores.ts';

const SECRET = 'projects/p/secrets/s';
const A = 'a'.repeat(40);
const KEY = { id: A, file: new Secret('{}') };
const OF_GOOGLE = { endsAt: Infinity, disabled: false, cutOffBecause: undefined, origin: 'GOOGLE_PROVIDED' };
const note = (id: string): string => `segment-retl-key-${id}`;

function place(
  world: Partial<VersionsWorld>,
  lose?: Parameters<typeof secretVersionsOf>[1],
  keys: readonly (readonly [string, number])[] = [[A, 1000]],
): [Destination, VersionsWorld] {
  const whole: VersionsWorld = { log: [], versions: [], annotations: {}, isThere: true, ...world };
  const versions = secretVersionsOf(whole, lose);
  const listed = keys.map(([id, createdAt]) => ({ ...OF_GOOGLE, id, createdAt }));
  const destination = secretManager({
    ...{ secret: SECRET, want: 'absent', claims: claimsOn(accountWith(undefined)), clock: fakeClock() },
    keyList: () => Promise.resolve(listed),
    listKeys: () => Promise.resolve(listed),
    open: () => Promise.resolve(versions),
    demandsOwnEncryption: () => Promise.resolve(false),
  });
  return [destination, whole];
}

describe('what a secret of Secret Manager tells', () => {
  test.each<[string, Partial<VersionsWorld>, Reading]>([
    ['it does not exist', { isThere: false }, { state: 'absent', isNoted: false }],
    ['no version', {}, { state: 'absent', isNoted: false }],
    ['no version, a note left over', { annotations: { [note(A)]: '1' } }, { state: 'absent', isNoted: true }],
    [
      'latest version noted',
      { versions: [version(1)], annotations: { [note(A)]: '1' } },
      { state: 'present', keepsAll: true, writtenAt: 1000, keyId: A, isNoted: true, notedAt: 1000, fault: undefined },
    ],
    [
      'latest version not noted',
      { versions: [version(1), version(2)], annotations: { [note(A)]: '1' } },
      {
        state: 'present',
        keepsAll: true,
        writtenAt: 2000,
        writtenBefore: 1000,
        keyId: undefined,
        isNoted: true,
        notedAt: undefined,
        fault: undefined,
      },
    ],
    [
      'latest version disabled',
      { versions: [version(1, 'DISABLED')], annotations: { [note(A)]: '1' } },
      {
        state: 'present',
        keepsAll: true,
        writtenAt: 1000,
        keyId: A,
        isNoted: true,
        notedAt: 1000,
        fault: 'its latest version 1 is disabled',
      },
    ],
  ])('%s', async (_name, world, expected) => {
    expect(await place(world)[0].reading()).toEqual(expected);
  });
});

describe('delivering to a secret of Secret Manager', () => {
  const old = (): Partial<VersionsWorld> => ({ versions: [version(1)] });
  test('one version, then its note', async () => {
    const [destination, { log }] = place(old());
    await destination.deliver(KEY);
    expect(log).toEqual(['latest', 'add', 'read', `annotate {"${note(A)}":"2"}`]);
  });

  test('an old read does not show the secret → looked for again, and the key is noted', async () => {
    const [destination, world] = place({});
    const reads = (): number => world.log.filter((line) => line === 'read').length;
    Object.defineProperty(world, 'isThere', { get: () => reads() > 2 });
    await destination.deliver(KEY);
    expect(world.annotations).toEqual({ [note(A)]: '1' });
    expect(reads()).toBe(3);
  });

  test('the answer is lost, and the version is there → it is not sent twice', async () => {
    const [destination, { log, versions }] = place(old(), () => 'after');
    await destination.deliver(KEY);
    expect(log.filter((line) => line === 'add')).toHaveLength(1);
    expect(versions).toHaveLength(2);
    expect(log.at(-1)).toBe(`annotate {"${note(A)}":"2"}`);
  });

  test('the request is lost → it is sent again', async () => {
    const [destination, { log, versions }] = place(old(), (attempt) => (attempt === 1 ? 'before' : 'never'));
    await destination.deliver(KEY);
    expect(log.filter((line) => line === 'add')).toHaveLength(2);
    expect(versions).toHaveLength(2);
  });

  test('the answer is lost, and others have written there too → in doubt', async () => {
    const world = { versions: [version(1)] };
    const [destination, { log }] = place(world, () => {
      world.versions.push(version(2));
      return 'after';
    });
    await expect(destination.deliver(KEY)).rejects.toThrow('lost');
    expect(log.filter((line) => line === 'add')).toHaveLength(1);
  });
});

describe('following and taking back', () => {
  const world = (): Partial<VersionsWorld> => ({
    versions: [version(1)],
    annotations: { [note(A)]: '1', theirs: 'x' },
  });
  test('a superseded key is disabled, then deleted with its note', async () => {
    const [destination, { log }] = place(world());
    const key = { id: A, createdAt: 1000 };
    await destination.retire(key, 'disable', undefined);
    await destination.retire(key, 'delete', undefined);
    await destination.retire({ ...key, id: 'unknown' }, 'delete', undefined);
    expect(log.filter((line) => !/^(?:read|latest|version)/.test(line))).toEqual([
      'disable 1',
      'destroy 1',
      'annotate {"theirs":"x"}',
    ]);
  });

  test('every noted version is destroyed, and what others noted stays', async () => {
    const [destination, { log }] = place(world());
    const run = fakeRun();
    await destination.change(await destination.read(), [{ remove: 'secret-manager' }], run);
    expect(log.filter((line) => /^(destroy|annotate)/.test(line))).toEqual(['destroy 1', 'annotate {"theirs":"x"}']);
    expect(run.told.map(({ because }) => because)).toEqual([
      `destroyed the versions of the secret ${SECRET} that hold its keys: 1`,
    ]);
  });
});

describe('why a secret of Secret Manager would not take a key', () => {
  const free: SecretFacts = { live: {}, error: undefined, demandsOwnEncryption: false, lacking: [] };
  const encrypted = { customerManagedEncryption: { kmsKeyName: 'k' } };
  const own = { ...free, demandsOwnEncryption: true };
  test.each<[string, SecretFacts, RegExp | undefined]>([
    ['nothing', free, undefined],
    [
      'absent',
      { ...free, live: undefined },
      /does not exist.*gcloud secrets create 's' --project 'p' --replication-policy automatic\./,
    ],
    ['absent, encryption demanded', { ...own, live: undefined }, /--replication-policy automatic --kms-key-name KEY/],
    [
      'permissions missing',
      { ...free, lacking: ['one', 'two'] },
      /lacks one, two there, or it does not exist\. Grant them/,
    ],
    [
      'denied, and permissions missing',
      { ...free, error: apiError(403), live: undefined, lacking: ['one'] },
      /lacks one there/,
    ],
    [
      'the API is off',
      { ...free, error: apiError(403, 'it is off', 'SERVICE_DISABLED', 'secretmanager') },
      /it is off .*Enable the API/,
    ],
    [
      'unreadable',
      { ...free, error: apiError(503, 'busy', undefined, 'secretmanager') },
      /busy .*Secret Manager is unavailable: run again/,
    ],
    [
      'a perimeter, which no grant opens',
      { ...free, error: apiError(403, 'VPC Service Controls: no', undefined, 'secretmanager'), lacking: ['one'] },
      /ingress rule/,
    ],
    [
      'a page of a portal',
      { ...free, error: apiError(undefined, 'html', 'unreadable', 'secretmanager'), lacking: ['one'] },
      /in the place of Secret Manager/,
    ],
    [
      'encryption demanded, none',
      { ...own, live: { replication: { automatic: {} } } },
      /gcp\.restrictNonCmekServices demands/,
    ],
    ['encryption demanded, there', { ...own, live: { replication: { automatic: encrypted } } }, undefined],
    [
      'encryption demanded, in some replicas',
      { ...own, live: { replication: { userManaged: { replicas: [encrypted, {}] } } } },
      /customer-managed encryption/,
    ],
    [
      'encryption demanded, in all replicas',
      { ...own, live: { replication: { userManaged: { replicas: [encrypted] } } } },
      undefined,
    ],
  ])('%s', (_name, facts, expected) => {
    const problem = whySecretRefused(SECRET, facts);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem && sentence(problem)).toMatch(expected);
  });

  const refused = async (more: Partial<SecretManagerOptions>): Promise<string> => {
    const versions = secretVersionsOf({ log: [], versions: [], annotations: {}, isThere: true });
    const problem = await secretManager({
      ...{ secret: SECRET, want: 'present', claims: claimsOn(accountWith(undefined)), clock: fakeClock() },
      ...{ keyList: () => Promise.resolve([]), listKeys: () => Promise.resolve([]) },
      open: () => Promise.resolve(versions),
      demandsOwnEncryption: () => Promise.resolve(false),
      ...more,
    }).refuse();
    return problem === undefined ? '' : sentence(problem);
  };
  const holding = (held: SecretVersions['held']): SecretManagerOptions['open'] => {
    const versions = secretVersionsOf({ log: [], versions: [], annotations: {}, isThere: true });
    return () => Promise.resolve({ ...versions, held });
  };

  test('all permissions are held, encryption is not demanded → nothing', async () => {
    expect(await refused({})).toBe('');
  });

  test('some permissions are not held → exactly those are named', async () => {
    const open = holding((asked) => Promise.resolve(asked.filter((one) => one.endsWith('.get'))));
    expect(await refused({ open })).toContain(
      'lacks secretmanager.secrets.update, secretmanager.versions.add, secretmanager.versions.destroy, ' +
        'secretmanager.versions.disable there',
    );
  });

  test('permissions may not be tested → they count as missing', async () => {
    expect(await refused({ open: holding(() => Promise.reject(apiError(403))) })).toContain(
      'lacks secretmanager.secrets.get, ',
    );
  });

  test('no answer to what is held → done without', async () => {
    for (const reason of ['time-limit', 'unreadable']) {
      expect(await refused({ open: holding(() => Promise.reject(apiError(undefined, 'x', reason))) })).toBe('');
    }
  });

  test('encryption is demanded → asked for, and told', async () => {
    expect(await refused({ demandsOwnEncryption: () => Promise.resolve(true) })).toMatch(
      /demands customer-managed encryption.*--kms-key-name KEY/,
    );
  });
});
