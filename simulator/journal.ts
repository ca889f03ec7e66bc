import { maskSecrets } from './masking.ts';
import type { Request } from './route.ts';

/** One request as `GET /_simulator/journal` shows it: without secrets, with what came of it. */
export interface JournalEntry {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly query: unknown;
  /** Parsed if it was JSON, else text; null = none. */
  readonly body: unknown;
  /** null = no reply was sent. */
  status: number | null;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** @param raw - body as it was sent */
export function journalEntry(request: Request, raw: string, at: number): JournalEntry {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(request.query.keys())) {
    const values = request.query.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  const body = raw === '' ? null : isJson(request) ? request.body : raw;
  return {
    method: request.method,
    path: request.path,
    query: maskSecrets(query),
    body: maskSecrets(body ?? raw),
    status: null,
    at,
  };
}

function isJson(request: Request): boolean {
  return typeof request.body === 'object' && !isForm(request.headers['content-type']);
}

/** Whether a content type says that the body is a form. */
export function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true;
}
