import type { MaybeRunning } from '../destinations/segment/running.ts';
import type { Problem } from '../errors/diagnostic.ts';
import type { ModelInputs } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { Clock } from '../time.ts';
import type { Proof } from '../verify/verification.ts';
import type { Loaded } from './file.ts';
import type { Expected } from './judge.ts';
import type { ModelFinding, ModelsReport } from './model.ts';
import type { Overridden } from './overrides.ts';
import type { Based } from './reference.ts';
import type { Answer } from './try.ts';

/** The values that a validation hands on. */

/** What models are validated with. */
export interface Validating {
  readonly target: Target;
  readonly inputs: ModelInputs;
  readonly loaded: Loaded;
  readonly based: () => Promise<Based>;
  /** What runs in Segment; undefined = Segment is not asked. */
  readonly running: (() => Promise<MaybeRunning>) | undefined;
  readonly clock: Clock;
}

/** What was found, and why it is not all that could be. */
export interface Validated {
  readonly report: ModelsReport;
  /** What kept the models from being tried or compared, although this run may. */
  readonly problems: readonly Problem[];
  /** Of each model that runs in Segment, whether it does; undefined where those were not tried. */
  readonly live: readonly Proof[] | undefined;
}

/** What came of trying. */
export interface Tried {
  /** By the text of the query. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** By the name of the model: what was tried in the place of its query. */
  readonly overridden: ReadonlyMap<string, Overridden>;
  readonly uniqueness: ReadonlyMap<string, readonly ModelFinding[]>;
  readonly billed: number | undefined;
  /** Where. */
  readonly location?: string;
}

export function expectedOf({ target, inputs }: Pick<Validating, 'target' | 'inputs'>): Expected {
  return { sourceDatasets: target.access.sourceDatasets, maxBytes: inputs.maxBytes };
}
