import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesIn(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** Every file of ours that a file imports, types included, however late. */
function importsOf(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isStatic = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const isLate = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const specifier = isStatic ? node.moduleSpecifier : isLate ? node.arguments[0] : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier) && specifier.text.startsWith('.'))
      found.push(join(dirname(path), specifier.text));
    ts.forEachChild(node, visit);
  };
  visit(parse(path));
  return found;
}

/** The first circle of imports; undefined = there is none. */
function circleIn(files: readonly string[]): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const walk = (file: string): string[] | undefined => {
    if (state.get(file) === 'done') return undefined;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    path.push(file);
    for (const next of importsOf(file)) {
      const circle = walk(next);
      if (circle !== undefined) return circle;
    }
    path.pop();
    state.set(file, 'done');
    return undefined;
  };
  return files.map(walk).find((circle) => circle !== undefined);
}

/** Interfaces and object types with more members of their own than this. */
function wideRecords(path: string, most: number): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const members = ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) ? node.members : undefined;
    if (members !== undefined && members.length > most) {
      const name = ts.isInterfaceDeclaration(node) ? node.name.text : 'a type';
      found.push(`${relative(root, path)}: ${name} has ${String(members.length)} members`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(path));
  return found;
}

describe.each(['src', 'simulator'])('the house of %s', (folder) => {
  const files = filesIn(join(root, folder));

  test('imports: whatever is imported, value or type → no circle', () => {
    expect(circleIn(files)?.map((file) => relative(root, file))).toBeUndefined();
  });

  test('names: a file says what is in it → none is called utils, helpers, common, lib or types', () => {
    expect(files.filter((file) => /\/(?:utils?|helpers?|common|lib|types|misc)\.ts$/.test(file))).toEqual([]);
  });

  test('suppressions: nothing is silenced → none', () => {
    const silenced = files.filter((file) =>
      /eslint-disable|@ts-(?:ignore|expect-error|nocheck)|istanbul ignore/.test(readFileSync(file, 'utf8')),
    );
    expect(silenced).toEqual([]);
  });
});

describe('the house of src', () => {
  const files = filesIn(join(root, 'src'));

  test('top level: the story and a few words that all share → at most 8 files beside the chapters', () => {
    const flat = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts'));
    expect(flat.length).toBeLessThanOrEqual(8);
  });

  test('records: whatever is passed on → at most 12 members', () => {
    expect(files.flatMap((file) => wideRecords(file, 12))).toEqual([]);
  });
});
