import { ApiError } from './api-error.ts';
import type { WireCode } from './codes.ts';
import { Blocked } from './diagnostic.ts';
import type { Problem } from './diagnostic.ts';
import { matches } from './remedies/row.ts';
import { rows } from './remedies/rows.ts';
import { serviceName } from './services.ts';

/** Whatever was thrown, in the three parts of every error message; `Blocked` may carry several. */
export function explain(error: unknown): readonly Problem[] {
  if (error instanceof Blocked) return error.problems;
  return [error instanceof ApiError ? explainApiError(error) : defect(error)];
}

/** What a service said, and what to do about it. */
export function explainApiError(error: ApiError): Problem {
  const row = rows.find((candidate) => matches(candidate, error));
  const { code, remedy } = row === undefined ? unrecognized(error) : { code: row.code, remedy: row.remedy(error) };
  const problem: Problem = { severity: 'error', code, attempted: error.call, because: said(error), remedy };
  return row?.letsWrite === true ? { ...problem, letsWrite: true } : problem;
}

function said({ service, words, code, status, reason, requestId }: ApiError): string {
  const request = requestId === undefined ? '' : `, request ${requestId}`;
  if (code === undefined && reason === 'unreadable') return `no answer of ${serviceName(service)} came: ${words}`;
  if (code === undefined) return `no answer from ${serviceName(service)}: ${words}`;
  const facts = [`${String(code)} ${status}`, ...(reason === undefined ? [] : [reason])].join(', ');
  return `${serviceName(service)} said: ${words} (${facts}${request})`;
}

interface Advice {
  readonly code: WireCode;
  readonly remedy: string;
}

function unrecognized({ code, service, reason, status }: ApiError): Advice {
  if (code === undefined) {
    const remedy = 'Check the network and its proxies, then run again: the next run resumes where this one stopped.';
    return { code: 'service.unreachable', remedy };
  }
  const what = reason ?? status;
  return { code: 'service.refused', remedy: `See the error reference of ${serviceName(service)} for ${what}.` };
}

function defect(error: unknown): Problem {
  return {
    severity: 'error',
    code: 'defect',
    attempted: 'finish',
    // What V8 says of JSON quotes the text around the mistake, and that may be a secret.
    because: error instanceof SyntaxError ? 'a text could not be parsed' : messageOf(error),
    remedy: 'This is most likely a defect of this action: run again with debug logging, and report it with the log.',
  };
}

/** What a thrown thing says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
