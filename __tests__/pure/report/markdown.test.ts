import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { attack, hostile } from '../../../harness/hostile-text.ts';
import { attribute, cell, code, details, listOf, table } from '../../../src/report/markdown.ts';

const markdown = new MarkdownIt({ html: true, linkify: true });
const limits = { rows: 100, cell: Infinity, diagram: true };
const decode = (html: string): string =>
  html
    .replace(/&#(\d+);/g, (_all, number: string) => String.fromCodePoint(Number(number)))
    .replace(/&(lt|gt|quot|amp);/g, (_all, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? '');
/** What GitHub looks through for mentions, issues, commits and addresses, once Markdown is rendered. */
const looked = (html: string): string => decode(html.replace(/<code>[\s\S]*?<\/code>/g, ' ').replace(/<[^>]*>/g, ' '));
const REFERENCE = /(?:^|\W)[@#]\w|www\.|:\/\/|\w@\w|\bGH-\d|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b/i;

/** Every way in which text becomes Markdown. */
const ways: readonly (readonly [string, (text: string) => string])[] = [
  ['a list', (text) => listOf('Title', [text, text], limits).join('\n\n')],
  ['a table', (text) => table(['a', 'b'], [[text, text]], { cell: Infinity, code: [0] })],
  ['a heading', (text) => `## ${cell(text)}`],
  ['bold text', (text) => `**x ${cell(text)} x**`],
  ['what is folded', (text) => details(text, [cell(text)])],
];

describe('text in Markdown', () => {
  test.each([
    ['@acme/everyone', '`@acme/everyone`'],
    ['see #1', 'see `#1`'],
    ['GH-1', '`GH-1`'],
    ['acme/data#1', '`acme/data#1`'],
    ['www.evil.example', '<code>www\u200B.evil.example</code>'],
    ['https://evil.example', '`https://evil.example`'],
    ['eve@evil.example', '`eve@evil.example`'],
    ['the key 0123456789ab was', 'the key `0123456789ab` was'],
    ['defaced facade', 'defaced facade'],
    ['1. one', '1&#46; one'],
    ['    code', 'code'],
    ['a\n\n# b', 'a `#` b'],
    ['--- ***', '&#45;-- &#42;&#42;&#42;'],
    ['Drift: 1 missing.', 'Drift: 1 missing.'],
    ['acme-analytics.__segment_reverse_etl (EU)', 'acme-analytics.&#95;&#95;segment_reverse_etl (EU)'],
    ['done :tada:', 'done &#58;tada:'],
    ['@a|b', '<code>&#64;a&#124;b</code>'],
    ['access of a@b.c: WRITER (d@e.f).', 'access of `a@b.c`: WRITER (`d@e.f`).'],
    ['#::', '`#`::'],
  ])('%j → %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });

  test('code → copied as it is, but for what GFM would make a link of', () => {
    expect(code("gcloud x --member 'user:a@b.c' #1")).toBe("`gcloud x --member 'user:a@b.c' #1`");
    expect(code('www.evil.example|`x`')).toBe('<code>www\u200B.evil.example&#124;&#96;x&#96;</code>');
  });

  test.each(ways)('%s: hostile text → no tag, no link, no mention, no issue, no other shape', (_name, way) => {
    const shape = (html: string): string[] => (html.match(/<[^>]*>/g) ?? []).filter((tag) => !/^<\/?code>$/.test(tag));
    const expected = shape(markdown.render(way('harmless')));
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' }), fc.constant(attack('x'))), (text) => {
        fc.pre(text.trim() !== '');
        const html = markdown.render(way(`x ${text}`));
        expect(shape(html)).toEqual(expected);
        expect(looked(html)).not.toMatch(REFERENCE);
      }),
      { numRuns: 500 },
    );
  });

  test('an attribute → cannot be ended, and leads where it did', () => {
    const url = 'https://github.example/a-b/actions/runs/1?x=y&z="><b>';
    const [, written = ''] = /href="([^"]*)"/.exec(`<a href="${attribute(url)}">`) ?? [];
    expect(decode(written)).toBe(url);
    expect(attribute(url)).not.toMatch(/[<>"&](?!#\d)/);
  });
});
