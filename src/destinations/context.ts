import type { Call } from '../cloud/call.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { AccountDocument } from '../cloud/google/service-accounts.ts';
import type { Target } from '../inputs/target.ts';
import type { Secret } from '../secret.ts';
import type { Place } from './place.ts';
import type { KeyOutput } from './step-output.ts';

/** What destinations are made from. */
export interface DestinationContext {
  readonly target: Target;
  /** Whether keys are to be there, or gone. */
  readonly want: Place['want'];
  readonly cloud: Cloud;
  /** The same document as everybody else's, so that it is read once. */
  readonly account: AccountDocument;
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
export function ownerOf({ target, want, account }: DestinationContext): Pick<Place, 'want' | 'account' | 'credential'> {
  return { want, account, credential: { kind: 'credential', name: target.names.accountId } };
}
