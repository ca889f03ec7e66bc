/**
 * Every way in which something can differ from what is asked for. A difference carries one of these codes; SARIF rule,
 * severity, remedy and needed permissions hang on it (`resources/findings.ts` has one row for each: a missing row does not
 * compile).
 */
export type FindingCode =
  // role
  | 'role.missing'
  | 'role.deleted'
  | 'role.disabled'
  | 'role.unmarked'
  | 'role.marked-for-another'
  | 'role.permission-missing'
  | 'role.permission-excess'
  | 'role.to-delete'
  | 'role.to-release'
  // service-account
  | 'account.missing'
  | 'account.unmarked'
  | 'account.unconfirmed'
  | 'account.record-edited'
  | 'account.disabled'
  | 'account.to-delete'
  | 'account.to-release'
  // account-policy
  | 'impersonation.surplus'
  // project-policy
  | 'project-role.missing'
  | 'project-role.conditional'
  | 'project-role.excess'
  | 'project-role.surplus'
  | 'project-role.to-revoke'
  | 'project-role.leftover'
  | 'project-role.impersonator'
  | 'project-role.everybody'
  // state-dataset
  | 'state-dataset.missing'
  | 'state-dataset.elsewhere'
  | 'state-dataset.unmarked'
  | 'state-dataset.access-missing'
  | 'state-dataset.access-excess'
  | 'state-dataset.leftover'
  | 'state-dataset.to-delete'
  | 'state-dataset.to-release'
  | 'state-dataset.access-to-revoke'
  | 'state-dataset.writer'
  // source-dataset
  | 'source-dataset.missing'
  | 'source-dataset.elsewhere'
  | 'source-dataset.access-missing'
  | 'source-dataset.access-withdrawn'
  | 'source-dataset.access-surplus'
  | 'source-dataset.leftover'
  | 'source-dataset.everybody'
  | 'source-dataset.authorized'
  // credential
  | 'key.missing'
  | 'key.invalid'
  | 'key.undelivered'
  | 'key.in-doubt'
  | 'key.due'
  | 'key.under-way'
  | 'key.superseded'
  | 'key.foreign'
  | 'key.to-delete'
  // destinations
  | 'delivery.to-remove'
  // verify
  | 'access.missing'
  | 'access.excess'
  // anything
  | 'resource.unreadable';

/** What Google asks of whoever carries something out. */
export type Permission =
  | 'iam.roles.create'
  | 'iam.roles.update'
  | 'iam.roles.undelete'
  | 'iam.roles.delete'
  | 'iam.serviceAccounts.create'
  | 'iam.serviceAccounts.update'
  | 'iam.serviceAccounts.enable'
  | 'iam.serviceAccounts.delete'
  | 'iam.serviceAccounts.setIamPolicy'
  | 'iam.serviceAccountKeys.create'
  | 'iam.serviceAccountKeys.delete'
  | 'iam.serviceAccountKeys.disable'
  | 'resourcemanager.projects.setIamPolicy'
  | 'bigquery.datasets.create'
  | 'bigquery.datasets.update'
  | 'bigquery.datasets.delete';

/** What is to be known of one kind of difference, whatever it is about. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'note';
  /** CVSS-like, `0.1` to `10.0`, as code scanning shows it; only for what is a matter of security. */
  readonly securitySeverity?: string;
  /** One clause without a period: `The custom role lacks a permission`. */
  readonly what: string;
  /** Why it matters: a sentence or more. */
  readonly why: string;
  /** What to do: a sentence or more. */
  readonly remedy: string;
  /** What carrying it out takes; held on the project, or below it where the service allows that. */
  readonly needs: readonly Permission[];
}
