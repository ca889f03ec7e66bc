import { describe, expect, test } from '@jest/globals';
import type { KeyUse } from '../../../src/cloud/google/key-use.ts';
import type { Sync } from '../../../src/cloud/segment/syncs.ts';
import type { Consumption, Synced } from '../../../src/destinations/segment/consumer.ts';
import {
  isUsedSince,
  newestSync,
  provenDispensable,
  provenInUse,
  provenMoved,
} from '../../../src/resources/credential/moved.ts';
import type { Question } from '../../../src/resources/credential/moved.ts';

const HOUR = 3_600_000;
const MADE = Date.UTC(2026, 9, 1);
const NEW = 'b'.repeat(40);
const OLD = 'a'.repeat(40);

/** Hours after the new key was made. */
const at = (hours: number): number => MADE + hours * HOUR;
const sync = (hours: number, more: Partial<Sync> = {}): Sync => ({
  ...{ id: `sync-${String(hours)}`, status: 'SUCCESS', startedAt: at(hours), finishedAt: at(hours) + 60_000 },
  ...{ extracted: true, extractedFrom: at(hours), errorCode: undefined, ...more },
});
const failed = (hours: number): Sync => sync(hours, { status: 'FAIL', extracted: false, errorCode: 'x' });
const mapping = (
  name: string,
  syncs: readonly Sync[],
  more: Partial<Synced['mapping']> = {},
  isModelEnabled = true,
): Synced => ({
  mapping: {
    ...{
      id: name,
      name,
      modelId: 'm',
      destination: 'CRM',
      isEnabled: true,
      isDestinationEnabled: true,
      interval: undefined,
      syncsAMonth: undefined,
      columns: { uses: [], takesAll: false },
    },
    ...more,
  },
  isModelEnabled,
  syncs,
});
const use = (keyId: string, hours: number): KeyUse => ({ keyId, from: at(hours), until: at(hours) + 600_000 });
const seen = (syncs: readonly Synced[], uses: readonly KeyUse[] = []): Consumption => ({ syncs, uses, keys: [] });
const question = (now: number, more: Partial<Question> = {}): Question => ({
  ...{ current: { id: NEW, createdAt: MADE }, old: { id: OLD }, inUse: undefined, now: at(now) },
  ...more,
});
const unread = { why: 'denied', remedy: 'Grant it.' };
const isOff = { isEnabled: false };

describe('whether Segment has moved, and the old key may go', () => {
  test.each<[string, Consumption, Question, string, boolean]>([
    ['nothing has synced since', seen([mapping('a', [sync(-2)])]), question(50), 'waiting', false],
    ['a sync within an hour', seen([mapping('a', [sync(0.9)])]), question(50), 'waiting', false],
    ['a sync after an hour, the window open', seen([mapping('a', [sync(2)])]), question(5.1), 'waiting', false],
    ['a sync after an hour, the window closed', seen([mapping('a', [sync(2)])]), question(5.2), 'moved', true],
    ['a sync that read nothing', seen([mapping('a', [failed(2)])]), question(50), 'waiting', false],
    [
      'a sync of which that is not told',
      seen([mapping('a', [sync(2, { extracted: undefined })])]),
      question(50),
      'waiting',
      false,
    ],
    [
      'a sync without a time',
      seen([mapping('a', [sync(2, { startedAt: undefined })])]),
      question(50),
      'waiting',
      false,
    ],
    [
      'read, but not delivered in whole',
      seen([mapping('a', [sync(2, { status: 'PARTIAL_SUCCESS' })])]),
      question(50),
      'moved',
      true,
    ],
    [
      'one of two mappings has not synced',
      seen([mapping('a', [sync(2)]), mapping('b', [])]),
      question(50),
      'waiting',
      false,
    ],
    [
      'the other one is disabled',
      seen([mapping('a', [sync(2)]), mapping('b', [], isOff)]),
      question(50),
      'moved',
      true,
    ],
    [
      'its model is disabled',
      seen([mapping('a', [sync(2)]), mapping('b', [], {}, false)]),
      question(50),
      'moved',
      true,
    ],
    [
      'its destination is disabled',
      seen([mapping('a', [sync(2)]), mapping('b', [], { isDestinationEnabled: false })]),
      question(50),
      'moved',
      true,
    ],
    [
      'one that syncs every hour: the first of each counts',
      seen([
        mapping(
          'a',
          [7, 6, 5, 4, 3, 2, 1].map((hour) => sync(hour)),
        ),
      ]),
      question(7.1),
      'moved',
      true,
    ],
    [
      'two mappings: the later first one counts',
      seen([mapping('a', [sync(1)]), mapping('b', [sync(9)])]),
      question(12),
      'waiting',
      false,
    ],
    [
      'the old key was used since the first sync',
      seen([mapping('a', [sync(2)])], [use(OLD, 3)]),
      question(50),
      'waiting',
      false,
    ],
    ['the old key was used before', seen([mapping('a', [sync(2)])], [use(OLD, 1)]), question(50), 'moved', true],
    ['only the new one was used', seen([mapping('a', [sync(2)])], [use(NEW, 3)]), question(50), 'moved', true],
    ['syncs cannot be read', { syncs: unread, uses: [], keys: [] }, question(50), 'unknown', false],
    [
      'uses cannot be read',
      { syncs: [mapping('a', [sync(2)])], uses: unread, keys: [] },
      question(50),
      'unknown',
      false,
    ],
    ['no mapping, and a day of silence is not over', seen([]), question(20), 'none', false],
    ['no mapping, and a day of silence', seen([]), question(28), 'none', true],
    ['no mapping, and the old key is used', seen([], [use(OLD, 10)]), question(28), 'none', false],
    ['only disabled mappings, and a day of silence', seen([mapping('a', [], isOff)]), question(28), 'none', true],
  ])('%s → %4$s, free: %5$p', (_title, consumption, asked, consumer, isFree) => {
    expect(provenMoved(consumption, asked)).toMatchObject({ consumer, isFree });
  });

  const own = { inUse: OLD };
  test.each<[string, readonly KeyUse[], Partial<Question>, string, string | undefined]>([
    ['by this workflow, while nothing synced', [use(OLD, 10)], own, 'moved', 'is in credentials_json'],
    ['by this workflow, they say, while something synced', [use(OLD, 20)], own, 'waiting', undefined],
    ['by somebody without the workflow having it', [use(OLD, 10)], {}, 'waiting', undefined],
    ['by this workflow for more than 7 days', [use(OLD, 10), use(OLD, 10 + 7 * 24)], own, 'waiting', undefined],
  ])('the old key was used %s → %4$s', (_title, uses, more, consumer, remark) => {
    const consumption = seen([mapping('a', [sync(20), sync(2)])], uses);
    const proof = provenMoved(consumption, question(15 * 24, more));
    expect(proof.consumer).toBe(consumer);
    expect(proof.remark ?? '').toContain(remark ?? '');
  });

  test('waiting → what is missing, and from when it is known', () => {
    expect(provenMoved(seen([mapping('a', [sync(-2)])]), question(50)).missing).toEqual([
      'the mapping a last synced at 2026-09-30 22:00 UTC, with the key in use then',
    ]);
    expect(provenMoved(seen([mapping('a', [sync(2)])]), question(3)).missing).toEqual([
      'Cloud Monitoring reports key use up to three hours late: this can be proven from 2026-10-01 05:10 UTC on',
    ]);
  });
});

describe('without a superseded key: whether Segment uses the delivered one', () => {
  const current = { id: NEW, createdAt: MADE };
  test.each<[string, Consumption, string]>([
    ['synced, and the key was used then', seen([mapping('a', [sync(2)])], [use(NEW, 2)]), 'moved'],
    ['synced, and the key was used at another time alone', seen([mapping('a', [sync(2)])], [use(NEW, 9)]), 'waiting'],
    ['nothing synced', seen([mapping('a', [])], [use(NEW, 2)]), 'waiting'],
    ['no mapping', seen([]), 'none'],
    ['unreadable', { syncs: [], uses: unread, keys: [] }, 'unknown'],
  ])('%s → %3$s', (_title, consumption, consumer) => {
    expect(provenInUse(consumption, current).consumer).toBe(consumer);
  });
});

describe('a disabled key', () => {
  const current = { id: NEW, createdAt: MADE };
  test.each<[string, Consumption, string | undefined, boolean, boolean]>([
    ['nothing synced since the one that was seen', seen([mapping('a', [sync(5)])]), 'sync-5', false, false],
    ['a later sync', seen([mapping('a', [sync(6), sync(5)])]), 'sync-5', true, false],
    [
      'a later sync of one mapping of two',
      seen([mapping('a', [sync(6), sync(5)]), mapping('b', [sync(4)])]),
      'sync-5',
      false,
      false,
    ],
    ['a later sync failed to read', seen([mapping('a', [failed(6), sync(5)])]), 'sync-5', false, true],
    [
      'a later one failed, and one after it succeeded',
      seen([mapping('a', [sync(7), failed(6), sync(5)])]),
      'sync-5',
      true,
      false,
    ],
    ['nothing was seen then: a sync with the new key', seen([mapping('a', [sync(2)])]), undefined, true, false],
    ['no mapping', seen([]), undefined, true, false],
    ['syncs cannot be read', { syncs: unread, uses: [], keys: [] }, 'sync-5', false, false],
  ])('%s → can be deleted: %4$p, syncs fail: %5$p', (_title, consumption, recorded, isFree, isFailing) => {
    expect(provenDispensable(consumption, recorded, current)).toMatchObject({ isFree, isFailing });
  });

  test('when it is disabled → the newest sync is remembered, one under way among them', () => {
    const running = sync(9, { status: 'IN_PROGRESS', extracted: undefined, finishedAt: undefined });
    expect(newestSync(seen([mapping('a', [sync(5)]), mapping('b', [running])]))).toBe('sync-9');
    expect(newestSync(seen([mapping('a', [])]))).toBeUndefined();
    expect(newestSync({ syncs: unread, uses: [], keys: [] })).toBeUndefined();
  });
});

test.each<[string, Consumption, boolean]>([
  ['all synced, and the key was used', seen([mapping('a', [sync(5)])], [use(NEW, 5)]), true],
  ['all synced, with another key', seen([mapping('a', [sync(5)])], [use(OLD, 5)]), false],
  ['the key was used, and one has not synced', seen([mapping('a', [sync(5)]), mapping('b', [])], [use(NEW, 5)]), false],
  ['nothing can be read', { syncs: unread, uses: unread, keys: [] }, false],
])(
  'somebody wrote the settings 4 hours later, and since then: %s → still in use: %3$p',
  (_title, consumption, expected) => {
    expect(isUsedSince(consumption, NEW, at(4))).toBe(expected);
  },
);

test('days in which the workflow alone used it are counted from first to last', () => {
  const uses = [use(OLD, 30), use(OLD, 30 + 6.9 * 24)];
  const proof = provenMoved(seen([mapping('a', [sync(2)])], uses), question(15 * 24, { inUse: OLD }));
  expect(proof).toMatchObject({ consumer: 'moved', isFree: true });
});
