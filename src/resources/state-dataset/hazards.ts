import type { Dataset } from '../../cloud/google/datasets.ts';

const DAY = 86_400_000;

/** Settings of a dataset that do not hinder Segment today and hurt it later; one sentence each, with what to do. */
export function hazards(live: Dataset): string[] {
  const found: string[] = [];
  const mend = "run bq update with --default_table_expiration=0, or change the project's default";
  for (const [field, what] of [
    ['defaultTableExpirationMs', 'tables'],
    ['defaultPartitionExpirationMs', 'partitions'],
  ] as const) {
    const milliseconds = Number(live[field] ?? 0);
    if (milliseconds > 0) {
      const days = String(Math.round((milliseconds / DAY) * 10) / 10);
      found.push(`new ${what} in the dataset are deleted after ${days} days, Segment's state with them: ${mend}`);
    }
  }
  if (live.isCaseInsensitive === true) {
    found.push('the dataset compares names without case: two of Segment’s state tables could become one');
  }
  if ((live.defaultCollation ?? '') !== '') {
    found.push(
      `the dataset compares text by the collation ${live.defaultCollation ?? ''}: changed records may look unchanged`,
    );
  }
  return found;
}
