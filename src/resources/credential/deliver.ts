import type { IssuedKey } from '../../cloud/google/keys.ts';
import { NotTaken, TakenBack } from '../../destinations/destination.ts';
import type { Destination } from '../../destinations/destination.ts';
import { ApiError, isUnclear } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { explain } from '../../errors/explain.ts';
import type { CredentialState } from './assess.ts';
import type { KeyClients } from './evidence.ts';
import type { KeyLedger } from './ledger.ts';

/** What delivering needs. */
export interface Delivering {
  readonly clients: KeyClients;
  readonly ledger: KeyLedger;
}

interface Failure {
  readonly destination: Destination;
  readonly error: unknown;
}

/**
 * Delivers to every destination, those that can refuse first. When one did not take the key, the new key is deleted only
 * if every destination clearly refused it; otherwise it stays, announced in the record, and the next run heals it.
 *
 * @param state - in which it was decided to issue the key
 * @throws Blocked when a destination did not take it
 */
export async function deliverEverywhere(
  { clients, ledger }: Delivering,
  key: IssuedKey,
  state: CredentialState,
): Promise<void> {
  const failures: Failure[] = [];
  let taken = 0;
  for (const destination of [...clients.destinations].sort(byWillingness)) {
    if (failures.length > 0 && destination.willing) continue; // Not handed out where the key may be deleted in a moment.
    try {
      await destination.deliver(key);
      taken += 1;
    } catch (error) {
      failures.push({ destination, error });
    }
  }
  if (failures.length === 0) return;
  const isRefusedByAll = taken === 0 && failures.every(({ error }) => isRefusal(error));
  if (isRefusedByAll) {
    await clients.keys.delete(key.id);
    const isEmptied = failures.some(({ error }) => error instanceof TakenBack);
    await (isEmptied ? ledger.giveUp(state) : ledger.standDown(state));
  }
  const after = isRefusedByAll
    ? 'The new key was deleted; nothing else changed.'
    : 'The new key stays, and so does the one before it; the next run heals this.';
  throw new Blocked(
    failures.flatMap((failure) => undelivered(failure, after)),
    failures[0]?.error,
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof NotTaken || (error instanceof ApiError && !isUnclear(error));
}

function undelivered({ destination, error }: Failure, after: string): Problem[] {
  return explain(error).map(({ because, remedy }) => ({
    severity: 'error',
    code: 'key.not-delivered',
    subject: destination.address,
    attempted: `deliver the new key to ${destination.name}`,
    because,
    remedy: `${remedy} ${after}`,
  }));
}

function byWillingness(one: Destination, other: Destination): number {
  return Number(one.willing) - Number(other.willing);
}
