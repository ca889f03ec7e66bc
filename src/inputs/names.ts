/** Names that follow from the inputs: computed once, so that nothing has to be looked up. */
export interface Names {
  readonly accountId: string;
  readonly roleId: string;
  /** E-mail of the account that Segment uses. */
  readonly email: string;
  /** The account, as policies name it: `serviceAccount:…` */
  readonly member: string;
  /** `projects/P/roles/R` */
  readonly role: string;
  /** `project.__segment_reverse_etl` */
  readonly stateDataset: string;
}

/** Segment's name for its state dataset: fixed. */
export const STATE_DATASET = '__segment_reverse_etl';

export function namesOf(projectId: string, accountId: string, roleId: string): Names {
  const email = emailOf(accountId, projectId);
  return {
    accountId,
    roleId,
    email,
    member: `serviceAccount:${email}`,
    role: `projects/${projectId}/roles/${roleId}`,
    stateDataset: `${projectId}.${STATE_DATASET}`,
  };
}

/** E-mail of an account; a domain-scoped project `example.com:p` becomes `p.example.com`. */
export function emailOf(accountId: string, projectId: string): string {
  const [first, second] = projectId.split(':');
  const domain = second === undefined ? projectId : `${second}.${first ?? ''}`;
  return `${accountId}@${domain}.iam.gserviceaccount.com`;
}

/** Of an account that nobody named otherwise: the first of a project. */
export const DEFAULT_ACCOUNT_ID = 'segment-reverse-etl';

/** Slug of the source in Segment, where none is given: one for each account that uses a project. */
export function sourceSlugOf(projectId: string, accountId: string): string {
  const slug = accountId === DEFAULT_ACCOUNT_ID ? `bigquery-${projectId}` : `bigquery-${projectId}-${accountId}`;
  return slug.replaceAll(/[^a-z0-9_-]/g, '-');
}
