import { describe, expect, test } from '@jest/globals';
import type { Reading } from '../../../src/destinations/destination.ts';
import { readDescription, writeDescription } from '../../../src/ownership/description.ts';
import { UNPLACED, ownership } from '../../../src/ownership/record.ts';
import type { KeyPlaces, LeftKey, Ownership } from '../../../src/ownership/record.ts';
import { assess } from '../../../src/resources/credential/assess.ts';
import { placesElsewhere } from '../../../src/resources/credential/elsewhere.ts';
import { clarified } from '../../../src/resources/credential/evidence.ts';
import type { Placed } from '../../../src/resources/credential/evidence.ts';
import { examineCredential } from '../../../src/resources/credential/examine.ts';
import { A, B, C, DAYS, NOW, byRecord, demands, design as designOf, key, secret, seen } from './key-chain.ts';

const HERE = 'g1a2b';
const DAYS_IN_MINUTES = 24 * 60;
const owned = (places: Partial<KeyPlaces>, facts: Partial<Ownership> = {}): Ownership =>
  ownership('created', { key: B, old: [A], ...facts, places: { ...UNPLACED, ...places } });
const leftAt = (id: string, place: string): LeftKey => ({ key: id, place });
const keys = [key(A, 40 * DAYS_IN_MINUTES), key(B, 30 * DAYS_IN_MINUTES)];
const written: Reading = { state: 'written', at: NOW - 40 * DAYS, by: 'ann' };

describe('where the delivered key is', () => {
  test.each<[string, readonly string[] | undefined, Reading, string | undefined]>([
    ['by the record here', [HERE], byRecord, undefined],
    ['by the record elsewhere', ['o'], byRecord, 'key.undelivered'],
    ['elsewhere, in a run that only looks', ['o'], { ...byRecord, isAnywhere: true } as Reading, undefined],
    ['not told', undefined, byRecord, undefined],
    ['elsewhere, and the place cannot be read', ['o'], { state: 'unreadable', why: 'no token' }, 'key.undelivered'],
    ['in one of this kind, and the place cannot be read', ['g'], { state: 'unreadable', why: 'no token' }, undefined],
    ['in one of another kind', ['m'], { state: 'unreadable', why: 'no token' }, 'key.undelivered'],
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
    ['announced for one of its kind', owned({ to: ['g'] }, under), 'in doubt'],
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

describe('a key in one of a kind of places', () => {
  const one = (mark: string, keyId: string): Placed => ({ name: 'it', mark, reading: secret(30, keyId) });
  test.each<[string, readonly Placed[], readonly string[]]>([
    ['one that is read holds it → that one', [one(HERE, B)], [HERE, 'o']],
    ['one that is read holds another → one that this run does not know', [one(HERE, A)], ['g', 'o']],
    ['one of another kind holds it → likewise', [one('m3c4d', B)], ['g', 'o']],
    ['none is read → likewise', [], ['g', 'o']],
  ])('%s', (_name, readings, at) => {
    expect(clarified(owned({ at: ['g', 'o'] }), readings).places.at).toEqual(at);
  });

  test('superseded → it stays, until the kind is forgotten', () => {
    const vague = owned({ at: [HERE], left: [leftAt(A, 'g')] });
    const told = { demands: demands({ overlap: 0 }), marks: [HERE] };
    expect(placesElsewhere({ ...told, forget: [] }, vague, { id: A })).toEqual(['g']);
    expect(placesElsewhere({ ...told, forget: ['github-secret'] }, vague, { id: A })).toEqual([]);
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

  test.each<[string, Partial<KeyPlaces>, string]>([
    ['where the key is', { at: ['g1a2b', 'o'] }, 'at=g,o'],
    ['where one goes', { at: ['o'], to: ['m3c4d', 'x'] }, 'at=o to=x'],
    [
      'where an old one is',
      { at: ['s'], left: [leftAt(A, 'g1a2b'), leftAt(A, 'g5e6f'), leftAt(A, 'm3c4d')] },
      `at=s left=${A.slice(0, 6)}@g,${A.slice(0, 6)}@m`,
    ],
    [
      'that an old one may be anywhere',
      { at: ['s'], left: [leftAt(A, 'g1a2b'), leftAt(A, 'x')] },
      `at=s left=${A.slice(0, 6)}@x`,
    ],
  ])('no room beside the text → the kinds of places: %s', (_name, places, words) => {
    const bracket = `[segment-retl created key=${B.slice(0, 6)} old=${A.slice(0, 6)} ${words}]`;
    const text = 'x'.repeat(256 - bracket.length - 1);
    expect(writeDescription({ text, ownership: owned(places) }, [A, B])).toBe(`${text} ${bracket}`);
    const read = readDescription(`${text} ${bracket}`);
    expect(read.strays).toBeUndefined();
    expect(writeDescription({ text, ownership: read.ownership }, [A, B])).toBe(`${text} ${bracket}`);
    expect(writeDescription({ text: `${text}x`, ownership: owned(places) }, [A, B])).toBeUndefined(); // Never left out.
  });
});
