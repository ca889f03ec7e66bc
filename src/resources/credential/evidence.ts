import type { Key, Keys } from '../../cloud/google/keys.ts';
import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Destination, Reading } from '../../destinations/destination.ts';
import type { Consumption } from '../../destinations/segment/consumer.ts';
import { rereadAccount } from '../../ownership/account-record.ts';
import type { Claims } from '../../ownership/claims.ts';
import type { KeyList } from '../../ownership/key-list.ts';
import { mayMean } from '../../ownership/place-mark.ts';
import { readDescription } from '../../ownership/description.ts';
import { isKey } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import type { Clock } from '../../time.ts';

/** All that can be read about the account's keys. */
export interface Evidence {
  /** Our record; undefined where the account is absent or not (yet) ours. */
  readonly owned: Ownership | undefined;
  readonly keys: readonly Key[];
  /** One for each destination, in their order. */
  readonly readings: readonly Placed[];
  /** What whoever uses the key has done; undefined where nobody can tell, or nothing hangs on it. */
  readonly consumption?: Consumption | undefined;
  /** What the description says besides the record: it shares the room. */
  readonly text?: string;
}

/** What a destination tells of its key. */
export interface Placed {
  readonly name: string;
  /** As the record names the place. */
  readonly mark: string;
  readonly reading: Reading;
}

/** Where keys, record and deliveries are read and written. */
export interface KeyClients {
  readonly document: AccountDocument;
  readonly claims: Claims;
  readonly keys: Keys;
  /** The keys as the plan sees them. */
  readonly keyList: KeyList;
  readonly destinations: readonly Destination[];
  /** Asks what whoever uses the key has done; undefined where no key goes to Segment. */
  readonly consult?: (() => Promise<Consumption | undefined>) | undefined;
  readonly clock: Clock;
}

/** For a plan: what others have read in the same wave is not asked again. The record counts as far as it is confirmed. */
export async function readEvidence({ claims, destinations, keyList }: KeyClients): Promise<Evidence> {
  const [keys, readings] = await Promise.all([
    keyList(),
    Promise.all(destinations.map(async (one) => ({ name: one.name, mark: one.mark, reading: await one.reading() }))),
    claims.read(), // In the same wave.
  ]);
  // Until keys and record agreed, the account may have been read again.
  const { account, owned } = await claims.read();
  return {
    owned: owned && clarified(owned, readings),
    keys,
    readings,
    text: readDescription(account?.description).text,
  };
}

/**
 * Everything as it is now. What made the plan trust the record, or write it, stands by now.
 *
 * @param isNew - whether this very run made the account: then everything is known
 */
export async function rereadEvidence(clients: KeyClients, isNew: boolean): Promise<Evidence> {
  const { document, keys, destinations, clock } = clients;
  const [account, list, readings] = await Promise.all([
    isNew ? document.read() : rereadAccount(document, clock),
    isNew ? [] : keys.list(),
    Promise.all(
      destinations.map(async (one) => ({
        name: one.name,
        mark: one.mark,
        reading: await (isNew ? one.reading() : one.reread()),
      })),
    ),
  ]);
  const { ownership: owned, text } = readDescription(account?.description);
  return { owned: owned && clarified(owned, readings), keys: list, readings, text };
}

/**
 * Where the record had no room to tell which of a kind a place is, and one of that kind is seen to hold the key, it is that one:
 * a key goes to one place of a kind at most.
 */
export function clarified(owned: Ownership, readings: Evidence['readings']): Ownership {
  const { key, places } = owned;
  const holds = ({ reading }: Placed): boolean =>
    key !== undefined && reading.state === 'present' && reading.keyId !== undefined && isKey(key, reading.keyId);
  const holders = readings.filter(holds).map(({ mark }) => mark);
  const at = places.at?.map((place) => holders.find((mark) => mayMean(place, mark)) ?? place);
  return { ...owned, places: { ...places, at } };
}

/** Ids of the keys there are. */
export function idsIn(evidence: Evidence): string[] {
  return evidence.keys.map(({ id }) => id);
}
