import type { Address } from '../../address.ts';
import type { Looked, Seen } from '../../destinations/segment/look.ts';
import type { Setting } from '../../destinations/segment/setting.ts';
import type { SourceEvent } from '../../cloud/segment/public-api.ts';
import type { Reading } from '../../destinations/destination.ts';
import type { Ownership } from '../../ownership/record.ts';

/** The source in Segment as it should be, as it was seen, and what can be done with it. Pure. */

/** The source as it should be: there, ours, enabled, where the data is, and showing no key. */
export interface SourceDesign {
  readonly address: Address;
  /** Slug or id, as asked for. */
  readonly wanted: string;
  /** Whether somebody asked for it by name. */
  readonly isNamed: boolean;
  /** Compared only where it is asked for. */
  readonly name: string | undefined;
  readonly nameAtCreation: string;
  readonly email: string;
  readonly want: 'present' | 'absent';
  readonly adopt: boolean;
  readonly restore: boolean;
  readonly deleteSource: boolean;
  /** `owner/name` of the run: models with it in their mark are ours. */
  readonly repository: string | undefined;
  readonly after: SourceOrder;
}

/** What comes before what. */
export interface SourceOrder {
  /** The record is in the account. */
  readonly account: Address;
  /** A source is enabled once it holds the key. */
  readonly key: Address;
}

/** What the plan saw. */
export interface SourceLive {
  /** undefined = Segment was not asked: there is no token, or nothing to look for. */
  readonly looked: Looked | undefined;
  /** The record, as far as it counts. */
  readonly owned: Ownership | undefined;
  /** Whether it fits that a source is recorded besides what is recorded of keys. */
  readonly hasRoom: boolean;
  /** Where the state dataset lies, or is to lie; undefined = nobody can say. */
  readonly location: string | undefined;
  /** What else tells about the key in it. */
  readonly reading: Reading | undefined;
  /** Keys of the account that show in a setting. */
  readonly exposed: readonly OwnExposed[];
  /** Settings that show a private key of somebody else. */
  readonly foreign: readonly string[];
  /** When it was disabled, and by whom, where it is, and the audit trail tells. */
  readonly disabling?: SourceEvent | undefined;
  /** E-mails of other accounts of the project whose records name this source; or why nobody can tell. */
  readonly recordedBy: readonly string[] | { readonly why: string };
}

/** A key of the account that can be read in Segment. */
export interface OwnExposed {
  readonly setting: string;
  /** In full. */
  readonly keyId: string;
}

/** What was seen of a source that is there. */
export interface SourceSeen extends SourceLive {
  readonly looked: Seen & { readonly source: NonNullable<Seen['source']> };
}

/** One thing to be done to the source. */
export type SourceChange =
  | { readonly create: NewSourceDesign }
  | { readonly adopt: string }
  /** Refused, always. */
  | { readonly leave: string; readonly because: 'other-kind' | 'renamed' | 'unknown' }
  | { readonly rename: string; readonly id: string }
  | { readonly locate: string; readonly id: string }
  | { readonly conceal: string; readonly id: string; readonly disable: string }
  /** Once it holds the key. */
  | { readonly enable: string }
  | { readonly delete: string }
  /** The key is taken out of it. */
  | { readonly disable: string; readonly empty: string | null };

/** What it is created with. */
export interface NewSourceDesign {
  readonly slug: string;
  readonly metadataId: string;
  readonly location: string;
  readonly name: string;
  readonly setting: Setting;
}

/** Whether a source was found, whosever it is. */
export function isSeenThere(live: SourceLive): live is SourceSeen {
  return live.looked?.state === 'seen' && live.looked.source !== undefined;
}

/** Whether this action left it disabled: only while its record says so. */
export function isOursToEnable({ looked: { owned, standing } }: SourceSeen): boolean {
  const recorded = owned?.source;
  if (standing !== 'ours' || recorded === undefined) return false;
  return recorded === 'new' || (recorded.mark === 'created' && recorded.isPending);
}
