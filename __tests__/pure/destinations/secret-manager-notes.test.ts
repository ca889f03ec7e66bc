import { describe, expect, test } from '@jest/globals';
import type { SecretVersion } from '../../../src/cloud/google/secret-versions.ts';
import type { Destination } from '../../../src/destinations/destination.ts';
import { isOfKey, isVersion } from '../../../src/destinations/secret-manager/notes.ts';
import { secretManager } from '../../../src/destinations/secret-manager/secret-manager.ts';
import { claimsOn, fakeClock, fakeRun } from '../resources/fixtures.ts';
import { accountWith, secretVersionsOf } from './stores.ts';
import type { VersionsWorld } from './stores.ts';

/** Whoever may annotate the secret can point its notes anywhere: a version is touched only where its own time agrees. */

const SECRET = 'projects/p/secrets/s';
const [A, B] = ['a', 'b'].map((letter) => letter.repeat(40)) as [string, string];
const MINUTE = 60_000;
const note = (id: string): string => `segment-retl-key-${id}`;
const at = (number: number, minutes: number): SecretVersion => ({
  ...{ number: String(number), state: 'ENABLED' },
  createdAt: minutes * MINUTE,
});
const key = (id: string, minutes: number) => ({
  ...{ id, createdAt: minutes * MINUTE, endsAt: Infinity, disabled: false },
  ...{ cutOffBecause: undefined, origin: 'GOOGLE_PROVIDED' },
});

/** @param planned - how many of the keys the plan has seen */
function place(
  world: Partial<VersionsWorld>,
  keys = [key(A, 100), key(B, 200)],
  planned = keys.length,
): [Destination, VersionsWorld] {
  const whole: VersionsWorld = { log: [], versions: [], annotations: {}, isThere: true, ...world };
  const versions = secretVersionsOf(whole);
  const destination = secretManager({
    ...{ secret: SECRET, want: 'absent', claims: claimsOn(accountWith(undefined)), clock: fakeClock() },
    keyList: () => Promise.resolve(keys.slice(0, planned)),
    listKeys: () => Promise.resolve(keys),
    open: () => Promise.resolve(versions),
    demandsOwnEncryption: () => Promise.resolve(false),
  });
  return [destination, whole];
}
const touched = ({ log }: VersionsWorld): string[] => log.filter((line) => /^(?:disable|destroy)/.test(line));

test.each([
  ['1', true],
  ['42', true],
  ['', false],
  ['latest', false],
  ['../../other/versions/1', false],
  ['1/../2', false],
  ['-1', false],
  ['1 ', false],
  ['9'.repeat(40), false],
  [undefined, false],
])('%j names a version: %s', (text, expected) => {
  expect(isVersion(text)).toBe(expected);
});

test.each<[string, number, boolean]>([
  ['a minute before the key', 99, false],
  ['in the same second', 100, true],
  ['a minute after', 101, true],
  ['a quarter of an hour after', 115, true],
  ['later', 116, false],
])('a version made %s is of that key: %s', (_name, minutes, expected) => {
  expect(isOfKey(at(1, minutes), key(A, 100))).toBe(expected);
});

describe('retiring a key', () => {
  // Version 1 is somebody's, 2 holds the key A, 3 the key B, which is in use.
  const versions = [at(1, 50), at(2, 101), at(3, 201)];
  const retire = async (
    notes: Record<string, string>,
    how: 'disable' | 'delete' = 'disable',
  ): Promise<[VersionsWorld, string]> => {
    const [destination, world] = place({ versions, annotations: notes });
    const told = await destination.retire(key(A, 100), how, B);
    return [world, told?.because ?? ''];
  };
  test.each<[string, string, string[], RegExp]>([
    ['its own version', '2', ['disable 2'], /^$/],
    ['a version of before', '1', [], /version 1 was not made with that key/],
    ['the version of the key in use', '3', [], /version 3 holds the key in use/],
    ['a place elsewhere', '../../other/versions/1', [], /names no version/],
    ['nothing', '', [], /names no version/],
  ])('its note names %s', async (_name, version, expected, says) => {
    const [world, told] = await retire({ [note(A)]: version, [note(B)]: '3' });
    expect(touched(world)).toEqual(expected);
    expect(told).toMatch(says);
  });

  // Keys tell their second alone: version 1 is somebody's, of the second in which the key A was made just after.
  const close = [at(1, 100), at(2, 101), at(3, 201)];
  test.each<[string, Record<string, string>, SecretVersion[], string[], RegExp]>([
    ['another follows that nobody explains', { [note(A)]: '1' }, close, [], /version 1 or 2 holds that key/],
    [
      'another that a note of nobody’s key explains',
      { [note(A)]: '1', [note('0'.repeat(40))]: '2' },
      close,
      [],
      /or 2/,
    ],
    ['another that a note of a younger key explains', { [note(A)]: '1', [note(B)]: '2' }, close, [], /or 2/],
    ['none follows in time', { [note(A)]: '1' }, [at(1, 100), at(2, 201)], ['disable 1'], /^$/],
    ['there is no other', { [note(A)]: '1' }, [at(1, 100)], ['disable 1'], /^$/],
  ])('its note names a version of its own second, and %s', async (...[, notes, made, expected, says]) => {
    const [destination, world] = place({ versions: made, annotations: notes });
    const told = await destination.retire(key(A, 100), 'disable', undefined);
    expect(touched(world)).toEqual(expected);
    expect(told?.because ?? '').toMatch(says);
  });

  test('the next rotation came within minutes → its version is explained by its own note', async () => {
    const keys = [key(A, 100), key(B, 105)];
    const annotations = { [note(A)]: '1', [note(B)]: '2' };
    const [destination, world] = place({ versions: [at(1, 100), at(2, 105)], annotations }, keys);
    expect(await destination.retire(key(A, 100), 'disable', B)).toBeUndefined();
    expect(touched(world)).toEqual(['disable 1']);
  });

  test('nothing is noted → nothing is touched, or said', async () => {
    expect((await retire({ [note(B)]: '3' })).map((one) => (typeof one === 'string' ? one : touched(one)))).toEqual([
      [],
      '',
    ]);
  });

  test('deleted: a note that leads elsewhere goes with the key, and nothing else', async () => {
    const [world] = await retire({ [note(A)]: '1', [note(B)]: '3', theirs: 'x' }, 'delete');
    expect(touched(world)).toEqual([]);
    expect(world.annotations).toEqual({ [note(B)]: '3', theirs: 'x' });
  });
});

describe('taking everything back', () => {
  const remove = async (notes: Record<string, string>): Promise<[VersionsWorld, string]> => {
    const versions = [at(1, 50), at(2, 101), at(3, 201), at(4, 100), at(5, 101)];
    const [destination, world] = place({ versions, annotations: notes });
    const run = fakeRun();
    await destination.change(await destination.read(), [{ remove: 'it' }], run);
    expect(world.annotations).toEqual({});
    return [world, run.told.map(({ severity, because }) => `${severity}: ${because}`).join()];
  };
  test('what was made with our keys goes', async () => {
    const [world, told] = await remove({ [note(A)]: '2', [note(B)]: '3' });
    expect(touched(world)).toEqual(['destroy 2', 'destroy 3']);
    expect(told).toMatch(/^note: destroyed the versions of .*: 2, 3$/);
  });

  test('what another run has delivered since the plan goes too', async () => {
    const versions = [at(2, 101), at(3, 201)];
    const [destination, world] = place({ versions, annotations: { [note(A)]: '2', [note(B)]: '3' } }, undefined, 1);
    await destination.change(await destination.read(), [{ remove: 'it' }], fakeRun());
    expect(touched(world)).toEqual(['destroy 2', 'destroy 3']);
  });

  test.each<[string, Record<string, string>]>([
    ['a version of before', { [note(A)]: '1' }],
    ['a key that nobody has', { [note('0000')]: '2' }],
    ['a place elsewhere', { [note(A)]: '../../other/versions/1' }],
    ['a version that nobody can tell from the next', { [note(A)]: '4' }],
  ])('a note that names %s → left, and told', async (_name, notes) => {
    const [world, told] = await remove(notes);
    expect(touched(world)).toEqual([]);
    expect(told).toMatch(/^warning: .*left .*not made with a key that is there/);
  });
});

describe('which key the latest version holds', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['one note', { [note(A)]: '2' }, A],
    ['two notes: that of the youngest key', { [note(A)]: '2', [note(B)]: '2' }, B],
    ['a note of nobody’s key beside ours', { [note('0000')]: '2', [note(A)]: '2' }, A],
    ['no note', {}, undefined],
  ])('%s', async (_name, annotations, keyId) => {
    const [destination] = place({ versions: [at(1, 50), at(2, 201)], annotations });
    expect(await destination.reading()).toMatchObject({ state: 'present', keyId });
  });

  test('no note: when the version before was made is told too', async () => {
    const [destination] = place({ versions: [at(1, 50), at(2, 201)] });
    expect(await destination.reading()).toMatchObject({ writtenAt: 201 * MINUTE, writtenBefore: 50 * MINUTE });
  });

  test('a note that is written again is of the version that was judged, and of none that came after', async () => {
    const [destination, world] = place({ versions: [at(1, 201)] });
    await destination.reread();
    world.versions.push(at(2, 202));
    await destination.note(B);
    expect(world.annotations).toEqual({ [note(B)]: '1' });
  });
});
