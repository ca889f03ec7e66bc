import { describe, expect, test } from '@jest/globals';
import type { KeyUse } from '../../../src/cloud/google/key-use.ts';
import type { Sync } from '../../../src/cloud/segment/syncs.ts';
import type { Reading } from '../../../src/destinations/destination.ts';
import type { Consumption } from '../../../src/destinations/segment/consumer.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { assess } from '../../../src/resources/credential/assess.ts';
import { reportConsumer } from '../../../src/resources/credential/consumer-report.ts';
import { withConsumption } from '../../../src/resources/credential/consult.ts';
import type { CredentialDesign, CredentialLive } from '../../../src/resources/credential/design.ts';
import { examineCredential } from '../../../src/resources/credential/examine.ts';
import { A, B, DAYS, MINUTE, NOW, demands, design, key, recorded, seen, unreadable } from './key-chain.ts';

/** Keys that Segment holds: nobody sees which, and old ones go only with proof. */

const written = (minutesAgo: number, isPending = false): Reading => ({
  ...{ state: 'written', at: NOW - minutesAgo * MINUTE, by: 'eve@acme.example', isPending },
});
const blind = (isPending: boolean): Reading => ({ state: 'unreadable', why: 'denied', isPending });
const sync = (minutesAgo: number, more: Partial<Sync> = {}): Sync => {
  const startedAt = NOW - minutesAgo * MINUTE;
  return {
    ...{ id: `s${String(minutesAgo)}`, status: 'SUCCESS', startedAt, finishedAt: startedAt + MINUTE },
    ...{ extracted: true, extractedFrom: startedAt, errorCode: undefined, ...more },
  };
};
const use = (keyId: string, minutesAgo: number): KeyUse => ({
  ...{ keyId, from: NOW - minutesAgo * MINUTE, until: NOW - minutesAgo * MINUTE + 10 * MINUTE },
});
const consumed = (syncs: readonly Sync[], uses: readonly KeyUse[] = []): Consumption => ({
  syncs: [
    {
      mapping: {
        ...{ id: 'map1', name: 'Upsert', modelId: 'm', destination: 'CRM' },
        ...{ isEnabled: true, isDestinationEnabled: true, interval: undefined, syncsAMonth: undefined },
        columns: { uses: [], takesAll: false },
      },
      isModelEnabled: true,
      syncs,
    },
  ],
  uses,
  keys: [A, B],
});

describe('what a reading of Segment says of a key that was delivered', () => {
  const faultOf = (reading: Reading, consumption?: Consumption): string | undefined => {
    const readings = [{ name: 'Segment', mark: 's', reading }];
    return assess({ owned: recorded(A), keys: [key(A, 100)], readings, consumption }, NOW).reason?.live;
  };

  test.each<[string, Reading, Consumption | undefined, RegExp | undefined]>([
    ['written while it was delivered', written(98), undefined, undefined],
    ['written before, as far as is told', written(200), undefined, undefined],
    ['written later', written(50), undefined, /for sure: eve@acme\.example changed its settings later/],
    ['written later, and nothing has used it since', written(50), consumed([sync(40)]), /changed its settings later/],
    ['written later, and Segment has synced with it since', written(50), consumed([sync(40)], [use(A, 40)]), undefined],
    ['not to be read', blind(false), undefined, undefined],
    ['not to be read, and never given a key', blind(true), undefined, /no run has ended that delivered/],
    ['never given a key, and written before', written(200, true), undefined, /no run has ended that delivered/],
    ['never recorded as given, and written right after the key was made', written(98, true), undefined, undefined],
  ])('%s → %4$p', (_title, reading, consumption, expected) => {
    const fault = faultOf(reading, consumption);
    if (expected === undefined) expect(fault).toBeUndefined();
    else expect(fault).toMatch(expected);
  });
});

describe('a key that was under way when a run died', () => {
  const outcome = (reading: Reading): string =>
    assess(
      {
        owned: recorded(A, { issuingBefore: [A] }),
        keys: [key(A, 100), key(B, 10)],
        readings: [{ name: 'Segment', mark: 's', reading }],
      },
      NOW,
    ).settlement.outcome;

  test.each<[string, Reading, string]>([
    ['written a minute later', written(9), 'delivered'],
    ['written in the same second', written(10), 'in doubt'],
    ['written half an hour later', { ...written(10), at: NOW + 20 * MINUTE } as Reading, 'in doubt'],
    ['written before: a missing event proves nothing', written(50), 'in doubt'],
    ['not to be read', unreadable, 'in doubt'],
    ['there is no source', { state: 'absent' }, 'undelivered'],
  ])('%s → %3$s', (_title, reading, expected) => {
    expect(outcome(reading)).toBe(expected);
  });
});

describe('a superseded key', () => {
  const proving: Partial<CredentialDesign> = { provesConsumer: true, demands: demands({ overlap: DAYS }) };
  const live = (
    consumption: Consumption | undefined,
    more: Partial<Ownership> = {},
    isDisabled = false,
  ): CredentialLive =>
    seen(
      recorded(B, { old: [A.slice(0, 12)], ...more }),
      [key(A, 90 * 24 * 60, { disabled: isDisabled }), key(B, 3 * 24 * 60)],
      [written(3 * 24 * 60 - 1)],
      { consumption },
    );
  const moved = consumed([sync(6 * 60), sync(2 * 24 * 60)]);
  const deeds = (asked: Partial<CredentialDesign>, found: CredentialLive): string[] =>
    examineCredential(design(asked), found).differences.map(
      ({ change, exempt }) =>
        `${JSON.stringify(change).replaceAll(/([ab])\1{39}/g, '$1')}${exempt === undefined ? ' drift' : ''}`,
    );
  const codes = (asked: Partial<CredentialDesign>, found: CredentialLive): string[] =>
    examineCredential(design(asked), found).diagnostics.map(({ code }) => code);

  test.each<[string, Partial<CredentialDesign>, CredentialLive, readonly string[], readonly string[]]>([
    ['moved, the overlap over', proving, live(moved), ['{"disable":"a","why":"superseded"}'], []],
    [
      'moved, the overlap not over',
      { ...proving, demands: demands({ overlap: 9 * DAYS }) },
      live(moved),
      [],
      ['key.superseded'],
    ],
    ['moved, no overlap asked for', { ...proving, demands: demands() }, live(moved), [], ['key.superseded']],
    ['waiting, the overlap over', proving, live(consumed([])), [], ['key.consumer-waiting']],
    ['Segment was not asked', proving, live(undefined), [], ['key.consumer-unknown']],
    [
      'by time alone',
      { ...proving, provesConsumer: false },
      live(consumed([])),
      ['{"disable":"a","why":"superseded"}'],
      [],
    ],
    [
      'disabled, nothing synced since',
      proving,
      live(consumed([sync(100)]), { seen: 's100' }, true),
      [],
      ['key.consumer-waiting'],
    ],
    [
      'disabled, and synced since',
      proving,
      live(consumed([sync(50), sync(100)]), { seen: 's100' }, true),
      ['{"delete":"a","why":"superseded"}'],
      [],
    ],
    ['disabled, and Segment was not asked', proving, live(undefined, {}, true), [], ['key.consumer-unknown']],
    [
      'disabled, and syncs fail since',
      proving,
      live(consumed([sync(50, { extracted: false }), sync(100)]), { seen: 's100' }, true),
      ['{"keep":"a","because":"failing"} drift'],
      ['key.consumer-failing'],
    ],
  ])('%s', (_title, asked, found, changes, told) => {
    expect(deeds(asked, found)).toEqual(changes);
    expect(codes(asked, found)).toEqual(told);
  });

  test.each([
    [6, 1, false],
    [8, 1, true],
    [13, 7, false],
    [15, 7, true],
  ])('waiting for %p days with an overlap of %p → drift: %p', (days, overlap, isDrift) => {
    const found = seen(
      recorded(B, { old: [A.slice(0, 12)] }),
      [key(A, 90 * 24 * 60), key(B, days * 24 * 60)],
      [unreadable],
      {
        consumption: consumed([]),
      },
    );
    const expected = isDrift ? ['{"keep":"a","because":"unproven"} drift'] : [];
    expect(deeds({ ...proving, demands: demands({ overlap: overlap * DAYS }) }, found)).toEqual(expected);
  });

  test('proven since the review → the plan of before is known', () => {
    const [before] = examineCredential(design(proving), live(moved)).earlier?.() ?? [];
    expect(before?.differences).toEqual([]);
  });

  test('a key that is due → nothing is retired in the run that replaces it', () => {
    const asked = { ...proving, demands: demands({ overlap: 0, issuedAfter: NOW }) };
    expect(deeds(asked, live(moved)).filter((one) => one.includes('disable'))).toEqual([]);
  });
});

describe('whoever uses the key is asked', () => {
  const asking = async (owned: Ownership, keys: ReturnType<typeof key>[], reading: Reading): Promise<boolean> => {
    let isAsked = false;
    const consult = (): Promise<undefined> => {
      isAsked = true;
      return Promise.resolve(undefined);
    };
    await withConsumption({ owned, keys, readings: [{ name: 'Segment', mark: 's', reading }] }, consult, NOW);
    return isAsked;
  };

  test.each<[string, Ownership, ReturnType<typeof key>[], Reading, boolean]>([
    ['one key, in place', recorded(A), [key(A, 100)], written(99), false],
    ['one key, and somebody wrote later', recorded(A), [key(A, 100)], written(50), true],
    ['a superseded key', recorded(B, { old: [A] }), [key(A, 100), key(B, 50)], written(49), true],
    ['no key yet', recorded(A), [], unreadable, false],
  ])('%s → %5$p', async (_title, owned, keys, reading, expected) => {
    expect(await asking(owned, keys, reading)).toBe(expected);
  });
});

describe('which key Segment uses, for a report', () => {
  const now = NOW;
  const keys = [key(A, 90 * 24 * 60), key(B, 3 * 24 * 60)];
  const owned = recorded(B, { old: [A.slice(0, 12)] });
  const report = (consumption: Consumption | undefined, isIssued = false): { consumer: string; lastSync: string } =>
    reportConsumer({ consumption, owned, keys, isIssued, inUse: undefined, now });

  test.each<[string, Consumption | undefined, boolean, string, string]>([
    ['Segment was not asked', undefined, false, 'unknown', 'unknown'],
    ['moved', consumed([sync(6 * 60)]), false, 'moved', 'SUCCESS'],
    ['waiting', consumed([sync(30)]), false, 'waiting', 'SUCCESS'],
    ['a new key', consumed([sync(6 * 60)]), true, 'waiting', 'SUCCESS'],
    ['a new key, and no mapping', { syncs: [], uses: [], keys: [] }, true, 'none', ''],
    ['never synced', consumed([]), false, 'waiting', 'never'],
    ['the last sync failed', consumed([sync(10, { status: 'FAIL' }), sync(6 * 60)]), false, 'moved', 'FAIL'],
    ['syncs cannot be read', { syncs: { why: 'x', remedy: '' }, uses: [], keys: [] }, false, 'unknown', 'unknown'],
  ])('%s → %4$s, %5$s', (_title, consumption, isIssued, consumer, lastSync) => {
    expect(report(consumption, isIssued)).toMatchObject({ consumer, lastSync });
  });

  test('moved → which key, and since when', () => {
    const consumption = consumed([sync(6 * 60)]);
    const told = reportConsumer({ consumption, owned, keys, isIssued: false, inUse: undefined, now });
    expect(told.notices.map(({ because }) => because)).toEqual([
      'Segment has used the delivered key bbbbbbbbbbbb since at least 2026-11-23 06:00 UTC',
    ]);
  });

  test('every report says it in words', () => {
    const told = reportConsumer({
      consumption: consumed([sync(30)]),
      owned,
      keys,
      isIssued: false,
      inUse: undefined,
      now,
    });
    expect(told.notices.map(({ because }) => because)).toEqual([
      expect.stringMatching(
        /^Segment is not yet proven to use the delivered key bbbbbbbbbbbb: Cloud Monitoring reports/,
      ),
    ]);
  });
});
