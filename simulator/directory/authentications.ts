/** Every time that somebody authenticated with a key of an account. Cloud Monitoring counts them. */
import type { Context } from '../engine/route.ts';
import { statePart } from '../engine/world.ts';
import type { AccountState } from './iam.ts';

export interface AuthenticationState {
  readonly project: string;
  /** Of the account. */
  readonly uniqueId: string;
  readonly keyId: string;
  readonly occurredAt: number;
}

export interface MonitoringState {
  /** Oldest first. */
  authentications: AuthenticationState[];
}

export const monitoringState = statePart<MonitoringState>('monitoring', () => ({ authentications: [] }));

/** What is then asked for may still be refused: it counts all the same. */
export function noteAuthentication({ project, uniqueId }: AccountState, keyId: string, { live, now }: Context): void {
  monitoringState(live).authentications.push({ project, uniqueId, keyId, occurredAt: now });
}
