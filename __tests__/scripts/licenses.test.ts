import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { licensesOf, packagesIn } from '../../scripts/licenses.mjs';

/** Whose license is given along with the bundle. */
const files: Readonly<Record<string, string>> = {
  'node_modules/a/package.json': '{"name":"a","license":"MIT"}',
  'node_modules/a/LICENSE.md': 'Do as you like.\n',
  'node_modules/a/licenses.js': 'none',
  'node_modules/b/package.json': '{"name":"b","license":"ISC","author":{"name":"B"}}',
  'node_modules/c/package.json': '{"name":"c","author":"C"}',
  'node_modules/d/package.json': '{"name":"d","license":"MIT"}',
};
const list = (folder: string): string[] =>
  Object.keys(files).flatMap((file) => (file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : []));
const read = (file: string): string => files[file] ?? '';

describe('the packages of a bundle', () => {
  test('are those of its modules, joined ones and nested ones too, each once', () => {
    const modules = [
      { nameForCondition: '/x/node_modules/@a/b/lib/c.js' },
      { nameForCondition: '/x/build/index.js', modules: [{ nameForCondition: '/x/node_modules/a/index.js' }] },
      { nameForCondition: '/x/node_modules/a/node_modules/@b/c/index.js' },
      { nameForCondition: '/x/node_modules/a/other.js' },
      { nameForCondition: null },
    ];
    expect(packagesIn({ modules })).toEqual([
      'node_modules/@a/b',
      'node_modules/a',
      'node_modules/a/node_modules/@b/c',
    ]);
  });
});

describe('licenses', () => {
  test('with their text, or where there is none, with the author', () => {
    expect(licensesOf(['node_modules/a', 'node_modules/b'], list, read)).toBe(
      'a\nMIT\nDo as you like.\n\nb\nISC\nCopyright B\n',
    );
  });

  test.each([
    ['no license', 'c', 'c says no license'],
    ['neither text nor author', 'd', "d says neither its license's text nor its author"],
  ])('%s: the build fails', (_what, name, said) => {
    expect(() => licensesOf([`node_modules/${name}`], list, read)).toThrow(said);
  });

  test('dist gives those of all that the action depends on, and of what those bring', () => {
    const given = readFileSync('dist/licenses.txt', 'utf8').split('\n');
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
    expect(given).toEqual(expect.arrayContaining([...Object.keys(dependencies), 'undici', 'gaxios', 'tunnel']));
  });
});
