import { ApiError } from '../errors/api-error.ts';
import { explain } from '../errors/explain.ts';
import { modes } from '../inputs/modes.ts';
import type { Mode } from '../inputs/modes.ts';
import type { RunEvent } from '../runner/event.ts';
import type { Runner } from '../runner/runner.ts';
import type { Secret } from '../secret.ts';
import type { Clock } from '../time.ts';
import { withApplied } from './applied.ts';
import type { Applied } from './applied.ts';
import { withHelp } from './help.ts';
import { problemOf } from './publish-comment.ts';
import type { RunReport } from './run-report.ts';

/** What to write back, once it is known that somebody wants it. */
export interface WritingBack {
  readonly mode: Mode;
  readonly reporting: RunReport['reporting'];
  readonly render: () => Applied;
}

/**
 * Writes into the comment of the merged pull request in which run its plan was applied. Nothing of it may fail the run: that
 * has done what it is for. A job that was never given the right to comment is told so in the log, and not by a warning: most
 * of them comment on nothing.
 */
export async function writeBack(runner: Runner, writing: WritingBack, clock: Clock): Promise<void> {
  const place = placeOf(runner.event, writing);
  if (place === undefined) return;
  const { log } = runner;
  try {
    // Octokit is big, and most runs were not pushed.
    const { mergedPulls } = await import('../cloud/github/merged-pulls.ts');
    const { pullComments } = await import('../cloud/github/comments.ts');
    const applied = writing.render();
    for (const number of await mergedPulls(log, { ...place, clock })) {
      const comments = pullComments(log, { ...place, number, clock });
      const standing = await comments.find(applied.marker);
      if (standing === undefined) continue;
      await comments.update(standing.id, withApplied(standing.body, applied));
      log.say(`Noted on pull request ${String(number)} what became of its plan.`);
    }
  } catch (error) {
    const problems = error instanceof ApiError ? [problemOf(error)] : explain(error);
    const isNotGranted = error instanceof ApiError && (error.code === 403 || error.code === 404);
    withHelp(problems, runner.event.origin).forEach(isNotGranted ? log.say : log.warn);
  }
}

/** What GitHub is asked about, and as whom. */
interface Place {
  readonly token: Secret;
  readonly apiUrl: string;
  readonly repository: string;
  readonly commit: string;
}

/**
 * A push is the merge itself; by hand somebody applies what was reviewed. A schedule comes back to the same commit for as long
 * as nothing is merged, and says nothing of that pull request.
 */
function placeOf(event: RunEvent, { mode, reporting }: WritingBack): Place | undefined {
  const { name, repository, apiUrl, origin } = event;
  const { comment, commentToken: token, expectedPlan } = reporting;
  const isOfMerge = name === 'push' || (name === 'workflow_dispatch' && expectedPlan !== undefined);
  if (!modes[mode].appliesPlan || !isOfMerge || comment === 'never') return undefined;
  if (token === undefined || repository === undefined || origin.commit === undefined) return undefined;
  return { token, apiUrl, repository, commit: origin.commit };
}
