import { describe, expect, test } from '@jest/globals';
import { disablingIn, isContested, readingOf } from '../../../src/destinations/segment/reading.ts';
import { standingOf } from '../../../src/destinations/segment/standing.ts';
import type { Facts } from '../../../src/destinations/segment/standing.ts';

const BIGQUERY = 'bq';
const source = { id: 'id1', slug: 'bigquery-p', enabled: true, metadataId: BIGQUERY };
const known = { id: 'id1', mark: 'created', isPending: false } as const;
const facts = (more: Partial<Facts>): Facts => ({
  ...{ recorded: undefined, source, wanted: 'bigquery-p', metadataId: BIGQUERY, hasModels: false },
  ...more,
});

describe('whose a source is', () => {
  test.each<[string, Partial<Facts>, string]>([
    ['none, nothing recorded', { source: undefined }, 'absent'],
    ['none, one was about to be created', { source: undefined, recorded: 'new' }, 'absent'],
    ['none, one is recorded', { source: undefined, recorded: known }, 'gone'],
    ['recorded, of that slug', { recorded: known }, 'ours'],
    ['recorded, asked for by its id', { recorded: known, wanted: 'id1' }, 'ours'],
    ['recorded, with another slug', { recorded: known, wanted: 'other' }, 'renamed'],
    ['recorded, of another kind', { recorded: known, metadataId: 'other' }, 'other-kind'],
    ['of that slug, another is recorded', { recorded: { ...known, id: 'id2' } }, 'unmarked'],
    ['of that slug, nothing recorded', {}, 'unmarked'],
    ['about to be created, disabled and empty', { recorded: 'new', source: { ...source, enabled: false } }, 'ours'],
    ['about to be created, but enabled', { recorded: 'new' }, 'unmarked'],
    [
      'about to be created, but models hang on it',
      { recorded: 'new', source: { ...source, enabled: false }, hasModels: true },
      'unmarked',
    ],
  ])('%s → %3$s', (_title, more, standing) => {
    expect(standingOf(facts(more))).toBe(standing);
  });
});

describe('what the audit trail tells', () => {
  const at = (
    minute: number,
    type = 'Source Settings Modified',
    by = 'token/1',
  ): { at: number; type: string; by: string } => ({
    ...{ at: minute * 60_000, type, by },
  });

  test('nothing of settings → nothing is known, which proves nothing', () => {
    expect(readingOf([at(1, 'Source Enabled')], false)).toMatchObject({ state: 'unreadable', isPending: false });
  });

  test('created, and not given a key yet → that tells nothing; otherwise it does', () => {
    expect(readingOf([at(1, 'Source Created')], true)).toMatchObject({ state: 'unreadable', isPending: true });
    expect(readingOf([at(1, 'Source Created')], false)).toMatchObject({ state: 'written', at: 60_000 });
  });

  test('several writes, in any order → the last one', () => {
    expect(readingOf([at(3, undefined, 'eve'), at(1, 'Source Created'), at(2)], true)).toEqual({
      ...{ state: 'written', at: 180_000, by: 'eve', isPending: true },
    });
  });

  test.each<[string, ReturnType<typeof at>[], boolean]>([
    ['one actor, once: the other write was lost', [at(1)], false],
    ['one actor, twice', [at(1), at(2)], false],
    ['one actor, more often than was sent: another run has the same token', [at(1), at(2), at(3)], true],
    ['one actor, twice, after it has created the source', [at(0, 'Source Created'), at(1), at(2)], false],
    ['two actors', [at(1), at(2, undefined, 'eve')], true],
    ['another actor who only enabled it', [at(1), at(2, 'Source Enabled', 'eve')], false],
  ])('sent twice; the trail holds: %s → contested: %3$p', (_title, events, expected) => {
    expect(isContested(events, 2)).toBe(expected);
  });

  test.each<[string, ReturnType<typeof at>[], string | undefined]>([
    ['nothing of that', [at(1)], undefined],
    ['disabled', [at(1, 'Source Disabled', 'jane')], 'jane'],
    ['disabled twice', [at(5, 'Source Disabled', 'jane'), at(1, 'Source Disabled', 'joe')], 'jane'],
    ['enabled again since', [at(1, 'Source Disabled', 'jane'), at(2, 'Source Enabled', 'joe')], undefined],
    ['settings written since', [at(1, 'Source Disabled', 'jane'), at(2)], 'jane'],
  ])('%s → disabled by %3$p', (_title, events, by) => {
    expect(disablingIn(events)?.by).toBe(by);
  });
});
