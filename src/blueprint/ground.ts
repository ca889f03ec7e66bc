import type { Address } from '../address.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { Destination } from '../destinations/destination.ts';
import type { SegmentSide } from '../destinations/segment/side.ts';
import { STATE_DATASET } from '../inputs/names.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { Claims } from '../ownership/claims.ts';
import type { KeyUser } from '../resources/credential/mint.ts';
import type { Publishing } from '../resources/segment-model/options.ts';
import type { Documents } from './documents.ts';

/** What the blueprint is drawn from. */
export interface Ground {
  readonly target: Target;
  readonly options: RunOptions;
  readonly cloud: Cloud;
  readonly documents: Documents;
  /** Whose the account is. */
  readonly claims: Claims;
  readonly destinations: readonly Destination[];
  /** Segment, if this run may ask it. */
  readonly segment: SegmentSide;
  /** `owner/name` of the run; undefined outside a runner. */
  readonly repository: string | undefined;
  /** Acts as the account with a new key. */
  readonly keyUser: KeyUser;
  /** Models that are kept in Segment as their files say; undefined = none are. */
  readonly publishing: Publishing | undefined;
}

/** What everything is called in plan, log and errors. */
export function addressesOf({
  projectId,
  names,
  segment,
}: Target): Readonly<Record<'role' | 'account' | 'policy' | 'state' | 'key' | 'source' | 'models', Address>> {
  return {
    role: { kind: 'role', name: names.roleId },
    account: { kind: 'service-account', name: names.accountId },
    policy: { kind: 'project-policy', name: projectId },
    state: { kind: 'dataset', name: STATE_DATASET },
    key: { kind: 'credential', name: names.accountId },
    source: { kind: 'segment-source', name: segment.source },
    models: { kind: 'segment-models', name: segment.source },
  };
}
