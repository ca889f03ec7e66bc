import type { Gate } from '../cloud/gate.ts';
import type { Endpoints } from '../cloud/google/endpoints.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../time.ts';

/** What models are read with. */
export interface Beginning {
  readonly target: Target;
  readonly options: RunOptions;
  readonly endpoints: Endpoints;
  readonly runner: Runner;
  readonly clock: Clock;
  /** Which all requests pass, where many targets share one; undefined = there is none. */
  readonly gate: Gate | undefined;
}
