import type { Clock } from '../../time.ts';
import type { Destination } from '../../destinations/destination.ts';
import type { IssuedKey, Keys } from '../../cloud/google/keys.ts';
import type { AccountDocument } from '../../cloud/google/service-accounts.ts';
import { readDescription } from '../../ownership/record.ts';
import type { Evidence } from './assess.ts';
import type { Demands } from './reasons.ts';
import { rereadAccount } from '../../ownership/account-record.ts';

/** What issuing needs. */
export interface Issuer {
  readonly document: AccountDocument;
  readonly keys: Keys;
  readonly destinations: readonly Destination[];
  readonly clock: Clock;
  /** What is asked of the key in use. */
  readonly demands: Demands;
  /** Whether this mode replaces a key whatever its age. */
  readonly rotates: boolean;
  /** After how many milliseconds a superseded key is retired; undefined = never. */
  readonly overlap: number | undefined;
  /** Whether every key before is dead by now, so that the new one is delivered at once and proven after. */
  readonly startsAnew: () => boolean;
  /** Whether this very run made the account: then its record announces the key, and it has no other. */
  readonly isNewAccount: () => boolean;
  /** Mints a token with the key. @throws ApiError */
  readonly mint: (key: IssuedKey) => Promise<void>;
  /** Told of the key as soon as it exists. */
  readonly onIssued: (key: IssuedKey) => void;
  /** Told what is being waited for. */
  readonly say: (line: string) => void;
}

/** Everything about the keys, as it is now; of an account just made, everything is known. */
export async function look(issuer: Issuer): Promise<Evidence> {
  const isNew = issuer.isNewAccount();
  const [account, keys, readings] = await Promise.all([
    isNew ? issuer.document.read() : rereadAccount(issuer.document, issuer.clock),
    isNew ? [] : issuer.keys.list(),
    Promise.all(
      issuer.destinations.map(async (destination) => {
        return { name: destination.name, reading: await (isNew ? destination.read() : destination.reread()) };
      }),
    ),
  ]);
  return { owned: readDescription(account?.description).ownership, keys, readings };
}
