import type { Keys } from '../../cloud/google/keys.ts';
import type { Account, AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Destination } from '../../destinations/destination.ts';
import type { SegmentSide } from '../../destinations/segment/side.ts';
import type { Claims } from '../../ownership/claims.ts';
import type { KeyList } from '../../ownership/key-list.ts';
import type { SourceDesign } from './design.ts';

/** The source in Segment, and what tells about it. */
export interface SourceOptions {
  readonly design: SourceDesign;
  readonly side: SegmentSide;
  readonly document: AccountDocument;
  readonly claims: Claims;
  readonly keys: Pick<Keys, 'list' | 'publicKey' | 'disable'>;
  readonly keyList: KeyList;
  /** The source as a place where the key goes; undefined where it is none of this run. */
  readonly destination: Pick<Destination, 'reading'> | undefined;
  /** Whether this mode may create it and give it a key. */
  readonly delivers: boolean;
  /** Where the state dataset lies, or is to lie. */
  readonly location: () => Promise<string | undefined>;
  /** Every service account of the project. */
  readonly accounts: () => Promise<readonly Account[]>;
}
