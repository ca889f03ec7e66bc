/** Views that are gone: for a day access lists still name them, and then cannot be written as they are. */
import { record } from '../../engine/json.ts';
import type { Context } from '../../engine/route.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState } from '../state.ts';
import { liveTable, liveTables } from './life.ts';

const DAY = 86_400_000;

function spell({ projectId, datasetId, tableId }: Readonly<Record<string, unknown>>): string {
  return `${String(projectId)}:${String(datasetId)}.${String(tableId)}`;
}

/** Whether there is such a view; those of datasets that this world never had are taken on trust. */
export function isLiveView(named: Readonly<Record<string, unknown>>, { world, now }: Context): boolean {
  const { datasets, formerViews } = bigQueryState(world);
  const dataset = datasets[`${String(named['projectId'])}:${String(named['datasetId'])}`];
  if (dataset === undefined) return formerViews[spell(named)] === undefined;
  return liveTable(dataset, String(named['tableId']), now)?.view !== undefined;
}

/** Notes when a view went, or every view of a dataset. */
export function noteFormerViews(dataset: DatasetState, { world, now }: Context, tableId?: string): void {
  const { project: projectId, datasetId } = dataset;
  for (const table of liveTables(dataset, now)) {
    if (table.view === undefined || (tableId ?? table.tableId) !== table.tableId) continue;
    bigQueryState(world).formerViews[spell({ projectId, datasetId, tableId: table.tableId })] = { deletedAt: now };
  }
}

/** Takes views that went more than a day ago out of an access list. */
export function dropFormerViews(dataset: DatasetState, context: Context): void {
  const { formerViews } = bigQueryState(context.world);
  dataset.access = dataset.access.filter((entry) => {
    if (entry['view'] === undefined) return true;
    const view = record(entry['view']);
    const former = formerViews[spell(view)];
    return former === undefined || former.deletedAt + DAY > context.now || isLiveView(view, context);
  });
}
