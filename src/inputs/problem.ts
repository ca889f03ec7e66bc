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

/** Why something is empty that is written in the workflow. */
export const READS_AS_EMPTY =
  'A secret or variable that does not exist here reads as empty: in forks, for Dependabot, and where the job does not name the ' +
  'environment that holds it.';
