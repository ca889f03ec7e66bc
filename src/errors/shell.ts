/**
 * A command to be copied into a terminal: whatever is filled in is one word of it, and stays one, whoever chose it. Every
 * printed command is made with this. Pure.
 *
 * @param words - a line break in it, with what surrounds it, is one space
 * @param holes - a list becomes several words
 */
export function shell(words: TemplateStringsArray, ...holes: readonly (string | readonly string[])[]): string {
  const filled = holes.map((hole) => (typeof hole === 'string' ? [hole] : hole).map(quote).join(' '));
  return words.map((part, index) => part.replace(/(?<!\s)\s*\n\s*/g, ' ') + (filled[index] ?? '')).join('');
}

/** Nothing within single quotes means anything to a shell but their end. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
