import type { ListedSource, Source } from '../../cloud/segment/sources.ts';
import type { RecordedSource } from '../../ownership/record.ts';

/** Whose a source is. What the record says is a claim: it counts only where the source is the one that was asked for. Pure. */

/**
 * `gone`: it was recorded, and is not there. `renamed`: it is recorded, and its slug is not what was asked for. `other-kind`:
 * it is no BigQuery source. `unmarked`: somebody else's, as far as anybody can tell.
 */
export type Standing = 'absent' | 'gone' | 'ours' | 'unmarked' | 'renamed' | 'other-kind';

/** What tells whose it is. */
export interface Facts {
  readonly recorded: RecordedSource | undefined;
  readonly source: ListedSource | undefined;
  /** Slug or id, as asked for. */
  readonly wanted: string;
  /** Of BigQuery sources. */
  readonly metadataId: string;
  /** Whether models hang on it; asked only where it may be what a run left that died while it created one. */
  readonly hasModels: boolean;
}

export function standingOf({ recorded, source, wanted, metadataId, hasModels }: Facts): Standing {
  const isKnown = recorded !== undefined && recorded !== 'new';
  if (source === undefined) return isKnown ? 'gone' : 'absent';
  if (source.metadataId !== metadataId) return 'other-kind';
  if (isKnown && recorded.id === source.id) return isNamed(source, wanted) ? 'ours' : 'renamed';
  return recorded === 'new' && !source.enabled && !hasModels ? 'ours' : 'unmarked';
}

/** Whether this is what was asked for. */
export function isNamed({ id, slug }: Pick<Source, 'id' | 'slug'>, wanted: string): boolean {
  return slug === wanted || id === wanted;
}
