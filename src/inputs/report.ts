import type { InputReader } from './parse.ts';
import { modes } from './modes.ts';
import type { Mode } from './modes.ts';
import { Secret } from '../secret.ts';

/** The inputs that say how a run reports, and what a report may let happen. */
export interface ReportInputs {
  readonly comment: 'always' | 'on-change' | 'never';
  /** Writes the comment. */
  readonly commentToken: Secret | undefined;
  readonly failOn: FailOn;
  /** Path, from the workspace or absolute. */
  readonly sarifFile: string | undefined;
  /** The output `plan_digest` or the output `plan` of the run that was reviewed. */
  readonly expectedPlan: string | undefined;
}

const failures = ['any', 'missing', 'surplus', 'never'] as const;
/** Which drift makes `check` red. `missing`: what the access mode asks for is not there, or not as it should be. */
export type FailOn = (typeof failures)[number];

export function readReportInputs(read: InputReader, mode: Mode): ReportInputs {
  const token = read.optional('comment_token');
  return {
    comment: read.oneOf('comment', ['always', 'on-change', 'never'] as const, 'on-change'),
    commentToken: token === undefined ? undefined : new Secret(token),
    failOn: read.oneOf('fail_on', failures, 'any'),
    sarifFile: readPath(read),
    expectedPlan: readExpectedPlan(read, mode),
  };
}

/** A path from the workspace, or an absolute one such as in the runner's own folder for what lasts as long as the job. */
function readPath(read: InputReader): string | undefined {
  const given = read.optional('sarif_file');
  if (given === undefined) return undefined;
  const isPath = !given.split(/[\\/]/).includes('..') && !/\p{Cc}/u.test(given) && !/[\\/]$/.test(given);
  if (!isPath) read.complain('sarif_file', given, 'the path of a file, without .., such as segment.sarif');
  return given;
}

function readExpectedPlan(read: InputReader, mode: Mode): string | undefined {
  const given = read.optional('expected_plan');
  if (given === undefined) return undefined;
  if (!/^[0-9a-f]{64}$/.test(given) && !isObject(given))
    read.complaints.push(
      'expected_plan: it must be the output plan_digest (64 hexadecimal digits) or the output plan (JSON) of the run that was reviewed.',
    );
  if (!modes[mode].writes || modes[mode].cutsOff)
    read.complaints.push(`expected_plan: it has no meaning in mode ${mode}, which carries no plan out.`);
  return given;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false; // Then it is not JSON, and the caller complains.
  }
}
