import type { Drift } from '../engine/drift.ts';
import type { Outcome } from '../engine/apply.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import type { Mode } from '../inputs/modes.ts';
import type { Reporting, RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { ModelsReport } from '../models/model.ts';
import type { Verification } from '../verify/verification.ts';

/** What became of the key. */
export interface KeyFacts {
  /** Full id of the key that this run issued. */
  readonly issuedKeyId: string | undefined;
  /** When the delivered key was made, in milliseconds since 1970. */
  readonly keyMadeAt?: number | undefined;
  /** Whether Segment uses the delivered key, and how its last syncs went; undefined where no key goes there. */
  readonly consumer?: ConsumerState | undefined;
  /** Where keys go, as messages name it. */
  readonly destinations: readonly string[];
}

/** What was asked for, and from where: the part of a report that is known before anything is sent. */
export interface Asked {
  readonly target: Target;
  readonly mode: Mode;
  readonly reporting: Reporting;
  /** The inputs that a review covers, by their names. */
  readonly reviewed: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
}

/** What was read of the inputs, as the report needs it. */
export function askedOf(
  { target, options, reviewed }: Pick<Asked, 'target' | 'reviewed'> & { readonly options: RunOptions },
  origin: Origin,
): Asked {
  return { target, reviewed, origin, mode: options.mode, reporting: options.reporting };
}

/** Everything that renderers see of what a run did to one target: plain data. */
export interface RunReport extends Asked, KeyFacts {
  /** What was found, and what would be done; undefined where nothing was compared. */
  readonly plan: PlanView | undefined;
  /** Empty where nothing was carried out. */
  readonly outcomes: readonly Outcome[];
  /** undefined where nothing was tried. */
  readonly verification: Verification | undefined;
  /** undefined where no models were given. */
  readonly models: ModelsReport | undefined;
  /** Everything that a person is told besides what the plan's steps, the outcomes and the models hold. */
  readonly diagnostics: readonly (Problem | Notice)[];
  readonly verdict: Verdict;
}

/** What of Segment goes into outputs. */
export interface ConsumerState {
  readonly state: string;
  readonly lastSync: string;
  /** Id of the source that this run made, or gave a key. */
  readonly madeId: string | undefined;
}

/** What asked for this run; undefined outside a runner. */
export interface Origin {
  /** Path of the workflow's file in its repository. */
  readonly workflowFile: string | undefined;
  /** Where a person sees this run. */
  readonly runUrl: string | undefined;
  /** `#12`, as GitHub counts the runs of this workflow. */
  readonly runNumber?: string | undefined;
  /** The commit that was looked at, in full: of a pull request its head. */
  readonly commit?: string | undefined;
  /** `owner/name` of this action, where the runner got it. */
  readonly action?: string | undefined;
}

/** What a run comes to. */
export interface Verdict {
  /** The step output `result`. */
  readonly result: 'unchanged' | 'changed' | 'drift' | 'failed';
  readonly drift: Drift;
  /** One line that says it all. */
  readonly headline: string;
  /** What to do next, a line each; told where there is no plan to read it from. */
  readonly next: readonly string[];
  /** Whether the step fails. */
  readonly fails: boolean;
}
