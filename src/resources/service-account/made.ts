import type { Address } from '../../address.ts';
import type { Run } from '../../engine/resource.ts';

/** What this very run did to the account. */
export interface AccountMade {
  readonly isCreated: boolean;
  readonly isEnabled: boolean;
  readonly isDeleted?: true;
}

/** What the run made of the account at this address; neither, if it did not touch it. */
export function madeOf(run: Run, address: Address): AccountMade {
  const made = run.made(address);
  return isMade(made) ? made : { isCreated: false, isEnabled: false };
}

function isMade(made: unknown): made is AccountMade {
  return typeof made === 'object' && made !== null && 'isCreated' in made && 'isEnabled' in made;
}
