import { createHash } from 'node:crypto';
import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { isoSeconds } from '../json.ts';
import { accountName } from './account-fields.ts';
import type { AccountState, KeyState } from './state.ts';

/** A key as IAM answers it; times are whole seconds. */
export function showKey(account: AccountState, key: KeyState): iam_v1.Schema$ServiceAccountKey {
  return {
    name: `${accountName(account)}/keys/${key.id}`,
    validAfterTime: isoSeconds(key.validAfterTime),
    validBeforeTime: isoSeconds(key.validBeforeTime),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: key.origin,
    keyType: 'USER_MANAGED',
    ...(key.disabled ? { disabled: true } : {}),
    ...(key.disableReason === undefined ? {} : { disableReason: key.disableReason }),
  };
}

const ROTATION = 16 * 86_400_000;

/** The key that Google itself keeps for the account: listed by whoever does not ask for user-managed ones only. */
export function showSystemKey(account: AccountState): iam_v1.Schema$ServiceAccountKey {
  const id = createHash('sha1').update(account.uniqueId).digest('hex');
  return {
    name: `${accountName(account)}/keys/${id}`,
    validAfterTime: isoSeconds(account.createdAt),
    validBeforeTime: isoSeconds(account.createdAt + ROTATION),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: 'GOOGLE_PROVIDED',
    keyType: 'SYSTEM_MANAGED',
  };
}

/** The credentials file: text of the JSON, which exists only in the answer that gives it. */
export function keyFile(account: AccountState, key: KeyState, privateKey: string): string {
  const { project, email, uniqueId } = account;
  const x509 = 'https://www.googleapis.com/robot/v1/metadata/x509';
  const file = {
    type: 'service_account',
    project_id: project,
    private_key_id: key.id,
    private_key: privateKey,
    client_email: email,
    client_id: uniqueId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `${x509}/${encodeURIComponent(email)}`,
    universe_domain: 'googleapis.com',
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
