import { ApiError } from '../errors/api-error.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { explain } from '../errors/explain.ts';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../time.ts';
import { decideComment, isWorthSaying, renderComment } from './comment.ts';
import type { CommentText } from './comment.ts';
import { withHelp } from './help.ts';
import type { RunReport } from './run-report.ts';

const SAID = { create: 'Added a comment to', update: 'Updated comment on', none: 'No new comment needed on' };

/** What a comment is made of, once somebody wants one. */
export interface Commented {
  readonly reporting: RunReport['reporting'];
  readonly render: () => CommentText;
  readonly isWorthSaying: boolean;
}

/** Keeps the one comment of this target on the pull request that started the run. */
export function keepComment(runner: Runner, report: RunReport, clock: Clock): Promise<void> {
  const { reporting } = report;
  return keepOneComment(
    runner,
    { reporting, render: () => renderComment(report), isWorthSaying: isWorthSaying(report) },
    clock,
  );
}

/**
 * Keeps one comment on the pull request that started the run. Never on pull requests from forks: there the
 * summary says it all. A comment that cannot be written is a warning: the run is about something else.
 */
export async function keepOneComment(runner: Runner, commented: Commented, clock: Clock): Promise<void> {
  const { pull, repository, apiUrl } = runner.event;
  const { comment, commentToken: token } = commented.reporting;
  if (comment === 'never' || token === undefined || repository === undefined) return;
  if (pull === undefined || pull.isFork) return;
  try {
    // Octokit is big, and most runs comment on nothing.
    const { pullComments } = await import('../cloud/github/comments.ts');
    const comments = pullComments(runner.log, { token, apiUrl, repository, number: pull.number, clock });
    const text = commented.render();
    const standing = await comments.find(text.marker);
    const what = decideComment(text, standing?.body, { comment, isWorthSaying: commented.isWorthSaying });
    if (what === 'create') await comments.create(text.body, text.marker);
    if (what === 'update' && standing !== undefined) await comments.update(standing.id, text.body);
    runner.log.say(`${SAID[what]} pull request ${String(pull.number)}.`);
  } catch (error) {
    const problems = error instanceof ApiError ? [problemOf(error)] : explain(error);
    withHelp(problems, runner.event.origin).forEach(runner.log.warn);
  }
}

/** What to do where a comment cannot be written, or the pull request not be found. */
export function problemOf(error: ApiError): Problem {
  const isForbidden = error.code === 403 || error.code === 404;
  return {
    severity: 'error',
    code: 'report.no-comment',
    attempted: error.call,
    because: error.words,
    remedy:
      error.code === 401
        ? 'comment_token is not valid: it has expired, was revoked, or is empty. The summary of this run says the same.'
        : isForbidden
          ? 'Give the job permissions: pull-requests: write (permissions of a job replace those of the workflow), or set comment: never. The summary of this run says the same.'
          : 'Run again later. The summary of this run says the same.',
  };
}
