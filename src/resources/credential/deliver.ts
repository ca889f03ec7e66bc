import { ApiError, isUnclear } from '../../errors/api-error.ts';
import type { Destination } from '../../destinations/destination.ts';
import type { IssuedKey } from '../../cloud/google/keys.ts';
import { Refused } from '../../errors/diagnostic.ts';
import { adviseOn } from '../../errors/explain.ts';
import type { CredentialState } from './assess.ts';
import type { Issuer } from './evidence.ts';
import { standDown } from './record.ts';

/**
 * Delivers to every destination, those that can refuse first. When one did not take the key, the new key is deleted only
 * if every destination clearly refused it; otherwise it stays, announced in the record, and the next run heals it.
 */
export async function deliverEverywhere(issuer: Issuer, key: IssuedKey, state: CredentialState): Promise<void> {
  const failures: { readonly destination: Destination; readonly error: unknown }[] = [];
  let taken = 0;
  for (const destination of [...issuer.destinations].sort(byWillingness)) {
    if (failures.length > 0 && destination.willing) continue; // Not handed out where the key may be deleted in a moment.
    try {
      await destination.deliver(key);
      taken += 1;
    } catch (error) {
      failures.push({ destination, error });
    }
  }
  if (failures.length === 0) return;
  const isRefusedByAll = taken === 0 && failures.every(({ error }) => error instanceof ApiError && !isUnclear(error));
  if (isRefusedByAll) {
    await issuer.keys.delete(key.id);
    await standDown(issuer, state);
  }
  const after = isRefusedByAll
    ? 'The new key was deleted; nothing else changed.'
    : 'The new key stays, and so does the one before it; the next run heals this.';
  throw new Refused(
    failures.map(({ destination, error }) => {
      const advice = adviseOn(error);
      return {
        attempted: `deliver the new key to ${destination.name}`,
        because: advice.because,
        remedy: `${advice.remedy} ${after}`,
      };
    }),
    failures[0]?.error,
  );
}

function byWillingness(one: Destination, other: Destination): number {
  return Number(one.willing) - Number(other.willing);
}
