import type { InputCode } from '../errors/codes.ts';
import type { Problem } from '../errors/diagnostic.ts';

/** What is wrong with an input; the sentence made of it names the input. */
export function problemWith(
  input: string,
  code: InputCode,
  { because, remedy }: Pick<Problem, 'because' | 'remedy'>,
): Problem {
  return { severity: 'error', code, subject: { input }, attempted: `read the input ${input}`, because, remedy };
}
