import { modes } from '../inputs/modes.ts';
import type { Commenting } from '../inputs/options.ts';
import { problemsTold } from './diagnostics.ts';
import { attribute } from './markdown.ts';
import { worthListing } from './models-table.ts';
import type { Origin, RunReport } from './run-report.ts';
import { renderReport } from './summary.ts';
import { digestIn } from './plan-json.ts';

/** The one comment of a target on a pull request: found again by what it hides, left as it is when nothing changed. Pure. */

/** A comment as it should be. */
export interface CommentText {
  /** Hidden in the body: by it the comment is found again. */
  readonly marker: string;
  readonly body: string;
}

export function renderComment(report: RunReport): CommentText {
  const { origin } = report;
  return commentOf({ marker: markerOf(report), digest: digestIn(report), origin, text: renderReport(report) });
}

/** What a comment is made of. */
export interface CommentParts {
  readonly marker: string;
  /** Of the plan that it shows; undefined = it has none. */
  readonly digest: string | undefined;
  readonly origin: Origin;
  /** What it says, cut to what a comment may hold. */
  readonly text: string;
}

export function commentOf({ marker, digest, origin, text }: CommentParts): CommentText {
  const plan = digest === undefined ? [] : [planMark(digest)];
  return { marker, body: [marker, ...plan, text, ...footer(origin)].join('\n\n') };
}

/** Hidden in a comment: tells a later run which plan it shows. */
export function planMark(digest: string): string {
  return `<!-- plan ${digest} -->`;
}

function footer(origin: Origin): string[] {
  const run = runOf(origin);
  return run === undefined ? [] : [`<sub>${run}</sub>`];
}

/** Which run says so, and of which commit; undefined outside a runner. */
export function runOf({ commit, runNumber, runUrl }: Origin): string | undefined {
  if (runUrl === undefined) return undefined;
  const name = runNumber === undefined ? 'View workflow run' : `Run #${runNumber}`;
  const of = commit === undefined ? '' : ` for ${commit.slice(0, SHORT_COMMIT)}`;
  return `<a href="${attribute(runUrl)}">${name}</a>${of}`;
}

const SHORT_COMMIT = 7;
const RUN = /(\/actions\/runs\/)\d+(?:">View workflow run|">Run #\d+)<\/a>(?: for [0-9a-f]{7})?(?=<\/sub>$)/;

/** Whether two comments say the same, word by word: which run says so, and of which commit, does not count. */
function isSame(one: string, other: string): boolean {
  return withoutRun(one) === withoutRun(other);
}

function withoutRun(body: string): string {
  const lines = body.replaceAll('\r\n', '\n').trimEnd();
  return lines.replace(RUN, '$1');
}

/** One per target: the account is what makes one; and one more for its models, of a run that looks at these alone. */
export function markerOf({ target, mode }: RunReport): string {
  const about = modes[mode].compares ? '' : ` ${mode}`;
  return `<!-- segment-reverse-etl-bigquery ${target.projectId}/${target.names.accountId}${about} -->`;
}

/** When a first comment is made. */
export interface When {
  readonly comment: Commenting;
  /** Whether anything differs, blocks, or does not hold. */
  readonly isWorthSaying: boolean;
}

/** @param standing - body of the comment that is there; undefined = there is none */
export function decideComment(
  text: CommentText,
  standing: string | undefined,
  when: When,
): 'create' | 'update' | 'none' {
  if (when.comment === 'never') return 'none';
  if (standing !== undefined) return isSame(standing, text.body) ? 'none' : 'update';
  return when.comment === 'always' || when.isWorthSaying ? 'create' : 'none';
}

export function isWorthSaying(report: RunReport): boolean {
  const { plan, verification, verdict } = report;
  return (
    verdict.fails ||
    hasModelsToTell(report) ||
    problemsTold(report).length > 0 ||
    (plan?.steps ?? []).some(({ action, differences }) => action === 'unknown' || differences.length > 0) ||
    (verification?.proofs ?? []).some(({ outcome }) => outcome === 'fails' || outcome === 'not yet effective')
  );
}

/** Models that are as they were, and in which nothing is wrong, are no news. */
function hasModelsToTell({ models: report }: RunReport): boolean {
  if (report === undefined) return false;
  const isChanged = report.models.some(({ change }) => change.kind !== 'none' && change.kind !== 'not compared');
  return isChanged || worthListing(report).length > 0;
}
