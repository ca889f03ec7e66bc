import { shell } from '../shell.ts';
import { remedies } from './row.ts';
import type { CodeOf } from './row.ts';

const DENY_POLICIES = shell`gcloud iam policies list --kind denypolicies
  --attachment-point cloudresourcemanager.googleapis.com/projects/PROJECT`;

/** The project's IAM policy. */
export const resourceManager = remedies([
  {
    code: 'project-policy.domain-restricted',
    service: 'cloudresourcemanager',
    words: /permitted customer|allowedPolicyMember/i,
    remedy: () =>
      'The organization policy on domain-restricted sharing rejects this account: it must belong to the same ' +
      'organization. Ask somebody with roles/orgpolicy.policyAdmin.',
  },
  {
    code: 'project-policy.leftover',
    service: 'cloudresourcemanager',
    words: /inconsistent representation of deleted member/i,
    remedy: () =>
      'The policy still names a deleted account with this e-mail: run again, and this action removes the leftover. If it stays, ' +
      `remove the deleted: member by hand with ${shell`gcloud projects remove-iam-policy-binding`}.`,
  },
  {
    code: 'project-policy.denied',
    service: 'cloudresourcemanager',
    words: /policy update access denied/i,
    remedy: () =>
      `Setting the policy is denied although the role may be there. Look for an IAM deny policy (${DENY_POLICIES}), and ask its owner.`,
  },
  {
    code: 'project-policy.full',
    service: 'cloudresourcemanager',
    words: /number of members in the policy|size of the policy|policy .{0,60}(?:too large|maximum allowed size)/i,
    remedy: () =>
      "The project's policy is full (1,500 principals, or its size in bytes): replace single principals by groups, and remove " +
      'bindings and conditions that nobody needs.',
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof resourceManager>, true> {}
}
