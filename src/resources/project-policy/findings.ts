import type { Finding, Permission } from '../../engine/finding.ts';

const APPLY = 'Run mode `apply` to fix this.';
const needs: readonly Permission[] = ['resourcemanager.projects.setIamPolicy'];

/** What reading it takes. */
export const projectPolicyReads: readonly Permission[] = ['resourcemanager.projects.getIamPolicy'];

export const projectPolicyFindings = {
  'project-role.missing': {
    level: 'error',
    what: 'The service account does not hold its role on the project',
    why: 'Without the role, Segment cannot run queries.',
    remedy: APPLY,
    needs,
  },
  'project-role.conditional': {
    level: 'error',
    what: 'The service account holds its role on the project only under a condition',
    why: 'Segment needs the role at any time; a condition makes syncs fail whenever it does not hold.',
    remedy: APPLY,
    needs,
  },
  'project-role.excess': {
    level: 'warning',
    securitySeverity: '6.0',
    what: 'The service account holds a role of another access mode, or its own role a second time under a condition',
    why: 'It can do more than the access mode grants.',
    remedy: APPLY,
    needs,
  },
  'project-role.surplus': {
    level: 'error',
    securitySeverity: '8.0',
    what: 'The service account holds another role on the project',
    why: 'Whoever holds its key can do what that role allows, everywhere in the project.',
    remedy:
      'If nobody needs it, run mode `apply` with `prune: true` to remove it; it is never removed otherwise. If somebody does, ' +
      'grant the role to an account of its own.',
    needs,
  },
  'project-role.to-revoke': {
    level: 'note',
    what: 'The service account still holds a role on the project',
    why: 'Mode `destroy` revokes it.',
    remedy: 'Run mode `destroy` again.',
    needs,
  },
  'project-role.impersonator': {
    level: 'error',
    securitySeverity: '8.0',
    what: 'Somebody else may act as the service account by a role on the project',
    why: 'A role on the project holds for every account in it: they can become the account, make its keys, or let others in.',
    remedy:
      'If nobody needs it, remove the binding with the command in the message (`prune` does not, because the role is about ' +
      'other accounts too). Else name the member in `impersonators`, or accept it in `accepted_access`.',
    needs: [],
  },
  'project-role.everybody': {
    level: 'error',
    securitySeverity: '8.0',
    what: 'Everybody holds a role on the project, and the service account with them',
    why: 'The account can do more than the access mode grants, and so can everyone else whom the grant covers.',
    remedy:
      'If nobody needs it, remove the binding with the command in the message; `prune` removes only what names the service ' +
      'account. Else accept it in `accepted_access`.',
    needs: [],
  },
  'project-role.leftover': {
    level: 'note',
    what: 'A binding on the project is left over from a deleted service account of the same name',
    why: 'It grants nothing, but it prevents a new grant.',
    remedy: APPLY,
    needs,
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof projectPolicyFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'project-policy': true;
  }
}
