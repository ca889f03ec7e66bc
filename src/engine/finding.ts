/**
 * Every way in which something can differ from what is asked for. A difference carries one of these codes; SARIF rule,
 * severity, remedy and needed permissions hang on it. Codes are the names of the rows in each `findings.ts`, which adds them
 * here beside its rows; `resources/findings.ts` gathers the rows: what is missing there does not compile.
 */
export type FindingCode = keyof FindingCodes;

/** Empty here: each `findings.ts` adds its own. */
export interface FindingCodes extends Record<never, true> {}

/** What a service asks of whoever carries something out: `iam.roles.create`. */
export type Permission = `${string}.${string}.${string}`;

/** What is to be known of one kind of difference, whatever it is about. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'note';
  /** CVSS-like, `0.1` to `10.0`, as code scanning shows it; only for what is a matter of security. */
  readonly securitySeverity?: string;
  /** One clause without a period: `The custom role lacks a permission`. */
  readonly what: string;
  /** Why it matters: a sentence or more. */
  readonly why: string;
  /** What to do: a sentence or more. */
  readonly remedy: string;
  /** What carrying it out takes; held on the project, or below it where the service allows that. */
  readonly needs: readonly Permission[];
}
