/** What an account may say, and how it is shown. */
import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { record, text } from '../json.ts';
import { invalid } from '../refusal.ts';
import type { Shape } from '../strict.ts';
import type { AccountState } from './state.ts';

export const ACCOUNT_SHAPE = {
  name: 'string',
  projectId: 'string',
  uniqueId: 'string',
  email: 'string',
  displayName: 'string',
  etag: 'string',
  description: 'string',
  oauth2ClientId: 'string',
  disabled: 'boolean',
} as const satisfies Shape;

/** Limits are of UTF-8 bytes, not of characters. */
const MOST_BYTES = { displayName: 100, description: 256 } as const;

/** What of an account clients may change. */
export type AccountFields = Pick<AccountState, 'displayName' | 'description'>;

export function readAccount(body: unknown): AccountFields {
  const given = record(body);
  const fields = { displayName: text(given['displayName']) ?? '', description: text(given['description']) ?? '' };
  for (const [name, most] of Object.entries(MOST_BYTES)) {
    const bytes = Buffer.byteLength(text(given[name]) ?? '');
    if (bytes > most) throw invalid(`The ${name} must be at most ${String(most)} bytes, but has ${String(bytes)}.`);
  }
  return fields;
}

export function accountName({ project, email }: AccountState): string {
  return `projects/${project}/serviceAccounts/${email}`;
}

/** An account as IAM answers it: what is empty is left out. */
export function showAccount(account: AccountState): iam_v1.Schema$ServiceAccount {
  const { project, email, uniqueId, displayName, description, etag, disabled } = account;
  return {
    name: accountName(account),
    projectId: project,
    uniqueId,
    email,
    ...(displayName === '' ? {} : { displayName }),
    etag,
    ...(description === '' ? {} : { description }),
    oauth2ClientId: uniqueId,
    ...(disabled ? { disabled } : {}),
  };
}

/** `ID@P.iam.gserviceaccount.com`; of `example.com:proj` it is `ID@proj.example.com.iam.gserviceaccount.com`. */
export function emailOf(accountId: string, project: string): string {
  const [domain = '', id] = project.split(':');
  return `${accountId}@${id === undefined ? project : `${id}.${domain}`}.iam.gserviceaccount.com`;
}
