import { describe, expect, test } from '@jest/globals';
import { expectList, expectObject, expectTexts } from '../../../src/cloud/answer.ts';
import { pagesOf } from '../../../src/cloud/pages.ts';
import { UnreadableAnswer } from '../../../src/errors/unreadable.ts';

const nested = (levels: number): object => JSON.parse(`{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`) as object;

describe('whether an answer is what was asked for', () => {
  test.each(['<html>', '', null, undefined, 3, [], [{}], new Blob(['x']), nested(200_000)])(
    'no object: %#',
    (answer) => {
      expect(() => expectObject(answer)).toThrow(UnreadableAnswer);
      expect(() => expectTexts('x', answer as object, [])).toThrow(UnreadableAnswer);
      expect(() => expectList('x', answer as { a?: unknown }, 'a')).toThrow(UnreadableAnswer);
    },
  );

  test('an object of usual depth → itself', () => {
    const answer = nested(50);
    expect(expectObject(answer)).toBe(answer);
  });

  test.each([{}, { etag: '' }, { etag: 3 }, { etag: null }])('a part that is missing: %j → which', (answer) => {
    expect(() => expectTexts('policy', answer as { etag?: unknown }, ['etag'])).toThrow(
      'it is no policy: etag is missing',
    );
  });

  test.each([{}, { keys: [] }, { keys: [{}] }])('a list, or none: %j → itself', (answer) => {
    expect(expectList('list of keys', answer as { keys?: unknown }, 'keys')).toBe(answer);
  });

  test.each([{ keys: {} }, { keys: 'x' }, { keys: null }, { keys: ['x'] }])('no list: %j', (answer) => {
    expect(() => expectList('list of keys', answer as { keys?: unknown }, 'keys')).toThrow(UnreadableAnswer);
  });
});

describe('pages', () => {
  const read = async (next: (page: number) => string | undefined): Promise<number> => {
    let page = 0;
    const pages = pagesOf<number>((_token, check) => {
      page += 1;
      const following = next(page);
      check(following);
      return Promise.resolve({ items: [page], next: following });
    });
    for await (const items of pages) expect(items).toEqual([page]);
    return page;
  };

  test('a list that ends → all of it', async () => {
    expect(await read((page) => (page < 5 ? `after ${String(page)}` : undefined))).toBe(5);
  });

  test.each<[string, (page: number) => string]>([
    ['the same page for ever', () => 'again'],
    ['two pages by turns', (page) => `page ${String(page % 2)}`],
    ['always another one', (page) => String(page)],
  ])('%s → ends as an answer that cannot be used', async (_name, next) => {
    await expect(read(next)).rejects.toThrow(UnreadableAnswer);
  });
});
