// The kinds of things that are managed, as src declares them: each resource and each destination adds its own to `Kinds`,
// which is a type, and so known to nobody once the program runs.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const NAME = 'Kinds';

/** All of them, sorted. */
export function kinds() {
  const src = fileURLToPath(new URL('../src/', import.meta.url));
  const found = globSync('**/*.ts', { cwd: src }).flatMap((path) => kindsIn(path, readFileSync(src + path, 'utf8')));
  return [...new Set(found)].sort();
}

/** Those that a file declares. */
export function kindsIn(path, text) {
  if (!text.includes(`interface ${NAME}`)) return [];
  const found = [];
  const visit = (node) => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === NAME) found.push(...node.members.map(nameOf));
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

function nameOf({ name }) {
  if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name)))
    throw new Error(`A member of ${NAME} has no plain name: see scripts/kinds.mjs.`);
  return name.text;
}
