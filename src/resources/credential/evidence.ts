import type { Key, Keys } from '../../cloud/google/keys.ts';
import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import type { Destination, Reading } from '../../destinations/destination.ts';
import { isNotFound } from '../../errors/api-error.ts';
import { rereadAccount } from '../../ownership/account-record.ts';
import { readDescription } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import type { Clock } from '../../time.ts';

/** All that can be read about the account's keys. */
export interface Evidence {
  /** Our record; undefined where the account is absent or not (yet) ours. */
  readonly owned: Ownership | undefined;
  readonly keys: readonly Key[];
  /** One for each destination, in their order. */
  readonly readings: readonly { readonly name: string; readonly reading: Reading }[];
}

/** Where keys, record and deliveries are read and written. */
export interface KeyClients {
  readonly document: AccountDocument;
  readonly keys: Keys;
  readonly destinations: readonly Destination[];
  readonly clock: Clock;
}

/** For a plan: what others have read in the same wave is not asked again. */
export async function readEvidence({ document, keys, destinations }: KeyClients): Promise<Evidence> {
  const [account, list, readings] = await Promise.all([
    document.read(),
    listKeys(document, keys),
    Promise.all(destinations.map(async (one) => ({ name: one.name, reading: await one.reading() }))),
  ]);
  return { owned: readDescription(account?.description).ownership, keys: list, readings };
}

/** An account that is not there has no keys; one that is there answers. */
async function listKeys(document: AccountDocument, keys: Keys): Promise<Key[]> {
  try {
    return await keys.list();
  } catch (error) {
    if (isNotFound(error) && (await document.read()) === undefined) return [];
    throw error;
  }
}

/** Everything as it is now. @param isNew - whether this very run made the account: then everything is known */
export async function rereadEvidence(clients: KeyClients, isNew: boolean): Promise<Evidence> {
  const { document, keys, destinations, clock } = clients;
  const [account, list, readings] = await Promise.all([
    isNew ? document.read() : rereadAccount(document, clock),
    isNew ? [] : keys.list(),
    Promise.all(
      destinations.map(async (one) => ({
        name: one.name,
        reading: await (isNew ? one.reading() : one.reread()),
      })),
    ),
  ]);
  return { owned: readDescription(account?.description).ownership, keys: list, readings };
}

/** Ids of the keys there are. */
export function idsIn(evidence: Evidence): string[] {
  return evidence.keys.map(({ id }) => id);
}
