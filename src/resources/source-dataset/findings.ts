import type { Finding, Permission } from '../../engine/finding.ts';

const APPLY = 'Run mode `apply` to fix this.';
const needs: readonly Permission[] = ['bigquery.datasets.update'];

/** What reading it takes. */
export const sourceDatasetReads: readonly Permission[] = [
  'bigquery.datasets.get',
  'bigquery.datasets.getIamPolicy',
  'bigquery.rowAccessPolicies.list',
];

export const sourceDatasetFindings = {
  'source-dataset.missing': {
    level: 'error',
    what: 'A dataset in `source_datasets` does not exist',
    why: 'Models read it, and this action creates only the dataset in which Segment keeps its state.',
    remedy: 'Check the names in `source_datasets`.',
    needs: [],
  },
  'source-dataset.elsewhere': {
    level: 'error',
    what: 'Datasets in `source_datasets` are in another location',
    why: 'One source of Segment has one location, and BigQuery never moves a dataset.',
    remedy: 'Set `location` to where the data is, or give each location a source of its own.',
    needs: [],
  },
  'source-dataset.access-missing': {
    level: 'error',
    what: 'The service account cannot read a dataset that models read',
    why: 'Syncs of these models fail.',
    remedy: APPLY,
    needs,
  },
  'source-dataset.access-withdrawn': {
    level: 'warning',
    securitySeverity: '5.0',
    what: 'The service account can still read a dataset that the access mode no longer grants',
    why: 'The dataset was removed from `source_datasets`, or the access mode changed: no model needs it.',
    remedy: APPLY,
    needs,
  },
  'source-dataset.access-surplus': {
    level: 'error',
    securitySeverity: '7.0',
    what: 'The service account has access to a dataset that the access mode does not grant',
    why: 'It can read or change data that no model needs, and so can whoever holds its key.',
    remedy:
      'If nobody needs it, run mode `apply` with `prune: true` to remove it; it is never removed otherwise. If somebody does, ' +
      'grant the access to an account of its own, or add the dataset to `source_datasets`.',
    needs,
  },
  'source-dataset.everybody': {
    level: 'error',
    securitySeverity: '7.0',
    what: 'Everybody has access to a dataset, and the service account with them',
    why: 'The account can reach data that the access mode does not grant, and so can everyone else whom the grant covers.',
    remedy:
      'If nobody needs it, take the entry out of the access list of the dataset; `prune` removes only what names the service ' +
      'account. Else accept it in `accepted_access`.',
    needs: [],
  },
  'source-dataset.authorized': {
    level: 'error',
    securitySeverity: '7.0',
    what: 'A dataset authorizes the state dataset, or a view or routine in it',
    why: 'The service account writes the state dataset: by a view that it puts there it can read the whole dataset.',
    remedy:
      'If nobody needs it, take the entry out of the access list of the dataset; `prune` removes only what names the service ' +
      'account. Else accept it in `accepted_access`.',
    needs: [],
  },
  'source-dataset.leftover': {
    level: 'note',
    what: 'An entry on a dataset is left over from a deleted service account of the same name',
    why: 'It grants nothing, but it reads as if the account had access.',
    remedy: APPLY,
    needs,
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof sourceDatasetFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly dataset: true;
  }
}
