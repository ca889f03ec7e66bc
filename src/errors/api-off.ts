import type { DiagnosticCode } from './codes.ts';
import { shell } from './shell.ts';

/** BigQuery has words of its own for a project in which it is off. */
const OFF: readonly DiagnosticCode[] = ['api.disabled', 'bigquery.api-disabled'];

/** Whether something could not be read or done only because an API is off. */
export function isApiOff({ code }: { readonly code: DiagnosticCode }): boolean {
  return OFF.includes(code);
}

/** The same words wherever it is noticed that an API is off: in a report, that is one problem. */
export function enableBy(apis: readonly string[], project: string): string {
  return `Set enable_apis: true, or run ${shell`gcloud services enable ${apis} --project ${project}`}.`;
}
