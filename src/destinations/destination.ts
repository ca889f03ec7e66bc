import type { IssuedKey } from '../cloud/google/keys.ts';
import type { Refusal } from '../errors/diagnostic.ts';

/** What a destination tells of the key that it holds. Times in milliseconds since 1970. */
export type Reading =
  /** Nothing can be read there: the record alone says what was delivered. */
  | { readonly state: 'by record' }
  /** It could not be asked: the record alone decides, and the report names it. */
  | { readonly state: 'unreadable'; readonly why: string }
  /** `isNoted`: a note is left over from a key that was there. */
  | { readonly state: 'absent'; readonly isNoted?: boolean }
  | {
      readonly state: 'present';
      readonly writtenAt: number;
      /** Id of the key, as noted beside it; undefined when there is no note. */
      readonly keyId: string | undefined;
      readonly notedAt: number | undefined;
      /** Why nobody can read what is there. */
      readonly fault?: string | undefined;
      /** What a person should know of it that is no fault. */
      readonly remark?: string | undefined;
      /** Whether keys of ours are noted there, be it beside what others wrote. */
      readonly isNoted?: boolean;
    };

/** A place where a key can go. */
export interface Destination {
  /** As messages name it: `the repository secret SEGMENT_BIGQUERY_CREDENTIALS`. */
  readonly name: string;
  /** Whether it takes whatever it is given: such a destination comes last. */
  readonly willing: boolean;
  /** What is delivered now; asks once, then remembers until `reread`. */
  read(): Promise<Reading>;
  reread(): Promise<Reading>;
  /** Why a key could not be delivered; asks without writing. undefined = nothing stands in the way. */
  refuse(): Promise<Refusal | undefined>;
  /** Repeats until the answer is clear. @throws ApiError */
  deliver(key: IssuedKey): Promise<void>;
  /** Writes down again which key it holds, where a run died before it could. */
  note(keyId: string): Promise<void>;
  /** Follows a superseded key that is about to be disabled or deleted, where the destination still holds it beside the new. */
  retire(keyId: string, how: 'disable' | 'delete'): Promise<void>;
  /** Takes back what was delivered: the key is dead. Says what it did, or why not; undefined when there was nothing. */
  forget(): Promise<string | undefined>;
}
