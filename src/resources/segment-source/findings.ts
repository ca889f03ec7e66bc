import type { Finding } from '../../engine/finding.ts';

const APPLY = 'Run mode `apply` to fix this.';
/** The account's record says which source is ours. */
const needs = ['iam.serviceAccounts.update'] as const;

export const segmentSourceFindings = {
  'segment-source.missing': {
    level: 'error',
    what: 'The source does not exist in Segment',
    why: 'Models and mappings hang on it.',
    remedy: APPLY,
    needs,
  },
  'segment-source.unmarked': {
    level: 'warning',
    what: 'The source in Segment is not managed by this action',
    why: 'It is not in the record of the service account, so somebody else may rely on it; apply does not touch it.',
    remedy: 'Run mode `apply` with `adopt: true` to take it over, or set `segment_source` to another slug.',
    needs,
  },
  'segment-source.other-kind': {
    level: 'error',
    what: 'The source in Segment is no BigQuery source',
    why: 'Segment cannot change the kind of a source.',
    remedy: 'Set `segment_source` to another slug.',
    needs: [],
  },
  'segment-source.renamed': {
    level: 'error',
    what: 'The source in Segment has another slug than recorded',
    why: 'Somebody changed its slug, or the record names a source that is not ours; apply does not touch it.',
    remedy: 'Give it its slug back in Segment, or set `segment_source` to the slug that it has now.',
    needs: [],
  },
  'segment-source.name': {
    level: 'note',
    what: 'The source in Segment has another name',
    why: 'People look for it by its name.',
    remedy: APPLY,
    needs: [],
  },
  'segment-source.disabled': {
    level: 'error',
    what: 'The source is disabled in Segment',
    why: 'Nothing syncs. Somebody disabled it, perhaps because its key leaked.',
    remedy: 'Once that is resolved, run mode `apply` with `restore: true`.',
    needs: [],
  },
  'segment-source.pending': {
    level: 'error',
    what: 'The source in Segment was never enabled',
    why: 'A run that created it ended early.',
    remedy: APPLY,
    needs,
  },
  'segment-source.location': {
    level: 'error',
    what: 'The source in Segment has another location than the data',
    why: "BigQuery runs a query only where its data is, so that syncs fail; and Segment keeps its state in the state dataset's location.",
    remedy: APPLY,
    needs: [],
  },
  'segment-source.exposed': {
    level: 'error',
    securitySeverity: '9.0',
    what: 'A setting of the source in Segment shows a key of the service account in clear text',
    why: 'Whoever may read the source can read your data with that key.',
    remedy:
      'Run mode `apply`: it empties the setting and disables the key. Look for copies, in Git Sync for one; then deliver a new key by another setting.',
    needs: ['iam.serviceAccountKeys.disable'],
  },
  'segment-source.to-delete': {
    level: 'note',
    what: 'The source is still there in Segment',
    why: 'Mode `destroy` with `delete_source: true` deletes it.',
    remedy: 'Run mode `destroy` again.',
    needs: [],
  },
  'segment-source.to-disable': {
    level: 'note',
    what: 'The source is still enabled in Segment',
    why: 'Mode `destroy` disables it and takes its key away.',
    remedy: 'Run mode `destroy` again.',
    needs: [],
  },
} satisfies Record<string, Finding>;

declare module '../../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof segmentSourceFindings, true> {}
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'segment-source': true;
  }
}
