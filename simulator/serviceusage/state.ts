export interface ServiceUsageState {
  /** APIs that are off, by project id. Everything else is on. */
  disabled: Record<string, string[]>;
}

/** Every API is on everywhere. */
export function emptyServiceUsageState(): ServiceUsageState {
  return { disabled: {} };
}
