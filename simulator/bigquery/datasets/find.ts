/** The dataset that a request speaks of. */
import type { Context, Request } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { requireOnDataset } from '../permissions.ts';
import { bigQueryState } from '../state.ts';
import { dropFormerViews } from '../tables/former-views.ts';
import type { DatasetState } from '../state.ts';

/** The dataset of a path, for who may see it: without the right nobody is told whether it is there. */
export function findDataset(request: Request, context: Context, permission: string): DatasetState {
  const { project = '', dataset: datasetId = '' } = request.params;
  requireOnDataset(context, permission, { project, dataset: datasetId });
  const dataset = bigQueryState(context.world).datasets[`${project}:${datasetId}`];
  if (dataset === undefined) throw bigQuery(404, 'notFound', `Not found: Dataset ${project}:${datasetId}`);
  dropFormerViews(dataset, context);
  return dataset;
}

/** Throws 412 unless the dataset is as the client last read it. The etag in a body guards nothing. */
export function guard(dataset: DatasetState, { headers }: Request): void {
  const expected = headers['if-match'];
  if (expected !== undefined && expected !== '*' && expected.replace(/^"(.*)"$/, '$1') !== dataset.etag)
    throw bigQuery(412, 'conditionNotMet', 'Precondition check failed.');
}
