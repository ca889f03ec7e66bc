/** delete and undelete: a dataset can be brought back, as it was, for as long as its time travel lasts. */
import { record } from '../../engine/json.ts';
import { nextEtag } from '../../engine/random.ts';
import type { Context, Reply, Request } from '../../engine/route.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import { requireOnDataset, requireOnProject } from '../permissions.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState } from '../state.ts';
import { noteFormerViews } from '../tables/former-views.ts';
import { liveTables } from '../tables/life.ts';
import { answerDataset, nameOf } from './answer.ts';
import { findDataset, guard } from './find.ts';

const HOUR = 3_600_000;
const WEEK_HOURS = 168;

/** datasets.delete */
export function deleteDataset(request: Request, context: Context): Reply {
  const dataset = findDataset(request, context, 'bigquery.datasets.delete');
  guard(dataset, request);
  checkRemovable(dataset, request.query.get('deleteContents')?.toLowerCase() === 'true', context);
  buryDataset(dataset, context);
  return { status: 204 };
}

/** Throws unless the dataset is empty, or may be deleted with what is in it. */
export function checkRemovable(dataset: DatasetState, withContents: boolean, context: Context): void {
  if (liveTables(dataset, context.now).length === 0) return;
  if (!withContents) throw bigQuery(400, 'resourceInUse', `Dataset ${nameOf(dataset)} is still in use`);
  requireOnDataset(context, 'bigquery.tables.delete', { project: dataset.project, dataset: dataset.datasetId });
}

/** Takes it out of the world of the living. */
export function buryDataset(dataset: DatasetState, context: Context): void {
  const { world, now } = context;
  noteFormerViews(dataset, context);
  const name = nameOf(dataset);
  bigQueryState(world).datasets = Object.fromEntries(
    Object.entries(bigQueryState(world).datasets).filter(([other]) => other !== name),
  );
  bigQueryState(world).graveyard.push({ ...dataset, deletedAt: now });
}

/** datasets.undelete */
export function undeleteDataset(request: Request, context: Context): Reply {
  const { world, now } = context;
  const { project = '', dataset: datasetId = '' } = request.params;
  requireOnProject(context, 'bigquery.datasets.create', project);
  requireOnDataset(context, 'bigquery.datasets.get', { project, dataset: datasetId });
  // "Undeleting a dataset using deletion time is not supported", says its documentation.
  if ((record(request.body)['deletionTime'] ?? undefined) !== undefined) throw unsupported('deletionTime');
  const name = `${project}:${datasetId}`;
  if (bigQueryState(world).datasets[name] !== undefined)
    throw bigQuery(409, 'duplicate', `Already Exists: Dataset ${name}`);
  const buried = bigQueryState(world)
    .graveyard.filter((one) => nameOf(one) === name)
    .at(-1);
  if (buried === undefined || buried.deletedAt + travelHours(buried) * HOUR <= now)
    throw bigQuery(404, 'notFound', `Not found: Dataset ${name}`);
  const { deletedAt: _then, ...dataset } = buried;
  bigQueryState(world).graveyard = bigQueryState(world).graveyard.filter((one) => one !== buried);
  const risen = { ...dataset, etag: nextEtag(world), modifiedAt: now };
  bigQueryState(world).datasets[name] = risen;
  return { status: 200, body: answerDataset(risen, request) };
}

function travelHours(dataset: DatasetState): number {
  return Number(dataset.settings['maxTimeTravelHours'] ?? WEEK_HOURS);
}
