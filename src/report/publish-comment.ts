import { ApiError } from '../errors/api-error.ts';
import type { Clock } from '../time.ts';
import { decideComment, renderComment } from './comment.ts';
import { makeCall } from '../cloud/call.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { Runner } from '../runner/runner.ts';
import type { SummaryFacts } from './summary.ts';

/**
 * Keeps the one comment of this target on the pull request that started the run. Never on pull requests from forks: there the
 * summary says it all. A comment that cannot be written is a warning: the run is about something else.
 */
export async function commentOnPull(runner: Runner, facts: SummaryFacts, clock: Clock): Promise<void> {
  const { pull, repository, apiUrl, runUrl } = runner.event;
  const { comment, commentToken: token } = facts.inputs;
  if (comment === 'never' || token === undefined || repository === undefined) return;
  if (pull === undefined || pull.isFork) return;
  try {
    // Octokit is big, and most runs comment on nothing.
    const { pullComments } = await import('../cloud/github/comments.ts');
    const call = makeCall(clock, () => Promise.resolve(), runner);
    const comments = pullComments(call, { token, apiUrl, repository, number: pull.number, clock });
    const text = renderComment(facts, runUrl);
    const standing = await comments.find(text.marker);
    const what = decideComment(text, standing?.body, { comment, isWorthSaying: isWorthSaying(facts) });
    if (what === 'create') await comments.create(text.body, text.marker);
    if (what === 'update' && standing !== undefined) await comments.update(standing.id, text.body);
    const said = { create: 'has a comment now', update: 'has its comment updated', none: 'needs no new comment' }[what];
    runner.say(`Pull request ${String(pull.number)} ${said}.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const remedy =
      error.code === 403 || error.code === 404
        ? 'Give the job permissions: pull-requests: write (permissions of a job replace those of the workflow), or set comment: never. The summary of this run says the same.'
        : 'Run again later; the summary of this run says the same.';
    runner.warn(sentence({ attempted: error.call, because: error.words, remedy }));
  }
}

/** Whether anything differs, stands in the way, or does not hold. */
function isWorthSaying({ plan, refusals, proofs, ending }: SummaryFacts): boolean {
  return (
    ending.red ||
    refusals.length > 0 ||
    plan.steps.some(({ action, differences }) => action === 'unknown' || differences.length > 0) ||
    (proofs?.proofs ?? []).some(({ outcome }) => outcome !== 'holds')
  );
}
