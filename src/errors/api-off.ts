import type { DiagnosticCode } from './codes.ts';

/** BigQuery has words of its own for a project in which it is off. */
const OFF: readonly DiagnosticCode[] = ['api.disabled', 'bigquery.api-disabled'];

/** Whether something could not be read or done only because an API is off. */
export function isApiOff({ code }: { readonly code: DiagnosticCode }): boolean {
  return OFF.includes(code);
}
