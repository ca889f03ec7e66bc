/** What somebody may have meant. Pure. */

/** More letters apart than this is another word. */
const FARTHEST = 3;

/** The candidate that is nearest to a word that is none; undefined = none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const most = Math.min(FARTHEST, Math.floor(word.length / 3));
  const ranked = candidates
    .filter((one) => Math.abs(one.length - word.length) <= most)
    .map((one) => ({ one, apart: distance(word.toLowerCase(), one.toLowerCase()) }))
    .sort((one, other) => one.apart - other.apart);
  const [first] = ranked;
  return first !== undefined && first.apart <= most ? first.one : undefined;
}

/** ` Did you mean location?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `Did you mean ${found}? `;
}

/** Letters to insert, delete or replace (Levenshtein). */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_none, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
