import { describe, expect, test } from '@jest/globals';
import type { Mapping } from '../../../src/cloud/segment/mappings.ts';
import type { Sync } from '../../../src/cloud/segment/syncs.ts';
import type { Synced } from '../../../src/destinations/segment/consumer.ts';
import { judgeSyncs } from '../../../src/verify/syncs.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const sync = (hoursAgo: number, more: Partial<Sync> = {}): Sync => ({
  ...{ id: 's1', status: 'SUCCESS', startedAt: NOW - hoursAgo * HOUR, finishedAt: NOW - hoursAgo * HOUR },
  ...{ extracted: true, extractedFrom: NOW - hoursAgo * HOUR, errorCode: undefined, ...more },
});
const synced = (syncs: readonly Sync[], more: Partial<Mapping> = {}, isModelEnabled = true): Synced => ({
  mapping: {
    ...{ id: 'map1', name: 'Upsert', modelId: 'm1', destination: 'CRM', isEnabled: true, isDestinationEnabled: true },
    ...{ interval: HOUR, syncsAMonth: 730, columns: { uses: [], takesAll: false }, ...more },
  },
  isModelEnabled,
  syncs,
});
const running = sync(0, { status: 'IN_PROGRESS', extracted: undefined });

describe('what the last sync of a mapping says', () => {
  test.each<[string, Synced, readonly string[], readonly string[]]>([
    ['it succeeded', synced([sync(1)]), ['holds'], []],
    ['it failed to read', synced([sync(1, { status: 'FAIL', extracted: false })]), ['fails verify.sync-failed'], []],
    ['it failed to deliver', synced([sync(1, { status: 'FAIL' })]), ['fails verify.sync-failed'], []],
    [
      'it succeeded in part',
      synced([sync(1, { status: 'PARTIAL_SUCCESS' })]),
      ['holds'],
      ['warning verify.sync-partial'],
    ],
    ['nobody can tell how it ended', synced([sync(1, { status: 'unknown' })]), ['not checked'], []],
    ['there is none', synced([]), [], ['warning verify.sync-late']],
    ['the first is under way', synced([running]), [], []],
    [
      'one is under way, the one before failed',
      synced([running, sync(1, { status: 'FAIL' })]),
      ['fails verify.sync-failed'],
      [],
    ],
    ['three intervals ago', synced([sync(3)]), ['holds'], []],
    ['more than three intervals ago', synced([sync(3.1)]), ['holds'], ['warning verify.sync-late']],
    ['long ago, without an interval', synced([sync(900)], { interval: undefined }), ['holds'], []],
    ['the mapping is disabled', synced([], { isEnabled: false }), [], ['warning verify.sync-off']],
    ['the model is disabled', synced([], {}, false), [], ['warning verify.sync-off']],
    ['the destination is disabled', synced([], { isDestinationEnabled: false }), [], ['warning verify.sync-off']],
  ])('%s', (_title, one, proofs, notices) => {
    const found = judgeSyncs({ syncs: [one], uses: [], keys: [] }, NOW);
    expect(found.proofs.map(({ diagnosis, outcome }) => [outcome, diagnosis?.code].filter(Boolean).join(' '))).toEqual(
      proofs,
    );
    expect(found.notices.map(({ code, severity }) => `${severity} ${code}`)).toEqual(notices);
  });

  test('nothing can be read → unseen, and no claim fails', () => {
    const found = judgeSyncs({ syncs: { why: 'denied', remedy: '' }, uses: [], keys: [] }, NOW);
    expect(found).toMatchObject({ proofs: [], notices: [{ severity: 'unseen', code: 'verify.not-checked' }] });
  });

  test('it failed → what failed, and where', () => {
    const failed = synced([sync(1, { status: 'FAIL', extracted: false, errorCode: 'QueryFailed' })]);
    expect(judgeSyncs({ syncs: [failed], uses: [], keys: [] }, NOW).proofs[0]).toMatchObject({
      claim: { what: 'sync the mapping Upsert (map1) in Segment' },
      words: 'its last sync s1 failed (QueryFailed)',
      diagnosis: { cause: 'BigQuery was not read' },
    });
  });
});
