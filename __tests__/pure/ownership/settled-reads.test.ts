import { describe, expect, test } from '@jest/globals';
import { settledRead } from '../../../src/ownership/settled-reads.ts';
import type { Suspicion } from '../../../src/ownership/settled-reads.ts';
import { fakeClock, fakeDocument } from '../resources/fixtures.ts';

interface Thing {
  readonly name: string;
}
const THING: Thing = { name: 'x' };

/** A document that shows after so many reads. */
function look(after: number, ends: Suspicion<Thing>['ends'], isNamed = true) {
  const clock = fakeClock();
  const said: string[] = [];
  const document = fakeDocument<Thing>(undefined);
  let reads = 0;
  const reread = (): Promise<Thing | undefined> => {
    reads += 1;
    if (reads > after) document.put(THING);
    return document.reread();
  };
  let known: Promise<Thing | undefined> | undefined;
  const source = {
    read: () => (known ??= reread()),
    reread: () => (known = reread()),
  };
  const isOpen = (live: Thing | undefined): Promise<boolean> => Promise.resolve(isNamed && live === undefined);
  const say = (line: string): void => void said.push(line);
  return {
    document: settledRead(source, { what: 'the thing', isOpen, ends }, { clock, say }),
    clock,
    said,
    reads: () => reads,
  };
}

describe('a read that something else contradicts', () => {
  test('nothing else names it → one look', async () => {
    const { document, reads, said } = look(99, 'late', false);
    expect(await document.read()).toBeUndefined();
    expect([reads(), said]).toEqual([1, []]);
  });

  test('it shows late → waited for, said, and asked once by whoever reads it', async () => {
    const { document, reads, said } = look(3, 'late');
    expect(await Promise.all([document.read(), document.read()])).toEqual([THING, THING]);
    expect(reads()).toBe(4);
    expect(said[0]).toBe('IAM does not show the thing yet; looking again …');
  });

  test.each([
    ['late', 50_000, 60_000],
    ['steady', 5_000, 6_000],
  ] as const)('it never shows, ends %s → believed in the end', async (ends, least, most) => {
    const { document, clock } = look(99, ends);
    expect(await document.read()).toBeUndefined();
    expect(clock.now()).toBeGreaterThanOrEqual(least);
    expect(clock.now()).toBeLessThanOrEqual(most);
  });
});
