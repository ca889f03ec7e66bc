import type { Finding, Permission } from '../../engine/finding.ts';

/** What reading it takes. */
export const accountReads: readonly Permission[] = ['iam.serviceAccounts.get'];

export const accountFindings = {
  'account.missing': {
    level: 'error',
    what: 'The service account does not exist',
    why: 'Segment signs in as this account.',
    remedy: 'Run mode `apply` to fix this.',
    needs: ['iam.serviceAccounts.create', 'iam.serviceAccounts.update'],
  },
  'account.unmarked': {
    level: 'warning',
    what: 'The service account is not managed by this action',
    why: 'Without its ownership marker nobody can tell who relies on the account, so apply does not touch it.',
    remedy: 'Run mode `apply` with `adopt: true` to take it over, or set `account_id` to another name.',
    needs: ['iam.serviceAccounts.update'],
  },
  'account.unconfirmed': {
    level: 'error',
    securitySeverity: '7.5',
    what: 'The service account is marked as managed by this action, but nothing confirms it',
    why:
      'Whoever may edit its description can write the mark. The project does not bind the account to a role of this action, no ' +
      'destination names its key, and it has keys that work: taking it over would give those keys access to your data.',
    remedy:
      'Find out who made the account and its keys. To take it over, run mode `apply` with `adopt: true`; else set `account_id` ' +
      'to another name.',
    needs: ['iam.serviceAccounts.update'],
  },
  'account.record-edited': {
    level: 'error',
    securitySeverity: '7.0',
    what: 'The record in the description of the service account was edited',
    why:
      'The record tells which keys are ours. It says something that this action never writes, so somebody may want to hide a ' +
      'key, or to have the key in use removed.',
    remedy:
      'Find out in the audit logs who changed the description. Run mode `apply`: it takes out what was added; keys that this ' +
      'action did not issue then count as surplus.',
    needs: ['iam.serviceAccounts.update'],
  },
  'account.disabled': {
    level: 'error',
    what: 'The service account is disabled',
    why: 'Its keys and tokens are rejected, so syncs stop. Mode `revoke` or a person disabled it, perhaps because a key leaked.',
    remedy: 'Once that is resolved, run mode `apply` (after a leak: mode `rotate`) with `restore: true`.',
    needs: ['iam.serviceAccounts.enable', 'iam.serviceAccounts.update'],
  },
  'account.to-delete': {
    level: 'note',
    what: 'The service account is still there',
    why: 'Mode `destroy` deletes it.',
    remedy: 'Run mode `destroy` again.',
    needs: ['iam.serviceAccounts.delete'],
  },
  'account.to-release': {
    level: 'note',
    what: 'The service account still carries the ownership marker',
    why: 'Mode `destroy` removes the marker from an adopted account.',
    remedy: 'Run mode `destroy` again.',
    needs: ['iam.serviceAccounts.update'],
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof accountFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'service-account': true;
  }
}
