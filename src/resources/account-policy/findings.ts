import type { Finding, Permission } from '../../engine/finding.ts';

/** What reading it takes. */
export const accountPolicyReads: readonly Permission[] = ['iam.serviceAccounts.getIamPolicy'];

export const accountPolicyFindings = {
  'impersonation.surplus': {
    level: 'error',
    securitySeverity: '8.5',
    what: 'Somebody else may act as the service account',
    why: 'Whoever can mint its tokens or create its keys can read what Segment reads, and the audit logs name the account.',
    remedy:
      'If nobody needs it, run mode `apply` with `prune: true` to remove it; it is never removed otherwise. Name members that ' +
      'may act as the account in `impersonators`.',
    needs: ['iam.serviceAccounts.setIamPolicy'],
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof accountPolicyFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'account-policy': true;
  }
}
