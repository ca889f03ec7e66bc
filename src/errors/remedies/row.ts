import type { ApiError, Unanswered } from '../api-error.ts';
import type { ServiceName } from '../services.ts';
import { shell } from '../shell.ts';

/** One kind of error that a service answers, and what to do. Every condition that is given must hold. */
export interface Row<Code extends string = string> {
  readonly code: Code;
  readonly service?: ServiceName;
  readonly http?: readonly number[];
  readonly status?: string;
  readonly reason?: string;
  /** Why the service gave no answer. Rows without it are about answers. */
  readonly unanswered?: Unanswered;
  /** Part of the service's words: no service promises them, so they come last and as few as will do. */
  readonly words?: RegExp;
  readonly remedy: (error: ApiError) => string;
  /** As in `Problem`. */
  readonly letsWrite?: true;
}

/** Rows whose codes are known by their names: whoever writes rows adds those to `WireCodes`. */
export function remedies<const Code extends string>(rows: readonly Row<Code>[]): readonly Row<Code>[] {
  return rows;
}

/** The codes of rows. */
export type CodeOf<Rows> = Rows extends readonly Row<infer Code>[] ? Code : never;

export function matches(row: Row, error: ApiError): boolean {
  if (!isOf(row, error)) return false;
  if (error.code === undefined || row.unanswered !== undefined) return isAboutSilence(row, error);
  if (row.http !== undefined && !row.http.includes(error.code)) return false;
  if (row.status !== undefined && row.status !== error.status) return false;
  if (row.reason !== undefined && row.reason !== error.reason) return false;
  return row.words === undefined || row.words.test(error.words);
}

/** Words that came in the place of an answer are nobody's: only why there was none decides. */
function isAboutSilence({ unanswered }: Row, { code, reason }: ApiError): boolean {
  return code === undefined && unanswered !== undefined && unanswered === reason;
}

function isOf(row: Row, { service }: ApiError): boolean {
  return row.service === undefined || row.service === service;
}

/** What ErrorInfo says besides its reason. */
export function metadata(error: ApiError): Readonly<Record<string, string>> {
  return error.details.find((detail) => detail.metadata !== undefined)?.metadata ?? {};
}

/**
 * Enables an API in the project of the credential, as ErrorInfo names both.
 *
 * @param usual - the API, where it is not named
 */
export function enableCommand(error: ApiError, usual: string): string {
  const { service = '', consumer = '' } = metadata(error);
  // A word that begins with a hyphen would be a flag.
  const api = /^[a-z0-9][a-z0-9.-]*$/.test(service) ? service : usual;
  const project = /^projects\/([\w:.]\S*)$/.exec(consumer)?.[1] ?? 'PROJECT';
  return shell`gcloud services enable ${api} --project ${project}`;
}

/** Which constraint of the organization a refusal names: `iam.disableServiceAccountKeyCreation`, `customConstraints/custom.x`. */
export function constraintIn(error: ApiError): string | undefined {
  const violations = error.details.flatMap((detail) => detail.violations ?? []);
  const named = violations.map(({ type }) => type).find((type) => type !== undefined) ?? error.words;
  const found = /\b(?:constraints\/|(?=customConstraints\/))([\w./]{3,150})/.exec(named)?.[1];
  return found ?? violations.map(({ type }) => type).find((type) => type !== undefined);
}

/** How to have a constraint of the organization lifted. */
export const EXCEPTION =
  'ask somebody with roles/orgpolicy.policyAdmin on the organization (owning the project is not enough) to exempt this project';
