import { createHash } from 'node:crypto';
import type { Inputs } from '../inputs/inputs.ts';
import { cell, fitting } from './markdown.ts';
import { bodyOf } from './summary.ts';
import type { SummaryFacts } from './summary.ts';

/** The one comment of a target on a pull request: found again by what it hides, left alone when nothing changed. Pure. */

/** A comment as it is to stand. */
export interface CommentText {
  /** Hidden in the body: by it the comment is found again. */
  readonly marker: string;
  /** Hidden too: differs when what is said differs. */
  readonly state: string;
  readonly body: string;
}

/** GitHub refuses more than 65,536 characters. A byte is never less than a character of it. */
const MOST_BYTES = 60_000;

/** @param runUrl - where the run is seen; it does not count as a change */
export function renderComment(facts: SummaryFacts, runUrl: string | undefined): CommentText {
  const marker = markerOf(facts.inputs);
  const text = fitting(MOST_BYTES, (limits) => bodyOf(facts, limits).join('\n\n'));
  const state = `<!-- state ${createHash('sha256').update(text).digest('hex')} -->`;
  const footer = runUrl === undefined ? [] : [`<sub><a href="${cell(runUrl)}">The run that says so</a></sub>`];
  return { marker, state, body: [`${marker}${state}`, text, ...footer].join('\n\n') };
}

/** One per target: the account is what makes one. */
export function markerOf({ projectId, accountId }: Inputs): string {
  return `<!-- segment-reverse-etl-bigquery ${projectId}/${accountId} -->`;
}

/** What is to be done about the comment. */
export type Commenting = 'create' | 'update' | 'none';

/** @param standing - body of the comment that is there; undefined = there is none */
export function decideComment(text: CommentText, standing: string | undefined, when: When): Commenting {
  if (when.comment === 'never') return 'none';
  if (standing !== undefined) return standing.includes(text.state) ? 'none' : 'update';
  return when.comment === 'always' || when.isWorthSaying ? 'create' : 'none';
}

/** When a first comment is made. */
export interface When {
  readonly comment: Inputs['comment'];
  /** Whether anything differs, stands in the way, or does not hold. */
  readonly isWorthSaying: boolean;
}
