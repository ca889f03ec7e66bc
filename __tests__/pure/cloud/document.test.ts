import { describe, expect, test } from '@jest/globals';
import { makeDocument, untilVisible } from '../../../src/cloud/document.ts';
import type { Document } from '../../../src/cloud/document.ts';
import { apiError } from '../errors/api-errors.ts';
import { fakeClock } from './fake-clock.ts';

interface Thing {
  readonly etag: number;
  readonly ours: string;
  readonly theirs: string;
}

interface Shelf {
  readonly document: Document<Thing>;
  readonly sent: string[];
  thing: Thing | undefined;
  /** How often somebody else is quicker than our next writes. */
  rivals: number;
}

/** One thing that others write too. */
function shelf(thing: Thing | undefined): Shelf {
  const sent: string[] = [];
  const world = { thing, rivals: 0, sent };
  const document = makeDocument<Thing>(fakeClock(), {
    get: () => {
      sent.push('get');
      return Promise.resolve(world.thing);
    },
    put: (after, before) => {
      sent.push('put');
      if (world.rivals > 0) {
        world.rivals -= 1;
        const theirs = `${world.thing?.theirs ?? ''}!`;
        world.thing = { ...before, ...world.thing, etag: (world.thing?.etag ?? 0) + 1, theirs };
      }
      if (world.thing?.etag !== before.etag) return Promise.reject(apiError({ code: 409, status: 'ABORTED' }));
      world.thing = { ...after, etag: before.etag + 1 };
      return Promise.resolve(world.thing);
    },
    gone: () => new Error('the thing has vanished'),
  });
  return Object.assign(world, { document });
}

const one: Thing = { etag: 1, ours: 'a', theirs: 'x' };
const write = (thing: Thing): Thing => ({ ...thing, ours: 'b' });

describe('document', () => {
  test('read twice → asked once; reread → asked again', async () => {
    const { document, sent } = shelf(one);
    await Promise.all([document.read(), document.read()]);
    expect(sent).toEqual(['get']);
    await document.reread();
    expect(sent).toEqual(['get', 'get']);
  });

  test('a read that failed → asked anew by whoever reads next', async () => {
    let asked = 0;
    const document = makeDocument<Thing>(fakeClock(), {
      get: () => (asked++ === 0 ? Promise.reject(apiError({ code: 500 })) : Promise.resolve(one)),
      put: () => Promise.reject(new Error('never')),
      gone: () => new Error('never'),
    });
    await expect(document.read()).rejects.toMatchObject({ code: 500 });
    expect(await document.read()).toEqual(one);
  });

  test('an edit that changes nothing → nothing is written', async () => {
    const { document, sent } = shelf(one);
    expect(await document.edit((thing) => ({ ...thing }))).toEqual(one);
    expect(sent).toEqual(['get']);
  });

  test('an edit → written under the etag that was read, and remembered', async () => {
    const { document, sent } = shelf(one);
    expect(await document.edit(write)).toEqual({ etag: 2, ours: 'b', theirs: 'x' });
    expect(await document.read()).toEqual({ etag: 2, ours: 'b', theirs: 'x' });
    expect(sent).toEqual(['get', 'put']);
  });

  test('a conflict → read again, changed again, the change of others stays', async () => {
    const world = shelf(one);
    world.rivals = 2;
    expect(await world.document.edit(write)).toEqual({ etag: 4, ours: 'b', theirs: 'x!!' });
    expect(world.sent).toEqual(['get', 'put', 'get', 'put', 'get', 'put']);
  });

  test('conflicts without end → given up after a minute', async () => {
    const world = shelf(one);
    world.rivals = 100;
    await expect(world.document.edit(write)).rejects.toMatchObject({ code: 409 });
    expect(world.sent.filter((request) => request === 'put')).toHaveLength(16);
    expect(world.thing).toMatchObject({ ours: 'a' });
  });

  test('gone → the edit fails, nothing is written', async () => {
    const { document, sent } = shelf(undefined);
    await expect(document.edit(write)).rejects.toThrow('the thing has vanished');
    expect(sent).toEqual(['get']);
  });

  test('learned from a create → nobody asks again', async () => {
    const { document, sent } = shelf(undefined);
    document.learn(one);
    expect(await document.read()).toEqual(one);
    expect(sent).toEqual([]);
  });
});

describe('untilVisible', () => {
  const isInvisible = (error: unknown): boolean => error instanceof Error && error.message === 'invisible';

  async function wait(errors: readonly Error[], milliseconds = 60_000): Promise<Record<string, unknown>> {
    const clock = fakeClock();
    let told = 0;
    let tried = 0;
    const attempt = (): Promise<string> => {
      const error = errors[tried];
      tried += 1;
      return error === undefined ? Promise.resolve('seen') : Promise.reject(error);
    };
    const patience = { clock, milliseconds, isInvisible, onWait: () => void (told += 1) };
    const outcome = await untilVisible(patience, attempt).catch((error: unknown) => error);
    return { outcome, slept: clock.slept, told };
  }
  const invisible = new Error('invisible');

  test('visible at once → no pause', async () => {
    expect(await wait([])).toEqual({ outcome: 'seen', slept: [], told: 0 });
  });

  test('invisible three times → pauses that double; those of a second or more are told', async () => {
    expect(await wait([invisible, invisible, invisible])).toEqual({
      outcome: 'seen',
      slept: [500, 1000, 2000],
      told: 2,
    });
  });

  test('another error → thrown at once', async () => {
    const other = new Error('denied');
    expect(await wait([other])).toMatchObject({ outcome: other, slept: [] });
  });

  test('invisible until time is up → the last error', async () => {
    const last = new Error('invisible');
    const errors = [...Array.from({ length: 2 }, () => invisible), last];
    expect(await wait(errors, 2_000)).toMatchObject({ outcome: last, slept: [500, 1000] });
  });
});
