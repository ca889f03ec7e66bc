/** How a table is laid out: in partitions, or outside BigQuery altogether. Each has refusals of its own in queries. */
import { holds } from '../../directory/permissions.ts';
import { list, record, text } from '../../engine/json.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import type { FieldState, TableState } from '../state.ts';

/** The fields of a table that say so. */
export const LAYOUT = ['timePartitioning', 'rangePartitioning', 'requirePartitionFilter', 'externalDataConfiguration'];

/** Columns of tables that are partitioned by when rows came: they can be compared, and `*` does not list them. */
const PSEUDO: readonly FieldState[] = [
  { name: '_PARTITIONDATE', type: 'DATE', mode: 'NULLABLE' },
  { name: '_PARTITIONTIME', type: 'TIMESTAMP', mode: 'NULLABLE' },
];

/** Throws for a partition over a column that is not there, and a filter that nothing could satisfy. */
export function readLayout(
  body: Readonly<Record<string, unknown>>,
  fields: readonly FieldState[],
): Record<string, unknown> {
  const layout = Object.fromEntries(
    Object.entries(body).filter(([field, value]) => LAYOUT.includes(field) && (value ?? undefined) !== undefined),
  );
  const column = columnOf(layout);
  if (column !== undefined && !fields.some(({ name }) => name.toLowerCase() === column.toLowerCase()))
    throw bigQuery(400, 'invalid', `The field specified for partitioning cannot be found in the schema: ${column}`);
  if (demandsFilter(layout) && column === undefined && layout['timePartitioning'] === undefined)
    throw bigQuery(400, 'invalid', 'require_partition_filter cannot be set for non-partitioned tables');
  return layout;
}

function columnOf(layout: TableState['layout']): string | undefined {
  return text(record(layout['timePartitioning'] ?? layout['rangePartitioning'])['field']);
}

function demandsFilter(layout: TableState['layout']): boolean {
  return (
    layout['requirePartitionFilter'] === true || record(layout['timePartitioning'])['requirePartitionFilter'] === true
  );
}

/** Columns that a query can compare, besides those of the schema. */
export function pseudoColumns({ layout }: TableState): readonly FieldState[] {
  return layout['timePartitioning'] !== undefined && columnOf(layout) === undefined ? PSEUDO : [];
}

/** Columns of which a query must compare one; none where all may be read. */
export function requiredColumns({ layout }: TableState): readonly string[] {
  if (!demandsFilter(layout)) return [];
  const column = columnOf(layout);
  return column === undefined ? ['_PARTITION_LOAD_TIME', ...PSEUDO.map(({ name }) => name)] : [column];
}

/** Throws what a query of a table over files meets where the caller may not read the files. */
export function requireFiles({ layout }: TableState, project: string, context: Context): void {
  const external = record(layout['externalDataConfiguration']);
  const [uri = ''] = list(external['sourceUris']).map(String);
  // No token of this world has Drive's scope.
  if (external['sourceFormat'] === 'GOOGLE_SHEETS' || /^https:\/\/(docs|drive)\.google\.com\//.test(uri))
    throw bigQuery(
      403,
      'accessDenied',
      'Access Denied: BigQuery BigQuery: Permission denied while getting Drive credentials.',
    );
  if (!uri.startsWith('gs://') || holds(context, context.caller(), 'storage.objects.list', { project })) return;
  const who = context.caller().principal.replace(/^(user|serviceAccount):/, '');
  throw bigQuery(
    403,
    'accessDenied',
    `Access Denied: BigQuery BigQuery: Permission denied while globbing file pattern. ${who} does not have storage.objects.list access to the Google Cloud Storage bucket. Permission 'storage.objects.list' denied on resource (or it may not exist). Please make sure ${uri} is accessible via appropriate IAM roles, e.g. Storage Object Viewer or Storage Object Creator.`,
  );
}
