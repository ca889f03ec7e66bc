/** Why the program will not go on, in the three parts of every message. */
export interface Refusal {
  /** What was attempted: a verb phrase that follows "could not". */
  readonly attempted: string;
  /** What stands in the way: the service's words, or what was found. */
  readonly because: string;
  /** What to do: the exact input, permission, role or command. */
  readonly remedy: string;
}

/** Refusals that end the run; all that are known at once. */
export class Refused extends Error {
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[], cause?: unknown) {
    super(refusals.map(sentence).join('\n'), { cause });
    this.name = 'Refused';
    this.refusals = refusals;
  }
}

/** One refusal as a person reads it. */
export function sentence(refusal: Refusal): string {
  return `Could not ${refusal.attempted}: ${ended(refusal.because)} ${ended(refusal.remedy)}`;
}

function ended(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
