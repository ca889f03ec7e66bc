import { ApiError } from './api-error.ts';
import { Refused } from './diagnostic.ts';
import type { Refusal } from './diagnostic.ts';
import { rows } from './remedies.ts';
import type { Row } from './remedies.ts';

/** The three parts of any error, with its own remedy where there is one. */
export function adviseOn(error: unknown): Refusal {
  if (error instanceof Refused && error.refusals[0] !== undefined) return error.refusals[0];
  if (!(error instanceof ApiError)) {
    return {
      attempted: 'finish',
      because: error instanceof Error ? error.message : String(error),
      remedy: 'This is most likely a defect of this action: run again with debug logging, and report it with the log.',
    };
  }
  const row = rows.find((candidate) => matches(candidate, error));
  const answer = error.code === undefined ? 'no answer' : `${String(error.code)} ${error.status}`;
  const request = error.requestId === undefined ? '' : `, request ${error.requestId}`;
  return {
    attempted: error.call,
    because: `${error.service} said: ${error.words} (${answer}${error.reason === undefined ? '' : `, ${error.reason}`}${request})`,
    remedy: row?.remedy(error) ?? fallback(error),
  };
}

/** All refusals in an error: a `Refused` may carry several. */
export function refusalsIn(error: unknown): readonly Refusal[] {
  return error instanceof Refused ? error.refusals : [adviseOn(error)];
}

function fallback(error: ApiError): string {
  if (error.code === undefined)
    return 'Check the network and its proxies, then run again: whatever was half done is finished then.';
  return `See the error pages of ${error.service} for ${error.reason ?? error.status}.`;
}

function matches(row: Row, error: ApiError): boolean {
  if (row.service !== undefined && row.service !== error.service) return false;
  if (row.code !== undefined && (error.code === undefined || !row.code.includes(error.code))) return false;
  if (row.status !== undefined && row.status !== error.status) return false;
  if (row.reason !== undefined && row.reason !== error.reason) return false;
  return row.words === undefined || row.words.test(error.words);
}
