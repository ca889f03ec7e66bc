import type { Finding, Permission } from '../../engine/finding.ts';

const ISSUE = 'Run mode `apply` to issue and deliver a new key, then put it into Segment.';
const SIGNS_IN = 'Segment signs in with the key: without a valid one that it has, syncs stop.';
/** What a new key takes: it is recorded on the account. */
const needs = ['iam.serviceAccountKeys.create', 'iam.serviceAccounts.update'] as const;

/** What reading it takes. */
export const keyReads: readonly Permission[] = ['iam.serviceAccountKeys.list'];

export const keyFindings = {
  'key.missing': {
    level: 'error',
    what: 'No key has been issued',
    why: SIGNS_IN,
    remedy: ISSUE,
    needs,
  },
  'key.invalid': {
    level: 'error',
    what: 'The delivered key was deleted, was disabled, or has expired',
    why: SIGNS_IN,
    remedy: ISSUE,
    needs,
  },
  'key.undelivered': {
    level: 'error',
    what: 'A destination does not hold the key',
    why: 'Whoever takes the key from there signs in with another one, or with none.',
    remedy: ISSUE,
    needs,
  },
  'key.in-doubt': {
    level: 'error',
    what: 'A run ended while it issued a key, and nobody can tell where that key went',
    why: 'Until a further key is delivered everywhere, none of them can be retired safely.',
    remedy: ISSUE,
    needs,
  },
  'key.due': {
    level: 'error',
    what: 'The key is due for rotation',
    why: 'A key that is kept too long leaks sooner or later; one that ends by itself stops syncs on that day.',
    remedy: ISSUE,
    needs,
  },
  'key.under-way': {
    level: 'warning',
    what: 'A run ended before it recorded its key',
    why: 'Until that is settled, nobody can tell for sure which keys are in use.',
    remedy: 'Run mode `apply` to fix this.',
    needs: ['iam.serviceAccounts.update'],
  },
  'key.superseded': {
    level: 'warning',
    what: 'A key that was replaced is to be retired',
    why: 'Every valid key is a way into your data.',
    remedy: 'Run mode `apply`: it disables the key, and a later run deletes it.',
    needs: ['iam.serviceAccountKeys.disable', 'iam.serviceAccountKeys.delete', 'iam.serviceAccounts.update'],
  },
  'key.foreign': {
    level: 'warning',
    securitySeverity: '7.0',
    what: 'The account has a key that this action did not issue',
    why: 'Somebody holds a way into your data that nothing rotates and that nobody may know of.',
    remedy:
      'If nobody needs it, run mode `apply` with `prune: true`: it disables the key, and a later run deletes it. If somebody ' +
      'does, give them an account of their own.',
    needs: ['iam.serviceAccountKeys.disable', 'iam.serviceAccountKeys.delete'],
  },
  'key.to-delete': {
    level: 'warning',
    what: 'A key of ours is to be deleted',
    why: 'Modes `destroy` and `rotate` with `restore: true` delete every key that this action issued.',
    remedy: 'Run that mode again.',
    needs: ['iam.serviceAccountKeys.delete'],
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof keyFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly credential: true;
  }
}
