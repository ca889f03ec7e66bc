import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../../src/cloud/google/keys.ts';
import { writeDescription } from '../../../src/ownership/description.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { doubtsIn, settledKeys } from '../../../src/ownership/settled-keys.ts';
import type { KeyLook } from '../../../src/ownership/settled-keys.ts';
import { STEADY } from '../../../src/time.ts';
import { fakeClock, fakeDocument } from '../resources/fixtures.ts';
import { A, B, C, NOW, key, recorded } from '../resources/key-chain.ts';

const OLD = 2;
const short = (id: string): string => id.slice(0, 12);
const off = (id: string): Key => ({ ...key(id, 90), disabled: true });
const superseding = (seen: string | undefined, ...old: string[]): Ownership =>
  recorded(A, { old: old.map(short), seen });

describe('what one look leaves open', () => {
  const look = (more: Partial<KeyLook>): KeyLook => ({
    ...{
      claimed: recorded(A),
      keys: [],
      sightings: [],
      isOwn: () => false,
      gone: [],
      now: NOW,
      tellsSyncs: false,
      onlyLooks: false,
    },
    ...more,
  });
  const seenAt = (id: string, minutesAgo: number) => ({ keyId: id, at: NOW - minutesAgo * 60_000 });

  test.each<[string, Partial<KeyLook>, string[]]>([
    ['all that is recorded is listed', { keys: [key(A, OLD)] }, []],
    ['the delivered key is not listed, and nothing tells its age', {}, [`unlisted ${short(A)}`]],
    ['… this run has deleted it', { gone: [A] }, []],
    ['… a destination has held it for two minutes', { sightings: [seenAt(A, OLD)] }, []],
    ['… a destination has held it for less', { sightings: [seenAt(A, 1)] }, [`unlisted ${short(A)}`]],
    ['… a destination holds another', { sightings: [seenAt(B, OLD)] }, [`unlisted ${short(A)}`]],
    [
      'a superseded key is not listed, beside a delivered one that is young',
      { claimed: recorded(A, { old: [short(B)] }), keys: [key(A, 1)] },
      [`unlisted ${short(B)}`],
    ],
    [
      '… beside a delivered one that is old: older still',
      { claimed: recorded(A, { old: [short(B)] }), keys: [key(A, OLD)] },
      [],
    ],
    [
      'a key that was there before issuing began is not listed',
      { claimed: recorded(A, { issuingBefore: [short(A), short(B)] }), keys: [key(A, OLD)] },
      [`unlisted ${short(B)}`],
    ],
    [
      'nothing that is recorded is listed, beside a newcomer that is old: older still',
      { claimed: recorded(A, { issuingBefore: [short(A)] }), keys: [key(B, OLD)] },
      [],
    ],
    ['a young key is not recorded', { keys: [key(A, OLD), key(B, 1)] }, [`unrecorded ${B}`]],
    ['… this run made it', { keys: [key(A, OLD), key(B, 1)], isOwn: (id) => id === B }, []],
    ['a key of minutes is not recorded', { keys: [key(A, OLD), key(B, 59)] }, [`unrecorded ${B}`]],
    ['an old key is not recorded', { keys: [key(A, OLD), key(B, 60)], onlyLooks: true }, []],
    [
      '… nor is it enabled, and nothing is written',
      { keys: [key(A, OLD), off(B)], onlyLooks: true },
      [`unrecorded ${B}`],
    ],
    ['… nor is it enabled, and somebody may write', { keys: [key(A, OLD), off(B)] }, []],
    [
      'a superseded key is disabled, and no sync is noted',
      { claimed: superseding(undefined, B), keys: [key(A, OLD), off(B)], tellsSyncs: true },
      [`outdated ${B}`],
    ],
    ['… where the record never notes one', { claimed: superseding(undefined, B), keys: [key(A, OLD), off(B)] }, []],
    [
      'a sync is noted, and no superseded key is disabled',
      { claimed: superseding('sync', B), keys: [key(A, OLD), key(B, OLD)], tellsSyncs: true },
      [`outdated ${B}`],
    ],
    [
      'a sync is noted, and one of two superseded keys is disabled',
      { claimed: superseding('sync', B, C), keys: [key(A, OLD), key(B, OLD), off(C)], tellsSyncs: true },
      [],
    ],
    [
      'no sync is noted, and no superseded key is disabled',
      { claimed: superseding(undefined, B), keys: [key(A, OLD), key(B, OLD)], tellsSyncs: true },
      [],
    ],
    [
      'a young key that was there before issuing began',
      { claimed: recorded(A, { issuingBefore: [short(A), short(B)] }), keys: [key(A, OLD), key(B, 1)] },
      [],
    ],
    [
      'a destination was given a key moments ago that is neither recorded nor listed',
      { keys: [key(A, OLD)], sightings: [seenAt(B, 1)] },
      [`unexplained ${B}`],
    ],
    ['… this run made it', { keys: [key(A, OLD)], sightings: [seenAt(B, 1)], isOwn: (id) => id === B }, []],
    ['… this run has deleted it', { keys: [key(A, OLD)], sightings: [seenAt(B, 1)], gone: [B] }, []],
    ['… it was given it long ago', { keys: [key(A, OLD)], sightings: [seenAt(B, OLD)] }, []],
    [
      '… a key is announced, which it may be',
      { claimed: recorded(A, { issuingBefore: [short(A)] }), keys: [key(A, OLD)], sightings: [seenAt(B, 1)] },
      [],
    ],
    ['a destination was given the recorded key moments ago', { keys: [key(A, OLD)], sightings: [seenAt(A, 1)] }, []],
    ['a young key on an account without a record', { claimed: undefined, keys: [key(B, 1)] }, []],
    ['no record, no keys', { claimed: undefined }, []],
  ])('%s → %j', (_name, more, expected) => {
    expect(doubtsIn(look(more)).map(({ kind, id }) => `${kind} ${id}`)).toEqual(expected);
  });
});

describe('keys and record, read until they agree', () => {
  interface World {
    keys: readonly Key[];
    record: Ownership | undefined;
    /** Before the n-th listing. */
    readonly at: Record<number, () => void>;
  }

  function look(world: World, sightings: () => { keyId: string; at: number }[] = () => [], tellsSyncs = false) {
    const clock = fakeClock();
    const said: string[] = [];
    const document = fakeDocument({ description: '' });
    const show = (): void =>
      document.put({ description: writeDescription({ text: '', ownership: world.record }) ?? '' });
    let lists = 0;
    const list = (): Promise<readonly Key[]> => {
      lists += 1;
      world.at[lists]?.();
      show();
      return Promise.resolve(world.keys);
    };
    show();
    const keys = settledKeys({
      account: { ...document, email: 'retl@p' },
      ...{
        first: list,
        list,
        sightings: () => Promise.resolve(sightings()),
        isOwn: () => false,
        gone: () => [],
        tellsSyncs,
        onlyLooks: true,
      },
      now: () => NOW + clock.now(),
      clock,
      say: (line) => void said.push(line),
    });
    return { keys, clock, said, lists: () => lists };
  }

  test('they agree → one look', async () => {
    const { keys, lists, said } = look({ keys: [key(A, 1)], record: recorded(A), at: {} });
    expect(await keys.first()).toEqual([key(A, 1)]);
    expect([lists(), said]).toEqual([1, []]);
  });

  test('the recorded key shows late → waited for, and said', async () => {
    const world: World = { keys: [], record: recorded(A), at: { 4: () => void (world.keys = [key(A, 0)]) } };
    const { keys, said, lists } = look(world);
    expect(await keys.first()).toEqual([key(A, 0)]);
    expect(lists()).toBe(4);
    expect(said[0]).toBe(
      `The keys of retl@p do not match their record yet: ${short(A)} is not listed. Looking again, for up to a minute …`,
    );
  });

  test('a deleted key shows once more → looked for until it has gone', async () => {
    const world: World = {
      ...{ keys: [key(A, OLD), off(B)], record: recorded(A) },
      at: { 3: () => void (world.keys = [key(A, OLD)]) },
    };
    const { keys, lists, clock } = look(world);
    expect(await keys.first()).toEqual([key(A, OLD)]);
    expect(lists()).toBe(3);
    expect(clock.now()).toBeLessThan(STEADY);
  });

  test('a key that nobody recorded stays → believed once it has stayed for a while', async () => {
    const { keys, clock, said } = look({ keys: [key(A, OLD), off(B)], record: recorded(A), at: {} });
    expect(await keys.first()).toHaveLength(2);
    expect(clock.now()).toBeGreaterThanOrEqual(STEADY);
    await keys.again();
    expect(said).toHaveLength(1); // What was looked for is not looked for again.
  });

  test('a record without the sync that was noted → looked at again until it is there', async () => {
    const world: World = {
      ...{ keys: [key(A, OLD), off(B)], record: superseding(undefined, B) },
      at: { 3: () => void (world.record = superseding('sync', B)) },
    };
    const { keys, said, lists } = look(world, undefined, true);
    await keys.first();
    expect(lists()).toBe(3);
    expect(said[0]).toContain(`${short(B)} is not as recorded`);
  });

  test('a recorded key is not listed, and the next answer is an older record → waited for until it shows', async () => {
    const world: World = {
      ...{ keys: [key(A, OLD)], record: recorded(B, { old: [short(A)] }) },
      at: {
        2: () => void (world.record = recorded(A)),
        4: () =>
          void Object.assign(world, { keys: [key(A, OLD), key(B, 0)], record: recorded(B, { old: [short(A)] }) }),
      },
    };
    const { keys, lists } = look(world);
    expect(await keys.first()).toEqual([key(A, OLD), key(B, 0)]);
    expect(lists()).toBe(4);
  });

  test('the recorded key never shows → believed after a minute, and not looked for again', async () => {
    const { keys, clock, lists } = look({ keys: [], record: recorded(A), at: {} });
    expect(await keys.first()).toEqual([]);
    expect(clock.now()).toBeGreaterThan(50_000);
    expect(clock.now()).toBeLessThanOrEqual(60_000);
    const [looks, spent] = [lists(), clock.now()];
    expect(await keys.again()).toEqual([]);
    expect([lists() - looks, clock.now() - spent]).toEqual([1, 0]);
  });

  test('a destination tells that the key that is gone is old, and after a delivery no longer → not looked for again', async () => {
    const seen = [{ keyId: A, at: NOW - OLD * 60_000 }];
    const { keys, clock } = look({ keys: [], record: recorded(A), at: {} }, () => seen);
    await keys.first();
    seen.length = 0;
    await keys.again();
    expect(clock.now()).toBe(0);
  });

  test('the record names a young key late → nobody else’s', async () => {
    const world: World = {
      ...{ keys: [key(A, 0)], record: ownership('created', { issuingBefore: [] }) },
      at: { 3: () => void (world.record = recorded(A)) },
    };
    const { keys, lists, said } = look(world);
    await keys.first();
    expect(lists()).toBe(3);
    expect(said[0]).toContain(`${short(A)} is not recorded`);
  });

  test('the record never names a young key → believed once that has stayed for seconds', async () => {
    const { keys, clock } = look({ keys: [key(A, OLD), key(C, 1)], record: recorded(A), at: {} });
    expect(await keys.first()).toHaveLength(2);
    expect(clock.now()).toBeGreaterThanOrEqual(5_000);
    expect(clock.now()).toBeLessThan(10_000);
  });
});
