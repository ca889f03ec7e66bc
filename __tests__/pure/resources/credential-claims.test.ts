import { describe, expect, test } from '@jest/globals';
import type { Key } from '../../../src/cloud/google/keys.ts';
import type { Reading } from '../../../src/destinations/destination.ts';
import { canonical } from '../../../src/engine/digest.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { assess } from '../../../src/resources/credential/assess.ts';
import { demandsOf } from '../../../src/resources/credential/demands.ts';
import type { CredentialDesign, CredentialLive } from '../../../src/resources/credential/design.ts';
import { isOvertaken, recorded as written } from '../../../src/resources/credential/entries.ts';
import { examineCredential } from '../../../src/resources/credential/examine.ts';
import { hasRoom } from '../../../src/resources/credential/room.ts';
import {
  A,
  B,
  C,
  DAYS,
  MINUTE,
  NOW,
  demands,
  design,
  ending,
  key,
  recorded,
  secret,
  seen,
  unreadable,
} from './key-chain.ts';
import { NEW, stand } from './key-world.ts';
import type { KeyWorld } from './key-world.ts';

const dead = { disabled: true };
const short = (id: string): string => id.slice(0, 12);

describe('what a record can say of keys', () => {
  const settled = (owned: Ownership, keys: Key[], ...readings: Reading[]) =>
    assess({ owned, keys, readings: readings.map((reading) => ({ name: 'it', mark: 'g1a2b', reading })) }, NOW);
  const ids = (keys: readonly Key[]): string => keys.map(({ id }) => id.slice(0, 1)).join('');

  test.each<[string, Ownership, Key[], string, string]>([
    ['older than the one in use → superseded', recorded(A, { old: [B] }), [key(A, 9), key(B, 99)], 'b', ''],
    ['younger than the one in use → foreign', recorded(A, { old: [B] }), [key(A, 9), key(B, 5)], '', 'b'],
    ['of the same second → foreign', recorded(A, { old: [B] }), [key(A, 9), key(B, 9)], '', 'b'],
    ['younger, and disabled → superseded', recorded(A, { old: [B] }), [key(A, 9), key(B, 5, dead)], 'b', ''],
    ['one digit of it → foreign', recorded(A, { old: ['b'] }), [key(A, 9), key(B, 99)], '', 'b'],
    [
      'younger, while one is under way → foreign all the same',
      recorded(A, { old: [B], issuingBefore: [A] }),
      [key(A, 9), key(B, 5)],
      '',
      'b',
    ],
  ])('old= names a key that is %s', (_name, owned, keys, superseded, foreign) => {
    const state = settled(owned, keys, secret(8, A));
    expect([ids(state.superseded), ids(state.foreign)]).toEqual([superseded, foreign]);
  });

  test('key= that means two keys means none', () => {
    const twin = `${A.slice(0, 12)}${'0'.repeat(28)}`;
    const state = settled(recorded(A), [key(A, 9), key(twin, 99)], secret(8, A));
    expect(state.current).toBeUndefined();
    expect(state.reason?.code).toBe('key.invalid');
  });

  const issuing = (more: Partial<Ownership> = {}): Ownership => ownership('created', { issuingBefore: [], ...more });
  const before = (reading: Reading, minutesAgo: number): Reading =>
    ({ ...reading, writtenBefore: NOW - minutesAgo * MINUTE }) as Reading;
  test.each<[string, Ownership, Key[], Reading, string]>([
    ['written soon, nothing noted', issuing(), [key(B, 30)], secret(29), 'delivered'],
    ['written a quarter of an hour later, nothing noted', issuing(), [key(B, 30)], secret(14), 'in doubt'],
    ['the same, and noted', issuing(), [key(B, 30)], secret(14, B), 'delivered'],
    ['written twice since, the last by nobody known', issuing(), [key(B, 30)], before(secret(28), 29), 'in doubt'],
    ['written once since, and once before', issuing(), [key(B, 30)], before(secret(29), 31), 'delivered'],
    [
      'a younger key is recorded: two runs overlapped',
      issuing({ key: A }),
      [key(A, 20), key(B, 30)],
      secret(19, B),
      'in doubt',
    ],
    ['an older key is recorded', issuing({ key: A }), [key(A, 40), key(B, 30)], secret(29, B), 'delivered'],
    [
      'a younger key is recorded, and disabled',
      issuing({ key: A }),
      [key(A, 20, dead), key(B, 30)],
      secret(29, B),
      'delivered',
    ],
  ])('under way: %s → %5$s', (_name, owned, keys, reading, outcome) => {
    expect(settled(owned, keys, reading).settlement.outcome).toBe(outcome);
  });
});

describe('the record, written by two runs that spell ids at different lengths', () => {
  const delivered = { key: NEW, at: ['g1a2b'], knownKey: A.slice(0, 12), doubted: [], existing: [A, NEW] };
  test.each<[string, Partial<Ownership>, boolean]>([
    ['shortened since', { key: A.slice(0, 6) }, false],
    ['lengthened since', { key: A }, false],
    ['another key', { key: B.slice(0, 6) }, true],
    ['none any more', { key: undefined }, true],
    ['settled by another run as delivered', { key: NEW.slice(0, 6), old: [A.slice(0, 6)] }, false],
    ['shelved by another run', { key: A.slice(0, 6), old: [NEW.slice(0, 6)] }, true],
  ])('%s → overtaken: %3$s', (_name, facts, overtaken) => {
    expect(isOvertaken(ownership('created', facts), delivered)).toBe(overtaken);
  });

  test('recorded already → once, and not among the superseded', () => {
    expect(written(ownership('created', { key: NEW.slice(0, 6), old: [A] }), delivered)).toMatchObject({
      key: NEW,
      old: [A],
    });
  });

  test('keys of others do not become ours by the next rotation', () => {
    const owned = ownership('created', { key: A, old: [short(B), short(C)] });
    expect(written(owned, { ...delivered, foreign: [B], existing: [A, B, C, NEW] })?.old).toEqual([short(C), A]);
  });
});

describe('what came due by time alone', () => {
  const deeds = (asked: Partial<CredentialDesign>, live: CredentialLive): string[][] => {
    const found = examineCredential(design(asked), live);
    return [found, ...(found.earlier?.() ?? [])].map(({ differences }) =>
      differences.map(({ code, change }) => `${code} ${canonical(change).replaceAll(/([abc])\1{39}/g, '$1')}`),
    );
  };
  const ISSUE = 'key.due {"into":["the secret"],"issue":true}';
  const life = { maxAgeDays: 30, overlapDays: 7, lifetimeDays: undefined };
  const weekly = { demands: demandsOf(life, false, NOW) };
  const disable = 'key.superseded {"disable":"b","why":"superseded"}';

  test('nothing → nothing else is offered', () => {
    expect(deeds(weekly, seen(recorded(A), [key(A, 5 * 1440)]))).toEqual([[]]);
  });

  test('the key grew old → before that, nothing was due', () => {
    expect(deeds(weekly, seen(recorded(A), [key(A, 31 * 1440)]))).toContainEqual([]);
    expect(deeds(weekly, seen(recorded(A), [key(A, 31 * 1440)]))[0]).toEqual([ISSUE]);
  });

  test('the overlap is over → before that, nothing was due', () => {
    const [now, ...earlier] = deeds(weekly, seen(recorded(A, { old: [B] }), [key(A, 8 * 1440), key(B, 20 * 1440)]));
    expect(now).toEqual([disable]);
    expect(earlier).toContainEqual([]);
  });

  test('first the overlap was over, then the key grew old → both plans are known, newest first', () => {
    const [now, ...earlier] = deeds(weekly, seen(recorded(A, { old: [B] }), [key(A, 31 * 1440), key(B, 60 * 1440)]));
    expect(now).toEqual([ISSUE]);
    expect(earlier[0]).toEqual([disable]);
    expect(earlier).toContainEqual([]);
  });

  test('a key that ends → before it was to be renewed, and before it ended', () => {
    const ends = (daysOld: number): string[][] => deeds({}, seen(recorded(A), [ending(A, daysOld, 30)]));
    expect(ends(21)).toEqual([[ISSUE], []]);
    expect(ends(31)).toEqual([['key.invalid {"into":["the secret"],"issue":true}'], [ISSUE], []]);
  });

  test('a rotation that was asked for is no matter of time', () => {
    const asked = { demands: demandsOf({ ...life, overlapDays: undefined }, true, NOW) };
    expect(deeds(asked, seen(recorded(A), [key(A, 99 * 1440)]))).toEqual([[ISSUE]]);
  });
});

describe('what makes room', () => {
  const due: Partial<CredentialDesign> = { demands: demands({ issuedAfter: NOW, wanted: 'new' }) };
  const remedies = (text: string, record: Ownership, keys: readonly Key[]): string[] =>
    examineCredential(design(due), seen(record, keys, [secret(8, A)], { text })).diagnostics.flatMap((told) =>
      told.code === 'owner.no-room' ? [told.remedy ?? ''] : [],
    );
  const SHORTEN = expect.stringContaining('Shorten the description') as unknown;
  const DELETE = expect.stringContaining('gcloud iam service-accounts keys delete') as unknown;

  test('a long text → a shorter one, or fewer keys', () => {
    expect(remedies('x'.repeat(212), recorded(A), [key(A, 9)])).toEqual([SHORTEN]);
    expect(remedies('x'.repeat(212), recorded(A), [key(A, 9)])).toEqual([DELETE]);
  });

  test('keys that fill it alone → fewer keys, and nothing of the text', () => {
    const ids = Array.from({ length: 9 }, (_none, index) =>
      String(index + 1)
        .padStart(6, 'c')
        .padEnd(40, '0'),
    );
    const left = ids.flatMap((id) => ['o', 'g1234', 'm1234', 's'].map((place) => ({ key: id, place })));
    const record = recorded(A, { old: ids, places: { at: ['o'], to: undefined, left } });
    const told = remedies('', record, [key(A, 9), ...ids.map((id) => key(id, 99))]);
    expect(told).toEqual([DELETE]);
    expect(told).not.toEqual([SHORTEN]);
  });
});

describe('room in the description', () => {
  const due: Partial<CredentialDesign> = { demands: demands({ issuedAfter: NOW, wanted: 'new' }) };
  const spare = (live: CredentialLive, asked = due): number => {
    const fits = (length: number): boolean => {
      const text = 'x'.repeat(length);
      const state = assess(live, live.now, design(asked).demands);
      return hasRoom(design(asked), { ...live, text, state });
    };
    return Array.from({ length: 257 }, (_none, index) => index).filter(fits).length - 1;
  };
  const world = (text: string, record: Ownership, keys: readonly Key[]): CredentialLive =>
    seen(record, keys, [secret(8, A)], { text });

  test('less is left, the more keys there are', () => {
    const [one, two] = [spare(seen(recorded(A), [key(A, 9)])), spare(seen(recorded(A), [key(A, 9), key(B, 99)]))];
    expect(one).toBeGreaterThan(two);
    expect(two).toBeGreaterThan(100);
  });

  test.each<[string, Partial<CredentialDesign>, CredentialLive, boolean]>([
    ['a key is due, room enough', due, world('x'.repeat(150), recorded(A), [key(A, 9)]), true],
    ['a key is due, no room for its announcement', due, world('x'.repeat(212), recorded(A), [key(A, 9)]), false],
    ['none is due', {}, world('x'.repeat(205), recorded(A), [key(A, 9)]), true],
    ['destroy', { want: 'absent' }, world('x'.repeat(250), recorded(A), [key(A, 9)]), true],
    ['an account to be adopted', due, world('x'.repeat(215), undefined as never, [key(B, 9)]), false],
    ['the account is yet to be made', due, seen(undefined, [], [], { isAccountThere: false, text: '' }), true],
    [
      'a key under way is to be shelved',
      {},
      seen(recorded(A, { issuingBefore: [A] }), [key(A, 99), key(B, 5)], [secret(90, A)], { text: 'x'.repeat(200) }),
      false,
    ],
  ])('%s', (_name, asked, live, fits) => {
    const { diagnostics } = examineCredential(design(asked), live);
    expect(diagnostics.some(({ code }) => code === 'owner.no-room')).toBe(!fits);
  });

  test('what is said to fit is written, and what is not would have been refused half way', async () => {
    for (const length of [120, 150, 180, 190, 200, 210]) {
      const text = 'x'.repeat(length);
      const keys = [key(A, 99), key(B, 999)];
      const record = recorded(A, { old: [short(B)] });
      const { change, world: now } = stand(due, { keys, record });
      now.write(record);
      await now.account.edit(({ description }) => ({ description: `${text} ${description ?? ''}` }));
      const live = seen(record, keys, [secret(98, A)], { text });
      const fits = hasRoom(design(due), { ...live, state: assess(live, NOW, due.demands) });
      const work = change([{ issue: true, into: [] }]);
      await (fits ? expect(work).resolves.toBeDefined() : expect(work).rejects.toThrow('leaves no room'));
    }
  });
});

describe('apply does to keys what the plan has chosen, and nothing else', () => {
  const issue = { issue: true, into: [] } as const;
  const issuing = ownership('created', { issuingBefore: [] });

  test('a newcomer that the plan has not seen → nothing is done to it, and the run fails', async () => {
    const before = (request: string, world: KeyWorld): void => {
      if (request === 'list' && world.log.length === 0) world.keys = [key(B, 0)];
    };
    const { change, writes, world } = stand({}, { keys: [], record: issuing }, { before });
    await expect(change([issue])).rejects.toThrow(/another run is issuing or delivering it.*concurrency group/s);
    expect(writes()).toEqual([]);
    expect(world.keys.every(({ disabled }) => !disabled)).toBe(true);
  });

  test('a key that was delivered nowhere when the plan was made, and is now → not disabled', async () => {
    const record = { ...issuing, issuingBefore: [] };
    const { change, writes } = stand({}, { keys: [key(B, 5)], record });
    await expect(change([{ record: B }])).rejects.toThrow('is not as it was when the plan was made');
    expect(writes()).toEqual([]);
  });

  test('only settling was chosen, and the key in use has gone since → nothing is issued, and the run fails', async () => {
    const before = (request: string, world: KeyWorld): void => {
      if (request === 'list') world.keys = world.keys.filter(({ id }) => id !== A);
    };
    const record = recorded(A, { issuingBefore: [short(A)] });
    const { change, world } = stand({}, { keys: [key(A, 99)], record }, { before });
    await expect(change([{ standDown: true }])).rejects.toThrow(/plan did not issue one/);
    expect(world.log).not.toContain('create');
  });

  test('a key under way is shelved, and the one before works → no announcement is left', async () => {
    const record = recorded(A, { issuingBefore: [short(A)] });
    const { change, writes } = stand({}, { keys: [key(A, 99), key(B, 5)], record });
    await change([{ disable: B, why: 'under-way' }]);
    expect(writes()).toEqual([
      'disable b',
      `record [segment-retl created key=${short(A)} old=${short(B)} issuing-before=${short(A)},${short(B)}]`,
      `record [segment-retl created key=${short(A)} old=${short(B)}]`,
    ]);
  });

  test('a new key gets a second of its own', async () => {
    const { change, world } = stand(
      { demands: demands({ issuedAfter: NOW + 1, wanted: 'new' }) },
      { keys: [key(A, 0)], record: recorded(A) },
    );
    await change([issue]);
    const [old, made] = world.keys;
    expect(Math.floor((made?.createdAt ?? 0) / 1000)).toBeGreaterThan(Math.floor((old?.createdAt ?? 0) / 1000));
  });

  test('a key of others that is only disabled, or left → still counts; one that is deleted does not', async () => {
    const left = async (keys: Key[], change: 'disable' | 'delete', record = recorded(A)): Promise<unknown[]> => {
      const box = stand({ prune: true }, { keys, record });
      await box.change([{ [change]: C, why: 'foreign' } as never]);
      return box.run.left;
    };
    expect(await left([key(A, 9), key(C, 99)], 'disable')).toHaveLength(1);
    expect(await left([key(A, 9), key(C, 8)], 'disable')).toHaveLength(1);
    expect(await left([key(A, 9), key(C, 99, dead)], 'delete')).toEqual([]);
    expect(await left([key(C, 99, dead)], 'delete', ownership('created'))).toHaveLength(1);
  });
});

describe('the plan names what it does to a key', () => {
  test('a further key is needed besides one that is settled → both are in the plan', () => {
    const found = examineCredential(
      design({ demands: demands({ issuedAfter: NOW, wanted: 'new' }) }),
      seen(recorded(A, { issuingBefore: [A] }), [key(A, 99), key(B, 5)], [secret(4, B)]),
    );
    expect(found.differences.map(({ change }) => change)).toEqual([
      { record: B },
      { issue: true, into: ['the secret'] },
    ]);
  });

  test('in doubt → nothing is done to it', () => {
    const found = examineCredential(
      design(),
      seen(recorded(A, { issuingBefore: [A] }), [key(A, 99), key(B, 5)], [unreadable]),
    );
    expect(found.differences.map(({ change }) => change)).toEqual([{ issue: true, into: ['the secret'] }]);
  });

  test('words: which key, and what becomes of it', () => {
    const found = examineCredential(
      design({ demands: demands({ overlap: 7 * DAYS }) }),
      seen(ownership('created', { issuingBefore: [] }), [key(B, 5)]),
    );
    expect(found.differences.map(({ field, desired }) => `${field}: ${desired}`)).toEqual([
      `key ${short(B)}: disabled`,
      'key: valid and delivered',
    ]);
  });
});
