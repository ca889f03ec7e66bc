import { flat } from '../runner/inert.ts';

/** Markdown in which text stays text, whoever wrote it, and that fits where it goes. Pure. */

/** How much a report may show. */
export interface Limits {
  /** Of a table or a list. */
  readonly rows: number;
  /** Characters of a cell or line, before escaping. */
  readonly cell: number;
  /** Whether diagrams are shown. */
  readonly diagram: boolean;
}

const LEAST: Limits = { rows: 0, cell: 80, diagram: false };

/** From all to next to nothing: a report that does not fit folds more. */
const LEVELS: readonly Limits[] = [
  { rows: Infinity, cell: 4_000, diagram: true },
  { rows: Infinity, cell: 400, diagram: true },
  { rows: 200, cell: 300, diagram: true },
  { rows: 100, cell: 200, diagram: true },
  { rows: 50, cell: 200, diagram: true },
  { rows: 25, cell: 160, diagram: true },
  { rows: 25, cell: 120, diagram: false },
  { rows: 10, cell: 80, diagram: false },
  LEAST,
];

const BETWEEN = '\n\n';

/**
 * The fullest rendering of at most so many bytes; the shortest there is, where none fits.
 * @param partsOf - what is rendered, with blank lines between; of what does not fit, no more is asked for
 * @param end - after the last part
 */
export function fitting(most: number, partsOf: (limits: Limits) => Iterable<string>, end = ''): string {
  for (const limits of LEVELS) {
    const fitted = within(most, partsOf(limits), end);
    if (fitted !== undefined) return fitted;
  }
  return [...partsOf(LEAST)].join(BETWEEN) + end;
}

/** undefined = there is more. */
function within(most: number, parts: Iterable<string>, end: string): string | undefined {
  const taken: string[] = [];
  let bytes = Buffer.byteLength(end) - BETWEEN.length;
  for (const part of parts) {
    taken.push(part);
    bytes += Buffer.byteLength(part) + BETWEEN.length;
    if (bytes > most) return undefined;
  }
  return taken.join(BETWEEN) + end;
}

/**
 * Text that is nothing but text, and readable where nobody renders it. After Markdown is rendered, GitHub looks for mentions,
 * issues, commits and addresses in what is no code: words that could be one are code, so that they stay as they are, and can
 * be copied.
 */
export function cell(text: string, longest = Infinity): string {
  return onOneLine(text, longest)
    .replace(/\S+/g, (word) => (isReference(word) ? referenceIn(word) : escape(word)))
    .replace(/^(\d+)\./, '$1&#46;') // At the beginning of a line it would number a list, and the next two begin one.
    .replace(/^[-+]/, entity);
}

/** As code, without the punctuation of the sentence around it. */
function referenceIn(word: string): string {
  let [from, end] = [0, word.length];
  while (from < end && word.charAt(from) === '(') from += 1;
  while (from < end && '.,:;)'.includes(word.charAt(end - 1))) end -= 1;
  return [escape(word.slice(0, from)), code(word.slice(from, end)), escape(word.slice(end))].join('');
}

/** The same, as code. */
export function code(text: string, longest = Infinity): string {
  const line = onOneLine(text, longest);
  if (line === '') return '';
  // What would end a span of code, or be taken out of it in a table, is written out; so is what the runner would obey, and
  // what a reader of Markdown that knows fewer kinds of code than GitHub makes a link of.
  return /[`|\\<>&]|##\w*\[|www\./i.test(line) ? `<code>${escapeAll(line)}</code>` : `\`${line}\``;
}

/** The value of an attribute, between double quotes. */
export function attribute(text: string): string {
  return flat(text).replace(/[^A-Za-z0-9/._?=%]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}

function onOneLine(text: string, longest: number): string {
  return shorten(
    flat(text)
      .replace(/[^\S\u00A0]+/g, ' ')
      .trim(),
    longest,
  );
}

/** `@team`, `a@b.c`, `#1`, `GH-1`, `https://…`, `www.…`, `1f2e3d4`. */
function isReference(word: string): boolean {
  return /[@#]|:\/\/|www\.|\bGH-\d|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b/i.test(word);
}

function entity(character: string): string {
  return `&#${String(character.charCodeAt(0))};`;
}

/** There an underscore emphasizes nothing. */
function isWithinWord(text: string, from: number, to: number): boolean {
  return /^[A-Za-z0-9]/.test(text.charAt(from - 1)) && /^[A-Za-z0-9]/.test(text.charAt(to));
}

/** What is special in the middle of a line, and no more: the rest stays readable. */
function escape(text: string): string {
  return ofHtml(text)
    .replace(/[\\`*[\]|~$]/g, entity)
    .replace(/_+/g, (some, at: number, whole: string) =>
      isWithinWord(whole, at, at + some.length) ? some : '&#95;'.repeat(some.length),
    )
    .replace(/:(?=[\w+-]+:)/g, entity); // `:tada:` is a picture.
}

/** GFM makes a link of `www.…` in code of this kind too, and has no escape for it. */
function escapeAll(text: string): string {
  return ofHtml(text)
    .replace(/[\\`*_{}[\]()#+!|~$:@-]/g, entity)
    .replace(/www(?=\.)/gi, '$&\u200B');
}

function ofHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Too long a text without its middle: beginnings and ends tell most. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = Math.floor((longest - 3) / 2);
  // A pair of surrogates is never cut in two.
  return `${text.slice(0, half).replace(/[\uD800-\uDBFF]$/, '')} … ${text.slice(-half).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** A table; cells are escaped here, once. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  {
    cell: longest,
    code: codes = [],
  }: Pick<Limits, 'cell'> & { /** Which columns are code. */ readonly code?: readonly number[] },
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.map((cells) => line(cells.map((one, at) => (codes.includes(at) ? code : cell)(one, longest))));
  return [line(head.map((one) => cell(one))), line(head.map(() => '---')), ...body].join('\n');
}

/** A link. @param url - one of ours: it is not shortened */
export function link(text: string, url: string): string {
  return `<a href="${attribute(url)}">${inHtml(text)}</a>`;
}

/**
 * A list under a title, or under none; nothing where there is nothing.
 *
 * @param after - Markdown that follows a line, and counts as no part of it
 */
export function listOf(
  title: string | undefined,
  lines: readonly string[],
  limits: Limits,
  after: (line: string) => readonly string[] = () => [],
): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, limits.rows).map((line) => `- ${[cell(line, limits.cell), ...after(line)].join(' ')}`);
  const cut = lines.length - shown.length;
  const rest = cut > 0 ? [`- … and ${String(cut)} more: see the log`] : [];
  return [...(title === undefined ? [] : [`### ${title}`]), [...shown, ...rest].join('\n')];
}

/** Where HTML surrounds it, Markdown is not read: no span of code, and no escape but entities. */
function inHtml(text: string): string {
  return onOneLine(text, Infinity).replace(/\S+/g, (word) =>
    isReference(word) ? `<code>${escapeAll(word)}</code>` : escapeAll(word),
  );
}

/** What unfolds when somebody asks. */
export function details(title: string, parts: readonly string[]): string {
  return [`<details><summary>${inHtml(title)}</summary>`, ...parts, '</details>'].join('\n\n');
}
