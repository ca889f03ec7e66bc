import type { Dataset } from '../../cloud/google/datasets.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';
import { DAY } from '../../time.ts';

/** Settings of a dataset that do not hinder Segment today and hurt it later, with what to do. Pure. */
export function hazards(live: Dataset): Notice[] {
  const expirations = (
    [
      ['defaultTableExpirationMs', 'tables'],
      ['defaultPartitionExpirationMs', 'partitions'],
    ] as const
  ).flatMap(([setting, what]) => expiration(what, Number(live[setting] ?? 0)));
  return [...expirations, ...spelling(live)];
}

function expiration(what: string, milliseconds: number): Notice[] {
  if (milliseconds <= 0) return [];
  const days = String(Math.round((milliseconds / DAY) * 10) / 10);
  return [
    {
      severity: 'warning',
      code: 'state-dataset.expiration',
      because: `new ${what} in the dataset are deleted after ${days} days, and Segment's state with them`,
      remedy: `Run ${shell`bq update --default_table_expiration=0`} on the dataset, or change the project's default.`,
    },
  ];
}

function spelling(live: Dataset): Notice[] {
  const collation = live.defaultCollation ?? '';
  const found: Notice[] = [];
  if (live.isCaseInsensitive === true) {
    const because = "the dataset compares names without case: two of Segment's state tables could become one";
    found.push({ severity: 'warning', code: 'state-dataset.case-insensitive', because });
  }
  if (collation !== '') {
    const because = `the dataset compares text by the collation ${collation}: changed records may look unchanged`;
    found.push({ severity: 'warning', code: 'state-dataset.collation', because });
  }
  return found;
}
