import type { IssuedKey, Key } from '../cloud/google/keys.ts';
import type { Resource } from '../engine/resource.ts';
import { Blocked } from '../errors/diagnostic.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import type { Ownership } from '../ownership/record.ts';

/** What a destination tells of the key that it holds. Times in milliseconds since 1970. */
export type Reading =
  /**
   * Nothing can be read there: the record alone says what was delivered. `isAnywhere`: delivered elsewhere is as good, since this
   * run only looks, and would set nothing.
   */
  | { readonly state: 'by record'; readonly isAnywhere?: true }
  /**
   * It could not be asked: the record alone decides, and the report names it. `isPending`: but it is known that no run of ours
   * has ended that gave it a key. `isMeant`: nobody wanted it asked, as on pull requests, which get no token that writes.
   */
  | { readonly state: 'unreadable'; readonly why: string; readonly isPending?: boolean; readonly isMeant?: true }
  /** Somebody wrote it last at that time, perhaps: what is not told may have happened all the same. */
  | { readonly state: 'written'; readonly at: number; readonly by: string; readonly isPending?: boolean }
  /** `isNoted`: a note is left over from a key that was there. */
  | { readonly state: 'absent'; readonly isNoted?: boolean }
  | {
      readonly state: 'present';
      readonly writtenAt: number;
      /** When what was there before it was written, where that is kept too and nothing is noted. */
      readonly writtenBefore?: number | undefined;
      /** What was there before is kept, and so is what nobody notes: it stays for ever. */
      readonly keepsAll?: true;
      /** Id of the key, as noted beside it; undefined when there is no note. */
      readonly keyId: string | undefined;
      /** A note is there of a key that was there before, and maybe one that is there now, which the note was read too early to tell. */
      readonly isNoted?: boolean;
      readonly notedAt: number | undefined;
      /** Why nobody can read what is there. */
      readonly fault?: string | undefined;
      /** What a person should know of it that is no fault. */
      readonly remark?: Notice | undefined;
    };

/**
 * A place where a key can go. As a resource it is what the plan says of the place itself; whether the right key is in it is
 * the credential's to say, from the same reading.
 */
export interface Destination extends Resource<DestinationLive, DestinationChange, never>, KeyTaking {
  /** As messages name it: `the repository secret SEGMENT_BIGQUERY_CREDENTIALS`. */
  readonly name: string;
  /** Where it is, in full: `github-secret acme/data-platform SEGMENT_BIGQUERY_CREDENTIALS`. */
  readonly place: string;
  /** As the record names it. */
  readonly mark: string;
  /** Whether it takes whatever it is given: such a destination comes last. */
  readonly willing: boolean;
  /** Set where it never names the key that it holds, so that whose the account is cannot be told from it. */
  readonly isNameless?: true;
  /** What is delivered now; asks once, then remembers until `reread`. */
  reading(): Promise<Reading>;
  reread(): Promise<Reading>;
  /** What a review covers besides the place, where only reading tells that. */
  readonly covered?: () => Promise<string>;
  /** What the record says besides, once a key was delivered here. */
  readonly recording?: (owned: Ownership) => Ownership;
  /** Why a key could not be delivered; asks without writing. undefined = nothing stands in the way. */
  refuse(): Promise<Problem | undefined>;
  /** The same for whatever run will deliver, as far as one that only reads can tell: not what this run's identity may not do. */
  foresee(): Promise<Problem | undefined>;
}

/** What is done with keys in a place. */
export interface KeyTaking {
  /** Repeats until the answer is clear. @throws ApiError, or NotTaken where nobody holds the key after all */
  deliver(key: IssuedKey): Promise<void>;
  /**
   * Whether the key that this run delivered is still there, where its note could not tell; absent = the note always tells.
   * Another run may have written between the key and its note.
   */
  isStillThere?(): Promise<boolean>;
  /** Writes down again which key it holds, where a run died before it could: of what the last reading saw, and nothing newer. */
  note(keyId: string): Promise<void>;
  /**
   * Follows a superseded key that is about to be disabled or deleted, where the destination still holds it beside the new.
   *
   * @param inUse - id of the delivered key; undefined = none is
   * @returns what was left alone, and why
   */
  retire(key: HeldKey, how: 'disable' | 'delete', inUse: string | undefined): Promise<Notice | undefined>;
}

/** A key as a destination needs to know it. */
export type HeldKey = Pick<Key, 'id' | 'createdAt'>;

/** What was delivered is taken back; a wrong visibility is no change of its own, as only a delivery mends it. */
export interface DestinationChange {
  /** The place, in full. */
  readonly remove: string;
}

/** What the plan saw of the place. */
export interface DestinationLive {
  readonly reading: Reading;
  /** Whether the account of its key is there, and managed by somebody else: then so is the key. */
  readonly isOthers: boolean;
}

/** A destination did not take a key, or gave it back: as clear as a refusal of the service. */
export class NotTaken extends Blocked {}

/** It took the key, and had to give it back: what it held before is gone with it. */
export class TakenBack extends NotTaken {}
