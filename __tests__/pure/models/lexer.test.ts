import { describe, expect, test } from '@jest/globals';
import { tokensIn } from '../../../src/models/lexer.ts';
import { corpus } from './corpus.ts';
import { foundIn, modelWith } from './model-of.ts';

/** Queries as people write them: what is text, what is a comment, and what is wrong. */
describe('the lexer', () => {
  test('the corpus → at least 60 queries', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
  });

  test.each(corpus.map((specimen) => [specimen.what, specimen] as const))(
    '%s → its strings, comments and names',
    (_what, one) => {
      const tokens = tokensIn(one.sql);
      const of = (...kinds: readonly string[]): string[] =>
        tokens.flatMap(({ kind, text }) => (kinds.includes(kind) ? [text] : []));
      expect(of('string')).toEqual(one.strings ?? []);
      expect(of('line comment', 'block comment')).toEqual(one.comments ?? []);
      expect(of('name')).toEqual(one.quoted ?? []);
      // Nothing is lost, and nothing is moved.
      expect(tokens.map(({ text }) => text).join('')).toBe(
        one.sql.replace(/\s/g, '') === '' ? '' : withoutSpace(one.sql, tokens),
      );
      for (const { at, text } of tokens) expect(one.sql.slice(at, at + text.length)).toBe(text);
    },
  );

  test.each(corpus.map((specimen) => [specimen.what, specimen] as const))(
    '%s → what is wrong offline',
    (_what, { sql, found = [] }) => {
      expect(foundIn(modelWith({ query: sql })).map(({ id }) => id)).toEqual(found);
    },
  );

  test('64 KiB of anything → read in a moment', () => {
    for (const piece of ["'", '"""', '`', '/*', '(', '@', 'a.', "r'\\", '-', '\\', 'LIMIT 1 ', '[(']) {
      const started = performance.now();
      foundIn(modelWith({ query: piece.repeat(65_535 / piece.length) }));
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});

/** The text, but for white space between tokens. */
function withoutSpace(sql: string, tokens: readonly { readonly at: number; readonly text: string }[]): string {
  const gaps = tokens.map(({ at, text }, index) => sql.slice(at + text.length, tokens[index + 1]?.at ?? sql.length));
  expect([sql.slice(0, tokens[0]?.at ?? 0), ...gaps].join('').trim()).toBe('');
  return tokens.map(({ text }) => text).join('');
}
