import type { InputCode } from '../errors/codes.ts';
import type { Diagnostic } from '../errors/diagnostic.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { Origin } from './run-report.ts';
import { HOME, VERSION } from './version.ts';

/** Where a message is explained: in the documents of this very release. Pure. */

const OF_INPUTS: readonly InputCode[] = ['input.invalid', 'input.missing', 'input.conflict', 'input.not-allowed'];

/** The anchor is the code itself; of a wrong input, its place in the reference. */
export function helpUrl({ action = HOME }: Origin, { code, subject }: Pick<Diagnostic, 'code' | 'subject'>): string {
  const isOfInput = subject !== undefined && 'input' in subject && OF_INPUTS.some((one) => one === code);
  const page = isOfInput ? `reference.md#${subject.input}` : `troubleshooting.md#${code}`;
  return `https://github.com/${action}/blob/v${VERSION}/docs/${page}`;
}

/** Each as a log shows it, once, with its link. */
export function withHelp(problems: readonly Diagnostic[], origin: Origin): string[] {
  return [...new Set(problems.map((problem) => helpful(problem, origin)))];
}

/** As a log shows it, with its link: whoever tells a problem tells it so. */
export function helpful(problem: Diagnostic, origin: Origin): string {
  return `${sentence(problem)} Help: ${helpUrl(origin, problem)}`;
}
