import type { Address } from '../address.ts';
import type { AccessEntry, Dataset, DatasetDocument } from '../cloud/google/datasets.ts';
import type { Run } from '../engine/resource.ts';
import { shell } from '../errors/shell.ts';
import type { Names } from '../inputs/names.ts';
import type { Other, SharedWrite } from './shared-writes.ts';

/** A dataset as others share it with us. */
export interface SharedDatasetOptions {
  readonly address: Address;
  readonly names: Names;
  readonly document: Pick<DatasetDocument, 'read' | 'reread'>;
}

export function sharedDataset({ address, names, document }: SharedDatasetOptions, run: Run): SharedWrite<Dataset> {
  return {
    run,
    subject: address,
    name: `the access list of the dataset ${address.name}`,
    ours: [names.email],
    waiting: 'BigQuery does not know the new account',
    read: () => document.read(),
    reread: () => document.reread(),
    others: (dataset) => (dataset.access ?? []).flatMap((entry) => othersIn(entry, dataset)),
  };
}

function othersIn(entry: AccessEntry, { datasetReference }: Dataset): Other[] {
  const { projectId = '', datasetId = '' } = datasetReference ?? {};
  const dataset = `${projectId ?? ''}:${datasetId ?? ''}`;
  const file = `${datasetId ?? ''}.json`;
  const list = shell`bq show --format=prettyjson ${dataset} > ${file}`;
  const write = shell`bq update --source ${file} ${dataset}`;
  return namesIn(entry).map((name) => ({
    name,
    removal: `${list}, delete the entry in that file, ${write}`,
  }));
}

/** How BigQuery's messages may name what an entry is about. */
function namesIn({ userByEmail, groupByEmail, iamMember, view, routine, dataset }: AccessEntry): string[] {
  const member = iamMember?.slice(iamMember.indexOf(':') + 1);
  const table = view && [view.projectId, view.datasetId, view.tableId];
  const called = routine && [routine.projectId, routine.datasetId, routine.routineId];
  const whole = dataset?.dataset && [dataset.dataset.projectId, dataset.dataset.datasetId];
  const paths = [table, called, whole].filter((parts) => parts !== undefined);
  return [
    ...[userByEmail, groupByEmail, member].filter((name) => name !== undefined),
    ...paths.flatMap(([project = '', ...parts]) => [
      `${project ?? ''}:${parts.join('.')}`,
      `${project ?? ''}.${parts.join('.')}`,
    ]),
  ];
}
