import { expect, test } from '@jest/globals';
import { kinds, kindsIn } from '../../scripts/kinds.mjs';

const declared = (members: string): string =>
  `import x from 'y';\ndeclare module '../address.ts' {\n  interface Kinds {\n${members}\n  }\n}`;

test('members of Kinds, however they are written → kinds', () => {
  expect(kindsIn('a.ts', declared(`readonly role: true; 'key-ring': true`))).toEqual(['role', 'key-ring']);
});

test.each([
  ['another interface', 'interface KindsOfOthers { readonly role: true }'],
  ['nothing but a word in a comment', '// interface Kinds { readonly role: true }'],
  ['an interface without members', 'export interface Kinds extends Record<never, true> {}'],
])('%s → no kinds', (_name, text) => {
  expect(kindsIn('a.ts', text)).toEqual([]);
});

test.each(['[name: string]: true', '[role]: true'])('%s → nobody guesses', (member) => {
  expect(() => kindsIn('a.ts', declared(member))).toThrow('A member of Kinds has no plain name');
});

test('those of src: of resources and of destinations, sorted, each once', () => {
  const all = kinds();
  expect(all).toEqual(expect.arrayContaining(['role', 'datasets', 'github-secret', 'step-output']));
  expect(all).toEqual([...new Set(all)].sort());
});
