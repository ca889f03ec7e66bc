import { withoutPrivateKeys } from '../secret.ts';

/** Text, whoever wrote it, that does nothing where it is printed. Pure. */

/**
 * What nobody sees and something obeys: control characters, line and paragraph separators, marks of direction, whatever has
 * no width, and halves of pairs. The runner compares by culture, and so looks through many of them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** On one line, every character of which is seen, and none of which is a private key. */
export function flat(text: string): string {
  return withoutPrivateKeys(text).replace(UNSEEN, ' ');
}

/**
 * A line in which GitHub's runner finds no command: it looks for `##[` anywhere, and for `::` at the start. Runners of others
 * look for `##vso[` and `##teamcity[`.
 */
export function inert(text: string): string {
  return flat(text)
    .replace(/##(?=\w*\[)/g, '# #')
    .replace(/^(\s*):(?=:)/, '$1: ');
}

/** JSON of the same meaning in which the runner finds no command either, where a workflow prints it. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'string' ? withoutPrivateKeys(one) : one))
    .replace(/(?<=##)\[/g, '\\u005b')
    .replace(UNSEEN, spelt);
}

/** As JSON spells what it cannot show: a surrogate each. */
function spelt(character: string): string {
  const units = Array.from({ length: character.length }, (_none, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
