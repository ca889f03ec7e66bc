import type { Telling } from '../cloud/call.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { Claims } from '../ownership/claims.ts';
import type { KeyList } from '../ownership/key-list.ts';
import type { Place } from './place.ts';
import type { SegmentSide } from './segment/side.ts';
import type { KeyOutput } from './step-output.ts';

/** What destinations are made from: all there is to know of a run, so that a new one takes from here what it needs. */
export interface DestinationContext {
  readonly target: Target;
  readonly options: RunOptions;
  /** Whether keys are to be there, or gone. */
  readonly want: Place['want'];
  readonly cloud: Cloud;
  /** How whoever calls another cloud tells of it. */
  readonly telling: Telling;
  /** Whose the account is. */
  readonly claims: Pick<Claims, 'read' | 'reread'>;
  /** The keys at the first look: the settled list asks destinations, and must not be waited for here. */
  readonly keyList: KeyList;
  /** Lists them anew; for who changes something. */
  readonly listKeys: KeyList;
  /** Segment, if this run may ask it. */
  readonly segment: SegmentSide;
  readonly event: RunPlace;
  readonly keyOutput: KeyOutput;
}

/** Where the run takes place. */
export interface RunPlace {
  /** `owner/name` of the run; undefined outside a runner. */
  readonly repository: string | undefined;
  /** Of GitHub's API, for GitHub Enterprise too. */
  readonly apiUrl: string;
}

/** Whose key goes where: the same for every destination. */
export function ownerOf({ want, claims }: DestinationContext): Pick<Place, 'want' | 'claims'> {
  return { want, claims };
}
