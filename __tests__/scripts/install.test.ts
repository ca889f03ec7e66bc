import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { START, allPaths, isInstalled, neededBy, partOf } from '../../scripts/lock.mjs';
import type { Packages } from '../../scripts/lock.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Packages };

/** A project that needs a, and may have opt; b is needed twice, in two versions. */
const packages: Packages = {
  '': { dependencies: { a: '1' }, optionalDependencies: { opt: '1', gone: '1' } },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a', dependencies: { b: '1', c: '1' } },
  'node_modules/a/node_modules/b': { version: '1.0.0', integrity: 'sha512-b1' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b2' },
  'node_modules/c': { version: '1.0.0', integrity: 'sha512-c', dependencies: { b: '2' } },
  'node_modules/opt': { version: '1.0.0', integrity: 'sha512-opt', optional: true },
  'node_modules/other': { version: '1.0.0', integrity: 'sha512-other' },
};
const { '': _project, ...all } = packages;

describe('what is needed', () => {
  test('a package → it, what it needs, each as Node finds it, and what is optional', () => {
    expect(neededBy(['a'], packages)).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/b',
      'node_modules/c',
      'node_modules/opt',
    ]);
  });

  test('a package that the lock does not know → an error that names it', () => {
    expect(() => neededBy(['none'], packages)).toThrow('package-lock.json has no none, which the project needs');
  });
});

describe('what is installed', () => {
  const paths = allPaths(packages);
  const without = (path: string): Packages => Object.fromEntries(Object.entries(all).filter(([one]) => one !== path));

  test.each<[string, Packages | undefined, boolean]>([
    ['npm ci, by whomever', all, true],
    ['nothing', undefined, false],
    ['all but an optional package', without('node_modules/opt'), true],
    ['all but one that is needed', without('node_modules/c'), false],
    ['another version', { ...all, 'node_modules/c': { version: '1.0.1', integrity: 'sha512-c' } }, false],
    ['another content', { ...all, 'node_modules/c': { version: '1.0.0', integrity: 'sha512-x' } }, false],
  ])('%s → %#: as expected', (_name, installed, expected) => {
    expect(isInstalled(paths, packages, installed)).toBe(expected);
  });

  test('a part → whole for whoever needs that part alone', () => {
    const installed = without('node_modules/other');
    expect(isInstalled(neededBy(['a'], packages), packages, installed)).toBe(true);
    expect(isInstalled(paths, packages, installed)).toBe(false);
  });
});

/** Packages that these files import, and files that they import in turn, however late. */
function packagesOf(entries: readonly string[]): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const walk = (node: ts.Node): void => {
      const isImport = ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
      const isLate = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
      const specifier = isImport ? node.moduleSpecifier : isLate ? node.arguments[0] : undefined;
      const text = specifier !== undefined && ts.isStringLiteral(specifier) ? specifier.text : '';
      if (text.startsWith('.')) visit(join(dirname(path), text));
      else if (text !== '' && !text.startsWith('node:')) found.add(text.split('/').slice(0, 1).join(''));
      ts.forEachChild(node, walk);
    };
    walk(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  };
  entries.forEach(visit);
  return [...found].sort();
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : path.endsWith('.ts') ? [path] : [];
  });

describe('npm start', () => {
  test('what the demo and the simulator import → all of it is installed, and nothing else', () => {
    expect(packagesOf([`${root}demo/main.ts`, ...filesIn(`${root}simulator`)])).toEqual([...START].sort());
  });

  test('its packages → a few of the lock, with the same checksums', () => {
    const paths = neededBy(START, lock.packages);
    const part = partOf(paths, lock);
    expect(paths.length).toBeLessThan(30);
    for (const path of paths) expect(part.lock.packages[path]).toEqual(lock.packages[path]);
  });
});

describe('Node', () => {
  test('the one of the project: every platform that has it → the same version, which .node-version names', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    const versions = new Set(Object.values(optionalDependencies));
    expect([...versions]).toEqual([readFileSync(`${root}.node-version`, 'utf8').trim()]);
    for (const name of Object.keys(optionalDependencies))
      expect(lock.packages[`node_modules/${name}`]?.version).toBe([...versions][0]);
  });
});
