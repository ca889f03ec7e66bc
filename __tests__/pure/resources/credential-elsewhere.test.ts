import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../../../src/destinations/destination.ts';
import { UNPLACED, ownership, readDescription, writeDescription } from '../../../src/ownership/record.ts';
import type { KeyPlaces, Ownership } from '../../../src/ownership/record.ts';
import { assess } from '../../../src/resources/credential/assess.ts';
import { placesElsewhere } from '../../../src/resources/credential/elsewhere.ts';
import { examineCredential } from '../../../src/resources/credential/examine.ts';
import { A, B, C, DAYS, NOW, byRecord, demands, design as designOf, key, seen } from './key-chain.ts';

const HERE = 'g1a2b';
const DAYS_IN_MINUTES = 24 * 60;
const owned = (places: Partial<KeyPlaces>, facts: Partial<Ownership> = {}): Ownership =>
  ownership('created', { key: B, old: [A], ...facts, places: { ...UNPLACED, ...places } });
const keys = [key(A, 40 * DAYS_IN_MINUTES), key(B, 30 * DAYS_IN_MINUTES)];
const written: Reading = { state: 'written', at: NOW - 40 * DAYS, by: 'ann' };

describe('where the delivered key is', () => {
  test.each<[string, readonly string[] | undefined, Reading, string | undefined]>([
    ['by the record here', [HERE], byRecord, undefined],
    ['by the record elsewhere', ['o'], byRecord, 'key.undelivered'],
    ['elsewhere, in a run that only looks', ['o'], { ...byRecord, isAnywhere: true } as Reading, undefined],
    ['not told', undefined, byRecord, undefined],
    ['elsewhere, and the place cannot be read', ['o'], { state: 'unreadable', why: 'no token' }, 'key.undelivered'],
    ['elsewhere, and the place tells only when it was written', ['o'], written, 'key.undelivered'],
  ])('%s', (_name, at, reading, code) => {
    const readings = [{ name: 'it', mark: HERE, reading }];
    expect(assess({ owned: owned({ at }), keys, readings }, NOW).reason?.code).toBe(code);
  });
});

describe('a key under way, which no place here has', () => {
  const under = { old: [], key: A, issuingBefore: [A] };
  test.each<[string, Ownership, string]>([
    ['announced for here', owned({ to: [HERE] }, under), 'undelivered'],
    ['announced for another place besides', owned({ to: [HERE, 'o'] }, under), 'in doubt'],
    ['two runs wrote at once', owned({}, { ...under, overlapped: true }), 'in doubt'],
  ])('%s → %3$s', (_name, record, outcome) => {
    const readings = [{ name: 'it', mark: HERE, reading: byRecord }];
    expect(assess({ owned: record, keys, readings }, NOW).settlement.outcome).toBe(outcome);
  });
});

describe('a superseded key in a place to which this run delivers nothing', () => {
  const left = owned({ at: [HERE], left: [{ key: A, place: 'o' }] });
  const changes = (overlap: number | undefined, forget: readonly ('output' | 'segment')[]): unknown[] => {
    const design = designOf({ demands: demands({ overlap }), forget });
    return examineCredential(design, seen(left, keys)).differences.map(({ change }) => change);
  };
  const disabled = [{ disable: A, why: 'superseded' }];
  test.each<[string, number | undefined, readonly ('output' | 'segment')[], unknown[]]>([
    ['no overlap is set → stays', undefined, [], []],
    ['key_overlap_days: 0 → stays', 0, [], []],
    ['key_overlap_days: 0, and the place is forgotten → disabled', 0, ['output'], disabled],
    ['key_overlap_days: 0, and another place is forgotten → stays', 0, ['segment'], []],
    ['its overlap is over → disabled', 7 * DAYS, [], disabled],
  ])('%s', (_name, overlap, forget, expected) => {
    expect(changes(overlap, forget)).toEqual(expected);
  });

  test('the report says so', () => {
    const design = designOf({ demands: demands({ overlap: 0 }) });
    expect(examineCredential(design, seen(left, keys)).diagnostics).toContainEqual(
      expect.objectContaining({ code: 'key.left-elsewhere' }),
    );
  });

  test('a place that the record does not tell is forgotten with all of them', () => {
    const unknown = owned({ at: [HERE], left: [{ key: A, place: 'x' }] });
    const marks = [HERE];
    const all = ['output', 'github-secret', 'secret-manager', 'segment'] as const;
    const told = { demands: demands({}), marks };
    expect(placesElsewhere({ ...told, forget: ['output'] }, unknown, { id: A })).toEqual(['x']);
    expect(placesElsewhere({ ...told, forget: all }, unknown, { id: A })).toEqual([]);
  });
});

describe('places in the record', () => {
  test('written and read → the same', () => {
    const record = owned(
      { at: ['m3c4d', 'o'], to: ['s'], left: [{ key: A.slice(0, 12), place: 'x' }] },
      { overlapped: true },
    );
    const description = writeDescription({ text: 'Mine', ownership: record }, [A, B]) ?? '';
    expect(description).toMatch(/ at=m3c4d,o to=s left=\w{12}@x overlapped\]$/);
    expect(readDescription(description).ownership?.places).toEqual(record.places);
    expect(readDescription(description).strays).toBeUndefined();
  });

  test('what is no place → dropped', () => {
    expect(readDescription(`[segment-retl created at=o,../x left=${C.slice(0, 12)}@q,zz@o]`).ownership?.places).toEqual(
      {
        ...UNPLACED,
        at: ['o'],
      },
    );
  });

  test('no room beside the text → left out, and the ids stay', () => {
    const text = 'x'.repeat(256 - '[segment-retl created key=123456 old=123456]'.length - 1);
    const description = writeDescription({ text, ownership: owned({ at: ['g1a2b', 'o'] }) }, [A, B]);
    expect(description).toBe(`${text} [segment-retl created key=${B.slice(0, 6)} old=${A.slice(0, 6)}]`);
  });
});
