/** Reading what a library threw, without trusting its shape: of whatever type it is, a part that is not there is undefined. */

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The HTTP status of an answer, wherever the library keeps it. */
export function httpCode(thrown: unknown): number | undefined {
  const error = record(thrown);
  const response = record(error['response']);
  const candidates = [response['status'], response['statusCode'], error['status'], error['code']];
  return candidates.find((value): value is number => typeof value === 'number' && value >= 100 && value < 600);
}

/** The parsed body of an answer; {} where there is none, or one that is no JSON, such as the HTML page of a proxy. */
export function bodyOf(thrown: unknown): Record<string, unknown> {
  const response = record(record(thrown)['response']);
  const bodies = [response['data'], response['body']].map(parsed);
  return bodies.find((body) => Object.keys(body).length > 0) ?? {};
}

function parsed(value: unknown): Record<string, unknown> {
  if (typeof value !== 'string') return record(Array.isArray(value) ? (value as unknown[])[0] : value);
  try {
    return record(JSON.parse(value));
  } catch {
    return {};
  }
}

export function header(thrown: unknown, name: string): string | undefined {
  const headers: unknown = record(record(thrown)['response'])['headers'];
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  return text(record(headers)[name]);
}

/** `Retry-After`, be it seconds or a date, in milliseconds from now. */
export function retryAfterHeader(thrown: unknown): number | undefined {
  const value = header(thrown, 'retry-after');
  if (value === undefined) return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : Math.max(0, Date.parse(value) - Date.now());
}

/** Whether the network says why no answer came. */
export function isNetworkFailure(thrown: unknown): boolean {
  const error = record(thrown);
  const codes = [error['code'], record(error['cause'])['code'], error['errno']].map(text);
  if (codes.some((code) => code !== undefined && /^(E[A-Z_]+|UND_ERR_\w+|CERT_\w+)$/.test(code))) return true;
  const names = `${text(error['name']) ?? ''} ${text(error['type']) ?? ''}`;
  return /AbortError|TimeoutError|FetchError|GaxiosError/.test(names);
}

/** Words for an answer without a body, or for none: never the body of a request, which may hold a secret. */
export function edgeWords(thrown: unknown, code: number | undefined): string {
  if (code !== undefined) return `the answer had no readable body (HTTP ${String(code)})`;
  const chain = [thrown, record(thrown)['cause']].map((error) => text(record(error)['code']));
  const message = thrown instanceof Error ? thrown.message : 'unknown failure';
  return [...new Set(chain.filter((value) => value !== undefined)), message].join(': ');
}
