/** Datasets: who may see them, and the list that leaves out hidden ones. */
import { holds } from '../../directory/permissions.ts';
import { resourceManagerState } from '../../directory/projects.ts';
import type { Context, Reply, Request, Route } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { serveMethod } from '../method.ts';
import { page } from '../paging.ts';
import { targetOf } from '../permissions.ts';
import { bigQueryState } from '../state.ts';
import type { DatasetState } from '../state.ts';
import { answerDataset, nameOf } from './answer.ts';
import { findDataset, guard } from './find.ts';
import { deleteDataset, undeleteDataset } from './removal.ts';
import { insertDataset, patchDataset, replaceDataset } from './writes.ts';

function getDataset(request: Request, context: Context): Reply {
  const dataset = findDataset(request, context, 'bigquery.datasets.get');
  // Where fine-grained access is on, who has access is told only to who holds this too; the stricter world asks always.
  if (request.query.get('datasetView') !== 'METADATA') findDataset(request, context, 'bigquery.datasets.getIamPolicy');
  guard(dataset, request);
  return { status: 200, body: answerDataset(dataset, request) };
}

function listDatasets(request: Request, context: Context): Reply {
  const { project = '' } = request.params;
  if (resourceManagerState(context.world).projects[project] === undefined)
    throw bigQuery(404, 'notFound', `Not found: Project ${project}`);
  const isAll = request.query.get('all')?.toLowerCase() === 'true';
  const hasLabels = labelFilter(request.query.get('filter') ?? '');
  const datasets = Object.values(bigQueryState(context.world).datasets)
    .filter((dataset) => dataset.project === project && (isAll || !dataset.datasetId.startsWith('_')))
    .filter(hasLabels)
    .filter(({ datasetId: dataset }) =>
      holds(context, context.caller(), 'bigquery.datasets.get', targetOf({ project, dataset }, context)),
    )
    .sort((one, other) => (one.datasetId < other.datasetId ? -1 : 1))
    .map(listed);
  return {
    status: 200,
    body: { kind: 'bigquery#datasetList', etag: 'AAAA', ...page('datasets', datasets, request) },
  };
}

function listed(dataset: DatasetState): Record<string, unknown> {
  const { project: projectId, datasetId, labels, friendlyName, location } = dataset;
  return {
    kind: 'bigquery#dataset',
    id: nameOf(dataset),
    datasetReference: { datasetId, projectId },
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    location,
  };
}

/** `labels.KEY` or `labels.KEY:VALUE`, several with spaces between: all must be so. */
function labelFilter(filter: string): (dataset: DatasetState) => boolean {
  const wanted = filter
    .split(/\s+/)
    .filter((one) => one !== '')
    .map((one) => {
      const [, key = '', value] = /^labels\.([a-z][a-z0-9_-]*)(?::([a-z0-9_-]*))?$/.exec(one) ?? [];
      if (key === '') throw bigQuery(400, 'invalid', `Invalid filter: ${one}`);
      return { key, value };
    });
  return ({ labels }) =>
    wanted.every(({ key, value }) => (value === undefined ? labels[key] !== undefined : labels[key] === value));
}

export const datasetRoutes: Route[] = [
  serveMethod('datasets.insert', insertDataset),
  serveMethod('datasets.list', listDatasets),
  serveMethod('datasets.get', getDataset),
  serveMethod('datasets.patch', patchDataset),
  serveMethod('datasets.update', replaceDataset),
  serveMethod('datasets.delete', deleteDataset),
  serveMethod('datasets.undelete', undeleteDataset),
];
