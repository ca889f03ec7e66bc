import type { Address } from '../address.ts';
import type { DiagnosticCode } from './codes.ts';

/** What a diagnostic is about: a managed thing, or an input by its name. */
export type Subject = Address | { readonly input: string };

/** Why something cannot be done, in the three parts of every error message. */
export interface Problem {
  readonly severity: 'error';
  readonly code: DiagnosticCode;
  readonly subject?: Subject;
  /** What was attempted: a verb phrase that follows "Could not". */
  readonly attempted: string;
  /** What stands in the way: the service's words, or what was found. */
  readonly because: string;
  /** What to do: the exact input, permission, role or command. */
  readonly remedy: string;
  /** Set where the remedy is to let the workflow's identity write: never told where strangers may become it. */
  readonly letsWrite?: true;
}

/**
 * What a person should know, although nothing failed. `warning`: worth acting on. `note`: how it went. `unseen`: what this
 * run could not read, so that the report says nothing about it.
 */
export interface Notice {
  readonly severity: 'warning' | 'note' | 'unseen';
  readonly code: DiagnosticCode;
  readonly subject?: Subject;
  /** What was found: a clause or more, without a capital letter and without a period at its end. */
  readonly because: string;
  /** What to do, if anything: one sentence or more. */
  readonly remedy?: string;
}

/** Everything that a person is told. */
export type Diagnostic = Problem | Notice;

/** Problems that end the run; all that are known at once. */
export class Blocked extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], cause?: unknown) {
    super(problems.map(sentence).join('\n'), { cause });
    this.name = 'Blocked';
    this.problems = problems;
  }
}

/** A diagnostic as a person reads it, without its subject. */
export function sentence(diagnostic: Diagnostic): string {
  if (diagnostic.severity === 'error') {
    const { attempted, because, remedy } = diagnostic;
    return `Could not ${attempted}: ${ended(because)} ${ended(remedy)}`;
  }
  const { because, remedy } = diagnostic;
  return remedy === undefined ? because : `${ended(because)} ${ended(remedy)}`;
}

function ended(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
