/** What somebody writes who wants to be obeyed, for tests of whatever shows text of others. */
import fc from 'fast-check';

/** Text that is mostly what matters: pieces of commands, and what nobody sees. */
export const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('#', '##', '##[', '::', ':', '[', ']', ' ', '\n', '\r', '\t', '%0A', '%0D', '%25'),
      fc.constantFrom('stop-commands', 'set-output name=key', 'add-mask', 'error', 'group', 'endgroup', 'x'),
      fc.constantFrom('\u0000', '\u001b[31m', '\u0085', '\u00ad', '\u034f', '\u061c', '\u180e', '\u200b', '\u200d'),
      fc.constantFrom(
        '\u200e',
        '\u202e',
        '\u2028',
        '\u2029',
        '\u2060',
        '\u2066',
        '\u3000',
        '\u3164',
        '\ufe0f',
        '\ufeff',
      ),
      fc.constantFrom('\ud800', '\udc00', '\u{e0001}', '\u{1d173}'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** One text that tries everything at once; with a name, so that a test sees which field it came through. */
export function attack(name: string): string {
  return (
    `${name}##[stop-commands]x\n::stop-commands::y\r\n::set-output name=key::forged-${name}\u2028::add-mask::in sync` +
    `##[set-output name=result]forged-${name}\u202e\u200b::error title=forged::${name} @acme/everyone #1 www.evil.example ` +
    `https://evil.example/${name} <img src=x> [a](b) |\`$(touch pwned);'"touch pwned"`
  );
}
