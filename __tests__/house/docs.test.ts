import { readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { rows } from '../../src/errors/remedies/rows.ts';
import { inputGroups, rowsOf } from '../../src/inputs/schema.ts';
import { outputRows } from '../../src/inputs/outputs.ts';
import { helpUrl } from '../../src/report/help.ts';
import { VERSION } from '../../src/report/version.ts';

/** What people read of this action: every link leads somewhere, and every error to its explanation. */
const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const markdownIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}${name}`);
const pages = ['', 'docs/', 'docs/adr/', 'examples/', 'simulator/segment/', 'simulator/discovery/'].flatMap(markdownIn);

/** Outside of code, which holds no links. */
const prose = (text: string): string => text.replace(/^( *)```[\s\S]*?^\1```/gm, '').replace(/`[^`\n]*`/g, 'code');

/** As GitHub makes them of headings, the second of a name with a number; and those that are set by hand. */
function anchorsOf(path: string): Set<string> {
  const text = read(path).replace(/^( *)```[\s\S]*?^\1```/gm, '');
  const seen = new Map<string, number>();
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => {
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replace(/ /g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${String(count)}`;
  });
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

/** `[text](target)`, `src="target"`, `srcset="target"`. */
function targetsIn(path: string): string[] {
  const text = prose(read(path));
  return [...text.matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Why a link leads nowhere; undefined = it does not. */
function brokenBecause(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const to = path === '' ? page : new URL(path, new URL(page, 'file:///')).pathname.slice(1);
  try {
    statSync(new URL(to, root));
  } catch {
    return `${page}: ${target}: there is no ${to}`;
  }
  if (anchor === undefined || !to.endsWith('.md')) return undefined;
  return anchorsOf(to).has(anchor) ? undefined : `${page}: ${target}: no such heading`;
}

describe('documents', () => {
  test('relative links and their anchors → all lead somewhere', () => {
    const links = pages.flatMap((page) => targetsIn(page).map((target) => [page, target] as const));
    expect(links.length).toBeGreaterThan(100);
    expect(links.map(([page, target]) => brokenBecause(page, target)).filter((one) => one !== undefined)).toEqual([]);
  });

  test('a link to nowhere, and one to no heading → found by this very test', () => {
    expect(brokenBecause('README.md', 'docs/nowhere.md')).toBe(
      'README.md: docs/nowhere.md: there is no docs/nowhere.md',
    );
    expect(brokenBecause('docs/keys.md', '#nothing')).toBe('docs/keys.md: #nothing: no such heading');
    expect(brokenBecause('docs/keys.md', '../README.md#rights')).toBeUndefined();
  });

  test('README.md → one screen to success: at most 15 KB, the first workflow within its first third', () => {
    const text = read('README.md');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(15_000);
    expect(text.indexOf('mode: apply')).toBeLessThan(text.length / 2);
    expect(text).toMatch(/^## Rights$/m);
  });

  test('no page is only reached by its address', () => {
    const linked = new Set(
      pages.flatMap((page) =>
        targetsIn(page).map((target) =>
          new URL(target.split('#')[0] ?? '', new URL(page, 'file:///')).pathname.slice(1),
        ),
      ),
    );
    expect(markdownIn('docs/').filter((page) => !linked.has(page))).toEqual([]);
  });
});

describe('errors', () => {
  const literals = literalCodes();

  test('each code that an error can have → an anchor of its own in docs/troubleshooting.md', () => {
    const codes = [...new Set([...rows.map(({ code }) => code), ...literals])];
    expect(codes.length).toBeGreaterThan(100);
    const anchors = anchorsOf('docs/troubleshooting.md');
    expect(codes.filter((code) => !anchors.has(code))).toEqual([]);
  });

  test('anchors of codes → each of a code that there is', () => {
    const declared = [...read('src/errors/codes.ts').matchAll(/'([a-z-]+\.[a-z-]+)'/g)].map(([, code]) => code ?? '');
    const known = new Set<string>([...rows.map(({ code }) => code), ...declared]);
    const anchors = [...anchorsOf('docs/troubleshooting.md')].filter((anchor) => anchor.includes('.'));
    expect(anchors.filter((anchor) => !known.has(anchor))).toEqual([]);
  });

  test('each input and output → an anchor in docs/reference.md', () => {
    const anchors = anchorsOf('docs/reference.md');
    const names = [...rowsOf(inputGroups).map(({ input }) => input), ...Object.keys(outputRows)];
    expect(names.filter((name) => !anchors.has(name))).toEqual([]);
  });

  test('links → the page of this release, of where the runner got this action', () => {
    const origin = { workflowFile: undefined, runUrl: undefined };
    expect(helpUrl(origin, { code: 'key.forbidden' })).toBe(
      `https://github.com/OWNER/segment-reverse-etl-bigquery/blob/v${VERSION}/docs/troubleshooting.md#key.forbidden`,
    );
    expect(helpUrl({ ...origin, action: 'acme/fork' }, { code: 'input.invalid', subject: { input: 'location' } })).toBe(
      `https://github.com/acme/fork/blob/v${VERSION}/docs/reference.md#location`,
    );
    expect(helpUrl(origin, { code: 'report.not-written', subject: { input: 'sarif_file' } })).toMatch(
      /troubleshooting\.md#report\.not-written$/,
    );
  });
});

/** Codes of object literals that are problems or causes of failed access checks, and of the inputs' rules. */
function literalCodes(): string[] {
  const folder = new URL('src/', root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(new URL(file, folder), 'utf8'), ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node) && isTold(node)) found.push(...codesOf(node));
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

/** Whether it is, or becomes, something that is told as an error. */
function isTold(node: ts.ObjectLiteralExpression): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression.getText() === 'problem') return true;
  return /severity: 'error'|\battempted\b|\bisBroken\b|\bcause\b|\.\.\.unissued|service\.refused|code: 'config\./.test(
    node.getText(),
  );
}

function codesOf(node: ts.ObjectLiteralExpression): string[] {
  return [...node.getText().matchAll(/\bcode: '([a-z-]+\.[a-z-]+|defect)'/g)].map(([, code]) => code ?? '');
}
