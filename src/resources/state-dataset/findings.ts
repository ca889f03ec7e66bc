import type { Finding, Permission } from '../../engine/finding.ts';

const APPLY = 'Run mode `apply` to fix this.';
const AGAIN = 'Run mode `destroy` again.';

/** What reading it takes. */
export const stateDatasetReads: readonly Permission[] = ['bigquery.datasets.get', 'bigquery.datasets.getIamPolicy'];

export const stateDatasetFindings = {
  'state-dataset.missing': {
    level: 'error',
    what: 'The state dataset does not exist',
    why: 'Segment keeps its sync state in this dataset.',
    remedy: `${APPLY} It creates the dataset, or restores it if it was deleted a short time ago.`,
    needs: ['bigquery.datasets.create', 'bigquery.datasets.update'],
  },
  'state-dataset.elsewhere': {
    level: 'error',
    what: 'The state dataset is in another location',
    why: 'One source of Segment has one location, and BigQuery never moves a dataset.',
    remedy: 'Set `location` to where the data is, or give each location a source of its own.',
    needs: [],
  },
  'state-dataset.unmarked': {
    level: 'warning',
    what: 'The state dataset is not managed by this action',
    why: 'Without its ownership marker nobody can tell who relies on the dataset, so apply does not touch it.',
    remedy: 'Run mode `apply` with `adopt: true` to take it over.',
    needs: ['bigquery.datasets.update'],
  },
  'state-dataset.access-missing': {
    level: 'error',
    what: 'The service account cannot write to the state dataset',
    why: 'Segment cannot keep its sync state there.',
    remedy: APPLY,
    needs: ['bigquery.datasets.update'],
  },
  'state-dataset.access-excess': {
    level: 'warning',
    securitySeverity: '5.0',
    what: 'The service account has another entry on the state dataset than the one it needs',
    why: 'The account can do more there than Segment needs, or has access only under a condition.',
    remedy: APPLY,
    needs: ['bigquery.datasets.update'],
  },
  'state-dataset.writer': {
    level: 'error',
    securitySeverity: '7.0',
    what: 'Somebody else may write to the state dataset, or owns it',
    why: "Whoever writes there can withhold records from Segment's destinations or have them sent again, and can read Segment's state.",
    remedy:
      'If nobody needs it, take the entry out of the access list of the dataset (`prune` does not, because it is not the ' +
      "account's). Else name the member in `dataset_writers`, or accept it in `accepted_access`.",
    needs: [],
  },
  'state-dataset.leftover': {
    level: 'note',
    what: 'An entry on the state dataset is left over from a deleted service account of the same name',
    why: 'It grants nothing, but it reads as if the account had access.',
    remedy: APPLY,
    needs: ['bigquery.datasets.update'],
  },
  'state-dataset.to-delete': {
    level: 'note',
    what: 'The state dataset is still there',
    why: 'Mode `destroy` with `delete_dataset: true` deletes it.',
    remedy: AGAIN,
    needs: ['bigquery.datasets.delete'],
  },
  'state-dataset.to-release': {
    level: 'note',
    what: 'The state dataset still carries the ownership marker',
    why: 'Mode `destroy` removes the marker from an adopted dataset.',
    remedy: AGAIN,
    needs: ['bigquery.datasets.update'],
  },
  'state-dataset.access-to-revoke': {
    level: 'note',
    what: 'The service account still has access to the state dataset',
    why: 'Mode `destroy` revokes it.',
    remedy: AGAIN,
    needs: ['bigquery.datasets.update'],
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof stateDatasetFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly dataset: true;
  }
}
