import type { Dataset } from '../cloud/google/datasets.ts';
import type { Mark } from './record.ts';

/** The ownership marker of a dataset: a label, `created_ACCOUNT-ID` or `adopted_ACCOUNT-ID`. Pure. */

const LABEL = 'segment-reverse-etl';

/** Whose a dataset is, and how it came to be theirs. */
export interface DatasetMark {
  readonly how: Mark;
  readonly accountId: string;
}

export function labelsOf({ how, accountId }: DatasetMark): Record<string, string> {
  return { [LABEL]: labelOf({ how, accountId }) };
}

function labelOf({ how, accountId }: DatasetMark): string {
  return `${how}_${accountId}`;
}

/** undefined = unmarked. */
export function markOf(dataset: Dataset): DatasetMark | undefined {
  const [, how, accountId] = /^(created|adopted)_(.+)$/.exec(dataset.labels?.[LABEL] ?? '') ?? [];
  if (accountId === undefined) return undefined;
  return { how: how === 'created' ? 'created' : 'adopted', accountId };
}

/**
 * Marks a dataset, unless it is somebody's already.
 *
 * @param disregarded - a mark that counts for nothing: it is replaced
 */
export function markDataset(dataset: Dataset, mark: DatasetMark, disregarded?: DatasetMark): Dataset {
  const found = markOf(dataset);
  if (found !== undefined && labelOf(found) !== (disregarded && labelOf(disregarded))) return dataset;
  return { ...dataset, labels: { ...dataset.labels, ...labelsOf(mark) } };
}

/** Takes the marker off; all other labels stay. */
export function unmarkDataset(dataset: Dataset): Dataset {
  const labels = Object.entries(dataset.labels ?? {}).filter(([key]) => key !== LABEL);
  return { ...dataset, labels: Object.fromEntries(labels) };
}
