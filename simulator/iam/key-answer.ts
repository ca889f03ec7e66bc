import type { AccountState, KeyState } from '../directory/iam.ts';
import { isoSeconds } from '../engine/json.ts';

/** A key as IAM answers it, without material. */
export function answer(account: AccountState, key: KeyState): Record<string, unknown> {
  return {
    name: `projects/${account.project}/serviceAccounts/${account.email}/keys/${key.id}`,
    validAfterTime: isoSeconds(key.validAfterTime),
    validBeforeTime: isoSeconds(key.validBeforeTime),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: key.origin,
    keyType: 'USER_MANAGED',
    ...(key.disabled ? { disabled: true } : {}),
    ...(key.disableReason === undefined ? {} : { disableReason: key.disableReason }),
  };
}
