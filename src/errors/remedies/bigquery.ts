import { enableBy } from '../api-off.ts';
import { shell } from '../shell.ts';
import { EXCEPTION, remedies } from './row.ts';
import type { CodeOf } from './row.ts';

export const bigQuery = remedies([
  {
    code: 'bigquery.quota',
    service: 'bigquery',
    reason: 'quotaExceeded',
    remedy: () =>
      'A daily quota of the project is used up: wait for the next day (Pacific time), or raise it under IAM & Admin → Quotas.',
  },
  {
    code: 'bigquery.api-disabled',
    service: 'bigquery',
    words: /has not enabled BigQuery/i,
    remedy: ({ words }) =>
      enableBy(['bigquery.googleapis.com'], /project ([\w:.-]+) has not/i.exec(words)?.[1] ?? 'PROJECT_ID'),
  },
  {
    code: 'bigquery.location',
    service: 'bigquery',
    words: /resourceLocations|storage region|location .{0,100} does not support/i,
    remedy: () => 'Choose a location that BigQuery has and that the organization policy gcp.resourceLocations allows.',
  },
  {
    code: 'bigquery.encryption',
    service: 'bigquery',
    words: /restrictNonCmekServices|CMEK|customer-managed encryption/i,
    remedy: () =>
      'The organization policy gcp.restrictNonCmekServices requires customer-managed encryption. Create the dataset by hand with ' +
      `a key (${shell`bq mk --dataset --location LOCATION --default_kms_key KEY PROJECT:DATASET`}) and run with adopt: true, or set a default ` +
      `key for the project and run again; or ${EXCEPTION}.`,
  },
  {
    code: 'bigquery.domain-restricted',
    service: 'bigquery',
    words: /setPolicy failed.{0,200}denied by org policy|permitted customer|allowedPolicyMember/i,
    remedy: () => 'An organization policy rejects this account: ask somebody with roles/orgpolicy.policyAdmin.',
  },
  {
    code: 'bigquery.account-too-new',
    service: 'bigquery',
    words: /service account .{0,300}does not exist/i,
    remedy: () =>
      'BigQuery does not know the account yet, which takes up to two minutes after its creation: run the workflow again.',
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof bigQuery>, true> {}
}
