import type { ApiError } from '../api-error.ts';
import { EXCEPTION, constraintIn, remedies } from './row.ts';
import type { CodeOf } from './row.ts';

/** Keys, custom roles and service accounts. */
export const iam = remedies([
  {
    code: 'iam.key-creation-forbidden',
    service: 'iam',
    words: /key creation is not allowed|disableServiceAccountKeyCreation/i,
    remedy: (error) =>
      `${forbiddenBy(error, 'disableServiceAccountKeyCreation')} forbids creating keys here (the old constraint and its ` +
      'managed form can both be in force). If uploading keys is allowed, set key_lifetime_days: the runner then makes the key. ' +
      `Or ${EXCEPTION}, or set key_delivery: none.`,
  },
  {
    code: 'iam.key-upload-forbidden',
    service: 'iam',
    words: /upload public key|disableServiceAccountKeyUpload/i,
    remedy: (error) =>
      `${forbiddenBy(error, 'disableServiceAccountKeyUpload')} forbids uploading keys here (the old constraint and its ` +
      'managed form can both be in force). If creating keys is allowed, leave out key_lifetime_days: Google then makes the key. ' +
      `Or ${EXCEPTION}, or set key_delivery: none.`,
  },
  {
    code: 'iam.too-many-keys',
    service: 'iam',
    status: 'FAILED_PRECONDITION',
    words: /^precondition check failed/i,
    remedy: () => 'The account most likely has ten keys, the most that Google allows: delete the unused ones.',
  },
  {
    code: 'iam.too-many-keys',
    service: 'iam',
    words: /maximum number of keys/i,
    remedy: () => 'The account has ten keys, the most that Google allows: delete the unused ones.',
  },
  {
    code: 'iam.permission-unsupported',
    service: 'iam',
    words: /^permission .{0,200} is not valid/i,
    remedy: ({ words }) =>
      `${/permission (\S+)/i.exec(words)?.[1] ?? 'A permission'} cannot be in a custom role of this project: its API is off, or ` +
      'it does not apply to projects. Enable the API (enable_apis: true), or leave out read_api: storage.',
  },
  {
    code: 'iam.too-many-roles',
    service: 'iam',
    words: /maximum number of (custom )?roles/i,
    remedy: () =>
      'The project has 300 custom roles, including deleted ones that are not yet purged: delete some, or set role_id to an ' +
      'existing one with adopt: true.',
  },
  {
    code: 'iam.disabled-by-google',
    service: 'iam',
    words: /compromise|exposed/i,
    remedy: () =>
      'Google itself disabled it because its key was found in public. Investigate that first; then use another account_id, or ' +
      'ask Google Cloud support to lift the restriction.',
  },
  {
    code: 'iam.role-name-taken',
    service: 'iam',
    words: /marked for deletion|existing role with that role_id in a deleted state/i,
    remedy: () =>
      'A role of this name was deleted more than 7 days ago: Google reserves the name for up to 44 days, and the role cannot be ' +
      'restored. Set role_id to another name.',
  },
  {
    code: 'iam.too-many-accounts',
    service: 'iam',
    words: /maximum number of service accounts/i,
    remedy: () =>
      'The project has as many service accounts as its quota allows: delete one, or request a higher quota.',
  },
  {
    code: 'iam.account-creation-forbidden',
    service: 'iam',
    words: /service account creation is not allowed/i,
    remedy: () =>
      'The organization policy iam.disableServiceAccountCreation forbids service accounts here. Ask somebody with ' +
      'roles/orgpolicy.policyAdmin for an exception, or create the account by hand and run with adopt: true.',
  },
]);

/** The constraint that the refusal names; where it names none, both that there are. */
function forbiddenBy(error: ApiError, usual: string): string {
  const named = constraintIn(error);
  if (named !== undefined) return `The organization policy ${named}`;
  return `The organization policy iam.managed.${usual} (the default of newer organizations) or iam.${usual}`;
}

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof iam>, true> {}
}
