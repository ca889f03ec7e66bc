import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDescription, writeDescription } from '../../../src/ownership/description.ts';
import { UNPLACED, isKey, isSeen, ownership } from '../../../src/ownership/record.ts';

const id = fc.stringMatching(/^[0-9a-f]{40}$/);

describe('the record in a description', () => {
  test.each([
    ['', { text: '', ownership: undefined }],
    ['Reads models', { text: 'Reads models', ownership: undefined }],
    ['Ours [team data]', { text: 'Ours [team data]', ownership: undefined }],
    ['[segment-retl created]', { text: '', ownership: ownership('created') }],
    ['A [segment-retl adopted for=retl-two]', { text: 'A', ownership: ownership('adopted', { target: 'retl-two' }) }],
    [
      'A [segment-retl created key=abc123 old=d1d1d1,e2e2e2 issuing-before= revoked]',
      {
        text: 'A',
        ownership: ownership('created', { key: 'abc123', old: ['d1d1d1', 'e2e2e2'], issuingBefore: [], revoked: true }),
      },
    ],
    [
      'A [segment-retl created workspace=9aQ1Lj62 source=new]',
      { text: 'A', ownership: ownership('created', { workspace: '9aQ1Lj62', source: 'new' }) },
    ],
    [
      'A [segment-retl created workspace=9aQ1Lj62 source=qhY7Ln9zXk?]',
      {
        text: 'A',
        ownership: ownership('created', {
          workspace: '9aQ1Lj62',
          source: { id: 'qhY7Ln9zXk', mark: 'created', isPending: true },
        }),
      },
    ],
    [
      'A [segment-retl created source=qhY7Ln9zXk seen=sync:81]',
      {
        text: 'A',
        ownership: ownership('created', {
          source: { id: 'qhY7Ln9zXk', mark: 'created', isPending: false },
          seen: 'sync:81',
        }),
      },
    ],
    [
      'A [segment-retl created adopted-source=qhY7Ln9zXk source=another]',
      {
        text: 'A',
        ownership: ownership('created', { source: { id: 'qhY7Ln9zXk', mark: 'adopted', isPending: false } }),
        strays: ['source=another'],
      },
    ],
    [
      'A [segment-retl created source=a/b seen=%20 workspace=123456789]',
      { text: 'A', ownership: ownership('created'), strays: ['source=a/b', 'seen=%20', 'workspace=123456789'] },
    ],
  ])('reads %j', (description, expected) => {
    expect(readDescription(description)).toEqual(expected);
  });

  test('goes back and forth, whatever the text, and never cuts it', () => {
    fc.assert(
      fc.property(
        fc
          .string({ maxLength: 60 })
          .filter((text) => readDescription(text).ownership === undefined && !text.endsWith(' ')),
        fc.uniqueArray(id, { maxLength: 6 }),
        fc.boolean(),
        (text, ids, revoked) => {
          const [key, ...old] = ids;
          const owned = ownership('created', { key, old, revoked });
          const whole = writeDescription({ text, ownership: owned }, ids);
          if (whole === undefined) return;
          expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(256);
          const read = readDescription(whole);
          expect(read.text).toBe(text);
          expect(read.ownership?.old).toHaveLength(old.length);
          if (key !== undefined) expect(isKey(read.ownership?.key ?? '', key)).toBe(true);
        },
      ),
    );
  });

  test.each([
    { id: 'qhY7Ln9zXk', mark: 'created', isPending: true },
    { id: 'qhY7Ln9zXk', mark: 'created', isPending: false },
    { id: 'qhY7Ln9zXk', mark: 'adopted', isPending: true },
    { id: 'qhY7Ln9zXk', mark: 'adopted', isPending: false },
    'new',
  ] as const)('a source %j → goes back and forth', (source) => {
    const owned = ownership('created', { key: 'abc123', workspace: '9aQ1Lj62', source, seen: 'sync_81' });
    expect(readDescription(writeDescription({ text: 'x', ownership: owned }))).toEqual({ text: 'x', ownership: owned });
  });

  test('little room → of a sync the end of its id stays, and still means it', () => {
    const syncId = 'sync_2JzKcn0ykvdRkKlDCIYrTzO3abcdefghijkl';
    const owned = ownership('created', { workspace: '9aQ1Lj62', seen: syncId });
    const tight = readDescription(writeDescription({ text: 'x'.repeat(190), ownership: owned }));
    expect(tight.ownership?.seen).toBe('abcdefghijkl');
    expect(isSeen(tight.ownership?.seen ?? '', syncId)).toBe(true);
    expect(isSeen(tight.ownership?.seen ?? '', 'sync_other')).toBe(false);
  });

  test('shortens ids before it gives up, and gives up before it cuts the text', () => {
    const ids = Array.from({ length: 9 }, (_, index) => String(index).repeat(40));
    const owned = ownership('created', { key: ids[0], old: ids.slice(1) });
    const roomy = writeDescription({ text: 'x', ownership: owned }, ids) ?? '';
    const tight = writeDescription({ text: 'x'.repeat(152), ownership: owned }, ids) ?? '';
    expect(readDescription(roomy).ownership?.key).toHaveLength(12);
    expect(readDescription(tight).ownership?.key).toHaveLength(6);
    expect(readDescription(tight).text).toHaveLength(152);
    expect(writeDescription({ text: 'x'.repeat(200), ownership: owned }, ids)).toBeUndefined();
  });

  test('little room → an announcement names only keys that nothing else names, and means the same', () => {
    const ids = Array.from({ length: 8 }, (_, index) => String(index).repeat(40));
    const [key, foreign, ...old] = ids;
    const owned = ownership('created', { key, old, issuingBefore: ids, places: { ...UNPLACED, at: ['o'], to: ['o'] } });
    const roomy = readDescription(writeDescription({ text: '', ownership: owned }, ids)).ownership;
    expect(roomy?.issuingBefore).toHaveLength(8);
    const tight = readDescription(writeDescription({ text: 'x'.repeat(120), ownership: owned }, ids)).ownership;
    expect(tight?.issuingBefore?.map((one) => isKey(one, foreign ?? ''))).toEqual([true]);
    expect(tight?.old).toHaveLength(6);
    expect(tight?.places).toEqual(owned.places); // Sooner than not to tell where keys go.
  });

  test('keeps ids apart: a short id never means two keys', () => {
    const ids = [`aaaaaaaab${'0'.repeat(31)}`, `aaaaaaaac${'0'.repeat(31)}`];
    const owned = ownership('created', { key: ids[0], old: [ids[1] ?? ''] });
    const text = 'x'.repeat(256 - 50);
    expect(writeDescription({ text, ownership: owned }, ids)).toBeUndefined();
    expect(writeDescription({ text: '', ownership: owned }, ids)).toContain('key=aaaaaaaab000');
  });

  test('drops ids of keys that are gone', () => {
    const there = 'a'.repeat(40);
    const owned = ownership('created', { old: ['b'.repeat(12), 'a'.repeat(12)] });
    expect(writeDescription({ text: '', ownership: owned }, [there])).toBe('[segment-retl created old=aaaaaaaaaaaa]');
  });
});
