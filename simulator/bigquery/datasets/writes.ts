/** insert, patch and update: guarded by If-Match, and by who may change what. */
import { list, record, text } from '../../engine/json.ts';
import { nextEtag } from '../../engine/random.ts';
import type { Context, Reply, Request } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { isSameLocation } from '../location.ts';
import { canonicalAccess, followAccess } from '../members.ts';
import { requireOnDataset, requireOnProject } from '../permissions.ts';
import type { DatasetState } from '../state.ts';
import { answerDataset } from './answer.ts';
import { findDataset, guard } from './find.ts';
import { addDataset, makeDataset } from './making.ts';
import { setFields } from './settings.ts';

/** datasets.insert */
export function insertDataset(request: Request, context: Context): Reply {
  const { project = '' } = request.params;
  requireOnProject(context, 'bigquery.datasets.create', project);
  const body = record(request.body);
  const datasetId = text(record(body['datasetReference'])['datasetId']) ?? '';
  if (datasetId === '') throw bigQuery(400, 'required', 'Required parameter is missing: datasetId');
  checkReference(body, { project, datasetId });
  const dataset = makeDataset(context, { project, datasetId, location: text(body['location']) });
  // An empty list is as good as none.
  if (list(body['access']).length > 0) {
    // Where fine-grained access is on for a project this is asked for; the stricter world asks always.
    requireOnProject(context, 'bigquery.datasets.setIamPolicy', project);
    checkVersion(list(body['access']), request);
    dataset.access = canonicalAccess(list(body['access']), { ...dataset, access: [] }, context);
  }
  setFields(dataset, body);
  addDataset(dataset, context);
  // The etag of this answer is not yet the one that guards a write.
  // What was not set is told by a later look only.
  const { maxTimeTravelHours: _usual, ...answered } = answerDataset(dataset, request);
  return { status: 200, body: { ...answered, ...dataset.settings, etag: nextEtag(context.world) } };
}

/** datasets.patch: changes what the body names. */
export function patchDataset(request: Request, context: Context): Reply {
  findDataset(request, context, 'bigquery.datasets.get');
  return write(request, context, false);
}

/** datasets.update: what the body does not name is gone. */
export function replaceDataset(request: Request, context: Context): Reply {
  return write(request, context, true);
}

/** Writes all of it or nothing: the changes are made to a copy. */
function write(request: Request, context: Context, isWhole: boolean): Reply {
  const live = findDataset(request, context, 'bigquery.datasets.update');
  guard(live, request);
  const body = record(request.body);
  checkReference(body, live);
  const location = text(body['location']);
  if (location !== undefined && !isSameLocation(location, live.location))
    throw bigQuery(400, 'invalid', 'Cannot change the location of a dataset.');
  const mode = request.query.get('updateMode') ?? 'UPDATE_FULL';
  const changed: DatasetState = structuredClone(live);
  if (mode !== 'UPDATE_METADATA') setAccess(changed, { request, context, isWhole });
  if (mode !== 'UPDATE_ACL') {
    if (isWhole) Object.assign(changed, { description: undefined, friendlyName: undefined, labels: {}, settings: {} });
    setFields(changed, body);
  }
  followAccess(changed, context.now);
  Object.assign(live, changed, { etag: nextEtag(context.world), modifiedAt: context.now });
  return { status: 200, body: answerDataset(live, request) };
}

function setAccess(
  dataset: DatasetState,
  { request, context, isWhole }: { request: Request; context: Context; isWhole: boolean },
): void {
  const given = record(request.body)['access'];
  // Whether a replacement without a list would empty it is not settled: it is not tried.
  if (isWhole && !Array.isArray(given)) throw bigQuery(400, 'required', 'Required parameter is missing: access');
  if (given === undefined || given === null) return;
  const { project, datasetId } = dataset;
  requireOnDataset(context, 'bigquery.datasets.setIamPolicy', { project, dataset: datasetId });
  checkVersion([...list(given), ...dataset.access], request);
  dataset.access = canonicalAccess(list(given), dataset, context);
}

function checkVersion(entries: readonly unknown[], request: Request): void {
  const isConditional = entries.some((entry) => (record(entry)['condition'] ?? undefined) !== undefined);
  if (isConditional && request.query.get('accessPolicyVersion') !== '3')
    throw bigQuery(400, 'invalid', 'Access policies with conditions must be written with accessPolicyVersion 3.');
}

/** A body that names another dataset than the path is a mistake. */
function checkReference(body: Record<string, unknown>, is: { project: string; datasetId: string }): void {
  const { projectId, datasetId } = record(body['datasetReference']);
  if ((projectId ?? is.project) !== is.project || (datasetId ?? is.datasetId) !== is.datasetId)
    throw bigQuery(400, 'invalid', 'The dataset reference of the body does not match that of the URL.');
}
