/**
 * All state of the simulator: plain data, one part per service, so that it can be shown, aged and reset as a whole.
 *
 * Every stored time is a number of milliseconds since 1970 under a name that ends in `At` or `Time`: `age` moves them all.
 * A key that never ends has `validBeforeTime` NEVER, which is not moved.
 */
import type { BigQueryState } from './bigquery/state.ts';
import type { GitHubState } from './github/state.ts';
import type { IamState } from './iam/state.ts';
import type { IdentityState } from './identity/state.ts';
import type { ResourceManagerState } from './resourcemanager/state.ts';
import type { SecretManagerState } from './secretmanager/state.ts';
import type { ServiceUsageState } from './serviceusage/state.ts';

/** 9999-12-31T23:59:59Z, how Google writes "does not end". */
export const NEVER = 253402300799000;

export interface World {
  /** How long a grant or a key takes to show, in milliseconds (`--lag`). */
  lagMs: number;
  /** Source of ids, etags and numbers; advanced by `next` in random.ts so that a seed gives the same world. */
  randomState: number;
  identity: IdentityState;
  resourceManager: ResourceManagerState;
  iam: IamState;
  bigQuery: BigQueryState;
  serviceUsage: ServiceUsageState;
  gitHub: GitHubState;
  secretManager: SecretManagerState;
}
