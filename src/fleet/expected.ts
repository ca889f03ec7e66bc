import { problemWith } from '../inputs/problem.ts';
import type { Problem } from '../errors/diagnostic.ts';

/** What of `expected_plan` is about which target. Pure. */

/** One digest of all; what is expected of each target, by its name; or why it can be neither. */
export type Expected =
  | { readonly digest: string }
  /** undefined = nobody reviewed that target, or its plan could not be made. */
  | { readonly of: (name: string) => string | undefined }
  | { readonly problem: Problem };

/** No plan has this digest: whoever expects it looks, and is refused before anything is written. */
export const NEVER = '0'.repeat(64);

/**
 * @param given - a digest, or an object: the output `plan` of a run over one target, or `plan` or `results` of one over several
 * @param isOne - whether one target alone is chosen
 */
export function readExpected(given: string, isOne: boolean): Expected {
  if (/^[0-9a-f]{64}$/.test(given)) return isOne ? { of: () => given } : { digest: given };
  const parsed = JSON.parse(given) as Readonly<Record<string, unknown>>;
  const isOfOne = Array.isArray(parsed['steps']);
  if (isOfOne && isOne) return { of: () => given };
  if (isOfOne || 'omitted' in parsed) {
    const because = isOfOne
      ? 'it is the plan of one target, and several are chosen'
      : 'it says that the plan was too long for an output';
    const remedy = 'Use the output plan_digest or results of the run that was reviewed.';
    return { problem: problemWith('expected_plan', 'input.invalid', { because, remedy }) };
  }
  return { of: (name) => expectedIn(Object.hasOwn(parsed, name) ? parsed[name] : undefined) };
}

/** Of a plan: the whole; of a result: its digest. */
function expectedIn(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { steps, digest } = entry as { readonly steps?: unknown; readonly digest?: unknown };
  if (Array.isArray(steps)) return JSON.stringify(entry);
  return typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

/** Nothing is done to a target that nobody has reviewed. */
export function notReviewed(): Problem {
  return {
    ...{ severity: 'error', code: 'plan.not-as-reviewed', subject: { input: 'expected_plan' } },
    attempted: 'apply the reviewed plan',
    because: 'expected_plan holds no digest for this target: it was not chosen then, or could not be read',
    remedy: 'Run mode plan for it, review that, and use the output plan_digest or results of that run.',
  };
}

/** What would be done is not what was reviewed, and one digest does not tell of which target. */
export function notAsReviewed(digest: string | undefined): Problem {
  return {
    ...{ severity: 'error', code: 'plan.not-as-reviewed', subject: { input: 'expected_plan' } },
    attempted: 'apply the reviewed plan',
    because:
      digest === undefined
        ? 'something could not be read, so the plan of all targets has no digest'
        : `the plan of all targets together has the digest ${digest} now`,
    remedy:
      'Review the plan below, and use its digest; or use the output results of the reviewed run as expected_plan, which tells the targets apart.',
  };
}
