import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ts from 'typescript';
import { attack, hostile } from '../../../harness/hostile-text.ts';
import { shell } from '../../../src/errors/shell.ts';

/** The words that a shell hands to gcloud for each of these commands. */
function wordsOf(commands: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'));
  writeFileSync(join(folder, 'gcloud'), '#!/bin/sh\nprintf \'%s\\0\' "$@" end >> words\n', { mode: 0o755 });
  writeFileSync(join(folder, 'script'), commands.join('\n'));
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const { status, stderr } = spawnSync('bash', ['script'], { cwd: folder, env, encoding: 'utf8' });
  expect({ status, stderr, files: readdirSync(folder).sort() }).toEqual({
    ...{ status: 0, stderr: '', files: ['gcloud', 'script', 'words'] },
  });
  const words: string[][] = [[]];
  for (const word of readFileSync(join(folder, 'words'), 'utf8').split('\0')) {
    if (word === 'end') words.push([]);
    else words.at(-1)?.push(word);
  }
  return words.slice(0, -1);
}

describe('a command for copy and paste', () => {
  test('holes → a quoted word each, a list → several, a line break → a space', () => {
    expect(shell`gcloud x ${'a b'}
      --y=${"it's"} ${['c', '$d']}`).toBe(`gcloud x 'a b' --y='it'\\''s' 'c' '$d'`);
  });

  test.each([
    'fix;touch${IFS}pwned;#',
    '$(touch pwned)',
    '`touch pwned`',
    "' ; touch pwned ; '",
    '\\',
    '!!',
    '',
    attack('x'),
  ])('a name of somebody else, %j → reaches the program as it is, and does nothing else', (name) => {
    expect(wordsOf([shell`gcloud a ${name} --b=${name} ${[name, 'c']} d`])).toEqual([
      ['a', name, `--b=${name}`, name, 'c', 'd'],
    ]);
  });

  test('any names → never leave their quotes', () => {
    const name = hostile.map((text) => text.replace(/[\0\p{Cs}]/gu, '')).filter((text) => text !== 'end');
    const names = fc.sample(fc.tuple(name, name), 500);
    const expected = names.map(([one, other]) => ['a', one, `--b=${other}`]);
    expect(wordsOf(names.map(([one, other]) => shell`gcloud a ${one} --b=${other}`))).toEqual(expected);
  });
});

describe('every printed command', () => {
  const root = fileURLToPath(new URL('../../../src', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const found: ts.TemplateLiteral[] = [];
  for (const path of files) {
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'shell') found.push(node.template);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true));
  }

  test('there are some', () => {
    expect(found.length).toBeGreaterThan(15);
  });

  test.each(found.map((template) => [template.getText(), template] as const))(
    '%s: no hole stands in quotes',
    (_text, template) => {
      const parts = ts.isNoSubstitutionTemplateLiteral(template)
        ? [template.text]
        : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
      for (const [index, part] of parts.entries()) {
        expect((part.match(/['"]/g) ?? []).length % 2).toBe(0);
        if (index < parts.length - 1) expect(part).toMatch(/[\s=]$/);
        if (index > 0) expect(part).toMatch(/^(?:\s|$)/);
      }
    },
  );
});
