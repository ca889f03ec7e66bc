import { serviceName } from '../services.ts';
import { shell } from '../shell.ts';
import { EXCEPTION, constraintIn, enableCommand, metadata, remedies } from './row.ts';
import type { CodeOf } from './row.ts';

/** Perimeters, quota projects, billing and APIs that are off: of every service, and easily mistaken for missing permissions. */
export const project = remedies([
  {
    code: 'project.perimeter',
    words: /VPC Service Controls|vpcServiceControlsUniqueIdentifier/i,
    remedy: ({ words }) =>
      'A VPC Service Controls perimeter blocks this workflow: ask its administrator for an ingress rule for the calling ' +
      `identity${uniqueIdentifier(words)}. No role helps here.`,
  },
  {
    code: 'organization-policy.custom',
    words: /customConstraints\//,
    remedy: (error) =>
      `The organization's own constraint ${constraintIn(error) ?? 'of its policy'} forbids this. Its words say what is allowed; ` +
      `or ${EXCEPTION}.`,
  },
  {
    code: 'project.deleted',
    words:
      /project .{0,100}(?:has been deleted|is scheduled for deletion|pending deletion|marked for deletion)|not found or deleted/i,
    remedy: ({ words }) =>
      `The project ${/project[^\w]{0,5}(?:#|projects\/)?([\w.:-]{3,80})/i.exec(words)?.[1] ?? 'of this request'} does not exist any more. ` +
      `For 30 days after its deletion it can be restored: ${shell`gcloud projects undelete PROJECT`}. If the credential belongs to it, sign in as another.`,
  },
  {
    code: 'project.no-quota-project',
    words: /requires? a quota project|764086051850|without a quota project/,
    remedy: () =>
      `The credentials of a person need a project that is charged: ${shell`gcloud auth application-default set-quota-project PROJECT`}, or ` +
      'set GOOGLE_CLOUD_QUOTA_PROJECT. Its API must be on there.',
  },
  {
    code: 'project.quota-project',
    reason: 'USER_PROJECT_DENIED',
    remedy: () =>
      'The credential names a quota project in which its identity may not use services: grant it ' +
      'roles/serviceusage.serviceUsageConsumer there, or remove the quota project from the credential.',
  },
  {
    code: 'api.being-switched',
    words: /another activation or deactivation is in progress/i,
    remedy: () => 'APIs are being enabled or disabled in this project right now: run again in a few minutes.',
  },
  {
    code: 'project.no-billing',
    words: /billing account .*not found|billing has not been enabled|billingNotEnabled/i,
    remedy: () =>
      `The project has no billing account. Link one: ${shell`gcloud billing projects link PROJECT --billing-account ACCOUNT`}. ` +
      'Without it BigQuery rejects the writes with which Segment keeps its state, and deletes tables after 60 days.',
  },
  // On the project of the credential, which is often not the target.
  {
    code: 'api.disabled',
    reason: 'SERVICE_DISABLED',
    remedy: (error) => {
      const command = enableCommand(error, `${error.service}.googleapis.com`);
      return `Enable the API in the project that the credential belongs to: ${command}. It takes a few minutes to work.`;
    },
  },
]);

/** What no row of a service recognizes, by the kind of answer. */
export const byKind = remedies([
  {
    code: 'organization-policy.denied',
    http: [400, 403, 412],
    words: /\bconstraints\/|denied by org(?:anization)? polic/i,
    remedy: (error) =>
      `The organization policy ${constraintIn(error) ?? 'that it names'} forbids this: do it in a way that the policy allows, or ` +
      `${EXCEPTION}.`,
  },
  {
    code: 'service.permission-missing',
    letsWrite: true,
    http: [403],
    remedy: (error) => {
      const permission = metadata(error)['permission'] ?? /\b([a-z]+\.[a-zA-Z]+\.[a-zA-Z]+)\b/.exec(error.words)?.[1];
      const missing = permission === undefined ? 'a permission' : `the permission ${permission}`;
      const project = error.service === 'cloudresourcemanager' ? ', and check that project_id exists' : '';
      return (
        `The workflow's identity lacks ${missing}: grant it the role in permissions/provisioner.yaml ` +
        `(for plan and check: permissions/reader.yaml)${project}. A grant takes 2 to 7 minutes to work.`
      );
    },
  },
  {
    code: 'service.unauthenticated',
    http: [401],
    remedy: () => 'The access token was rejected, even a new one: check how this workflow signs in.',
  },
  {
    code: 'service.conflict',
    http: [409, 412],
    remedy: () =>
      'Others kept changing it at the same time: run again, and put the workflows into one concurrency group.',
  },
  {
    code: 'service.rate-limited',
    http: [429],
    remedy: ({ service }) => `${serviceName(service)} limits how often it is called: run again later.`,
  },
  {
    code: 'service.unavailable',
    http: [500, 502, 503, 504],
    remedy: ({ service }) =>
      `${serviceName(service)} is unavailable: run again later. The next run resumes where this one stopped.`,
  },
]);

/** What an administrator of the perimeter asks for first. */
function uniqueIdentifier(words: string): string {
  const id = /vpcServiceControlsUniqueIdentifier:?\s*([\w-]+)/i.exec(words)?.[1];
  return id === undefined ? '' : ` (unique identifier ${id})`;
}

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof project | typeof byKind>, true> {}
}
