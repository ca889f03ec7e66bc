import type { Finding, Permission } from '../../engine/finding.ts';

const APPLY = 'Run mode `apply` to fix this.';

/** What reading it takes. */
export const roleReads: readonly Permission[] = ['iam.roles.get'];

export const roleFindings = {
  'role.missing': {
    level: 'error',
    what: 'The custom role does not exist',
    why: 'It gives the account the permissions that Segment needs.',
    remedy: APPLY,
    needs: ['iam.roles.create'],
  },
  'role.deleted': {
    level: 'error',
    what: 'The custom role was deleted',
    why: 'A deleted role grants nothing, so Segment cannot run queries.',
    remedy: `${APPLY} It restores the role.`,
    needs: ['iam.roles.undelete', 'iam.roles.update'],
  },
  'role.disabled': {
    level: 'error',
    what: 'The custom role is disabled',
    why: 'A disabled role grants nothing, so Segment cannot run queries.',
    remedy: APPLY,
    needs: ['iam.roles.update'],
  },
  'role.unmarked': {
    level: 'warning',
    what: 'The custom role is not managed by this action',
    why: 'Without its ownership marker nobody can tell who relies on the role, so apply does not touch it.',
    remedy: 'Run mode `apply` with `adopt: true` to take it over, or set `role_id` to another name.',
    needs: ['iam.roles.update'],
  },
  'role.marked-for-another': {
    level: 'warning',
    what: 'The custom role is managed for another account',
    why: "Changing it would change that account's permissions.",
    remedy: 'Set `role_id` to another name.',
    needs: ['iam.roles.update'],
  },
  'role.permission-missing': {
    level: 'error',
    what: 'The custom role lacks a permission',
    why: 'Segment cannot do its work without it.',
    remedy: APPLY,
    needs: ['iam.roles.update'],
  },
  'role.permission-excess': {
    level: 'warning',
    securitySeverity: '6.0',
    what: 'The custom role holds a permission that the access mode does not grant',
    why: 'The account can do more than Segment needs, and so can whoever holds its key.',
    remedy: APPLY,
    needs: ['iam.roles.update'],
  },
  'role.to-delete': {
    level: 'note',
    what: 'The custom role is still there',
    why: 'Mode `destroy` deletes it.',
    remedy: 'Run mode `destroy` again.',
    needs: ['iam.roles.delete'],
  },
  'role.to-release': {
    level: 'note',
    what: 'The custom role still carries the ownership marker',
    why: 'Mode `destroy` removes the marker from an adopted role.',
    remedy: 'Run mode `destroy` again.',
    needs: ['iam.roles.update'],
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof roleFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly role: true;
  }
}
