import type { Address } from '../../address.ts';
import type { Dataset, Source } from '../../cloud/google/datasets.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { ByHand } from '../../engine/resource.ts';
import type { Names } from '../../inputs/names.ts';
import type { Access } from '../../inputs/target.ts';
import type { Ownership } from '../../ownership/record.ts';
import type { EntryChange } from '../entries.ts';

/** The dataset in which Segment keeps its state, as it should be. Without a location: that of the data, or whatever it is. */
export interface StateDatasetDesign extends Pick<Access, 'location' | 'datasetWriters'> {
  readonly address: Address;
  readonly names: Names;
  readonly adopt: boolean;
  readonly deleteDataset: boolean;
  /** `unmanaged`: Segment creates it itself, so that only its location is compared. */
  readonly want: 'present' | 'absent' | 'unmanaged';
  /** What a grant stands on: the account. */
  readonly grantAfter: readonly Address[];
}

/** The dataset, and what else decides about it. */
export interface StateDatasetLive {
  /** undefined = proven absent. */
  readonly dataset: Dataset | undefined;
  /** The account's record as the plan read it: an account just created or adopted has lost no dataset. */
  readonly owner: Ownership | undefined;
  /** Whether the account is ours (or gone, so that what is left of it is). */
  readonly isOurs: boolean;
  /** Where the datasets lie that models read. */
  readonly sources: readonly Source[];
  /** Who runs, as access lists name it; undefined when the credential does not tell. */
  readonly principal: string | undefined;
  /** The project's policy: whoever writes datasets by it needs no entry. */
  readonly policy?: Policy | undefined;
  /** Other accounts of the project that entries or the label name, as far as they exist. */
  readonly others?: readonly OtherAccount[];
}

/** An account of another target, perhaps. */
export interface OtherAccount {
  readonly email: string;
  /** Whether its description says that this action manages it. */
  readonly isMarked: boolean;
}

/** One thing to be done to the dataset. */
export type StateDatasetChange =
  | EntryChange
  /** `undelete`: the account has had a dataset, so one that was deleted is brought back, if it can be. */
  | { readonly create: { readonly location: string; readonly undelete: boolean } }
  | { readonly mark: 'adopted' | 'none' }
  /** Refused, always: BigQuery never moves a dataset. */
  | { readonly move: string }
  | { readonly delete: true }
  /** Somebody else may write there. */
  | ByHand;
