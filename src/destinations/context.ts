import type { Call } from '../cloud/call.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { Target } from '../inputs/target.ts';
import type { Claims } from '../ownership/claims.ts';
import type { KeyList } from '../ownership/key-list.ts';
import type { Secret } from '../secret.ts';
import type { Place } from './place.ts';
import type { KeyOutput } from './step-output.ts';

/** What destinations are made from. */
export interface DestinationContext {
  readonly target: Target;
  /** Whether keys are to be there, or gone. */
  readonly want: Place['want'];
  readonly cloud: Cloud;
  /** Whose the account is. */
  readonly claims: Pick<Claims, 'read'>;
  /** The keys as the plan sees them. */
  readonly keyList: KeyList;
  readonly gitHub: GitHubAccess;
  readonly keyOutput: KeyOutput;
}

/** How GitHub is reached. */
export interface GitHubAccess {
  readonly call: Call;
  /** `owner/name` of the run; undefined outside a runner. */
  readonly repository: string | undefined;
  /** Of GitHub's API, for GitHub Enterprise too. */
  readonly apiUrl: string;
  /** Writes secrets and variables; undefined where none was given. */
  readonly token: Secret | undefined;
}

/** Whose key goes where: the same for every destination. */
export function ownerOf({ want, claims }: DestinationContext): Pick<Place, 'want' | 'claims'> {
  return { want, claims };
}
