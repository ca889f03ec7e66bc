import type { Address } from '../../address.ts';
import type { Model } from '../../cloud/segment/models.ts';
import type { SegmentSide } from '../../destinations/segment/side.ts';
import type { ModelDesign, PublishDesign } from './design.ts';

/** What publishing models is told by those who read files and try queries. */
export interface Publishing {
  readonly designs: () => Promise<Designs>;
  /** Whether what a model holds in Segment is what a commit of its file had. */
  readonly isCommitted: (design: ModelDesign, live: Model) => Promise<boolean>;
  /** Why a model must not be written: a clause; undefined = it was tried as the account, and nothing is wrong with it. */
  readonly whyUnsound: (name: string) => Promise<string | undefined>;
  /** Waits until the account can do what models need. @throws Blocked where it cannot */
  readonly prove: () => Promise<void>;
}

/** The models that files ask for. */
export interface Designs {
  readonly models: readonly ModelDesign[];
  /** Whether a file lies at a path of the repository. */
  readonly exists: (path: string) => Promise<boolean>;
  /** Whether a model that came from a file at this path is among those that this run would read, if it were still there. */
  readonly isInScope: (path: string, isThere: boolean) => boolean;
  /** Files that could not be read: what they ask for is not known. */
  readonly unread: readonly string[];
}

export interface ModelOptions {
  readonly address: Address;
  readonly publish: PublishDesign;
  readonly publishing: Publishing;
  readonly side: SegmentSide;
  /** Whether this run makes the source if there is none. */
  readonly makesSource: boolean;
}
