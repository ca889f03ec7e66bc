import { spell } from '../address.ts';
import { canonical, digestOf, reviewable } from '../engine/digest.ts';
import type { Reviewed } from '../engine/digest.ts';
import { chosenOf } from '../engine/plan.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { differenceLine } from './differences.ts';
import { plannedIn } from './plan-json.ts';
import type { PlanJson } from './plan-json.ts';

/** Whether what would be done is what was reviewed. Pure. */

/** What is asked for, and what would be done. */
export interface Planned {
  readonly plan: PlanView;
  /** The inputs that a review covers, by their names. */
  readonly reviewed: Reviewed['target'];
}

/** How a plan differs from the one that was reviewed. */
export interface Comparison {
  readonly problem: Problem;
  /** For the log, line by line: `-` was reviewed, `+` is what this run would do. */
  readonly lines: readonly string[];
}

const ATTEMPTED = 'carry out the reviewed plan';

/**
 * @param expected - the output `plan_digest`, or the whole output `plan`
 * @returns undefined when they are the same
 */
export function compareWithReviewed(now: Planned, expected: string): Comparison | undefined {
  const review = reviewable(now.plan, now.reviewed);
  if ('unread' in review) {
    const because = `the plan of this run is not known: ${review.unread.map(spell).join(', ')} could not be read`;
    return { problem: problem(because, 'See the message about that.'), lines: [] };
  }
  const before = readExpected(expected);
  const digest = digestOf(review);
  if (before.digest === digest) return undefined;
  const wanted = before.digest ?? before.why;
  const lines = before.planned === undefined ? added(deedsOf(now)) : changes(linesOf(before.planned), linesOf(now));
  const known =
    before.planned === undefined ? 'only a digest was given, so what differs cannot be told; this run would do: ' : '';
  const told = lines.length === 0 ? 'this run would change nothing' : known + lines.join('; ');
  return {
    problem: problem(
      `the plan does not match expected_plan (expected ${wanted}, got ${digest}): ${told}`,
      'Something has changed since the review: in the workflow, or in the project. Run mode plan again, review what it says, ' +
        'and use its digest.',
    ),
    lines: ['Plan does not match expected_plan:', ...lines],
  };
}

function problem(because: string, remedy: string): Problem {
  return { severity: 'error', code: 'plan.not-as-reviewed', attempted: ATTEMPTED, because, remedy };
}

/** What was reviewed, as far as it is known. */
type Expected =
  | { readonly digest: string; readonly planned?: Planned }
  | { readonly digest?: undefined; readonly why: string; readonly planned?: undefined };

function readExpected(expected: string): Expected {
  if (/^[0-9a-f]{64}$/.test(expected)) return { digest: expected };
  try {
    const json = JSON.parse(expected) as PlanJson;
    const planned = { plan: plannedIn(json), reviewed: json.target };
    const review = reviewable(planned.plan, planned.reviewed);
    if ('unread' in review || typeof json.digest !== 'string') return { why: 'a plan without a digest' };
    // A plan that was cut or changed on its way is nobody's review.
    if (digestOf(review) !== json.digest) return { why: 'a plan that was changed after it was made' };
    return { digest: json.digest, planned };
  } catch {
    return { why: 'no plan of this version' };
  }
}

/** Something that a person reads, and what makes it the same as another whatever its words. */
interface Line {
  readonly identity: string;
  readonly words: string;
}

/** All that a review covers. */
function linesOf(planned: Planned): Line[] {
  const inputs = Object.entries(planned.reviewed).filter(([, value]) => value !== undefined);
  return [...inputs.map(([name, value]) => inputLine(name, value)), ...deedsOf(planned)];
}

function inputLine(name: string, value: unknown): Line {
  const words = `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  return { identity: words, words };
}

/** What would be done. */
function deedsOf({ plan }: Planned): Line[] {
  return plan.steps.flatMap((step) =>
    chosenOf(step, plan.prune).map((difference): Line => {
      const { code, change } = difference;
      const identity = canonical([step.address, step.action, code, change]);
      return { identity, words: `${step.action} ${spell(step.address)}: ${differenceLine(difference)}` };
    }),
  );
}

function added(lines: readonly Line[]): string[] {
  return lines.map(({ words }) => `+ ${words}`);
}

function changes(before: readonly Line[], now: readonly Line[]): string[] {
  const missingIn = (lines: readonly Line[], { identity }: Line): boolean =>
    lines.every((line) => line.identity !== identity);
  return [
    ...before.filter((line) => missingIn(now, line)).map(({ words }) => `- ${words}`),
    ...added(now.filter((line) => missingIn(before, line))),
  ];
}
