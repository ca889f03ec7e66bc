import { statePart } from '../engine/world.ts';

export interface ServiceUsageState {
  /** APIs that are off, by project id. Everything else is on. */
  disabled: Record<string, string[]>;
}

export const serviceUsageState = statePart<ServiceUsageState>('serviceUsage', () => ({ disabled: {} }));
