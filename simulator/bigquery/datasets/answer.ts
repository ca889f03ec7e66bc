/** A dataset as BigQuery answers it. */
import { createHash } from 'node:crypto';
import { text } from '../../engine/json.ts';
import type { Request } from '../../engine/route.ts';
import { iamRole } from '../access/roles.ts';
import type { AccessState, DatasetState } from '../state.ts';

/** Name as messages spell it. */
export function nameOf(dataset: { readonly project: string; readonly datasetId: string }): string {
  return `${dataset.project}:${dataset.datasetId}`;
}

/** To a client of the asked access policy version, in the asked view. */
export function answerDataset(dataset: DatasetState, { query }: Request): Record<string, unknown> {
  const { project, datasetId, location, labels, description, friendlyName } = dataset;
  const isConditional = query.get('accessPolicyVersion') === '3';
  const access = dataset.access.map((entry) => (isConditional ? entry : withoutCondition(entry)));
  const view = query.get('datasetView') ?? 'FULL';
  const metadata = {
    ...(description === undefined ? {} : { description }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    maxTimeTravelHours: '168',
    ...dataset.settings,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
  return {
    kind: 'bigquery#dataset',
    etag: dataset.etag,
    id: nameOf(dataset),
    selfLink: `https://bigquery.googleapis.com/bigquery/v2/projects/${project}/datasets/${datasetId}`,
    datasetReference: { datasetId, projectId: project },
    ...(view === 'ACL' ? {} : metadata),
    ...(view === 'METADATA' ? {} : { access }),
    creationTime: String(Math.round(dataset.createdAt)),
    lastModifiedTime: String(Math.round(dataset.modifiedAt)),
    location,
    type: 'DEFAULT',
  };
}

/** To clients that do not know conditions the role is spoilt, so that they cannot give it without one. */
function withoutCondition(entry: AccessState): AccessState {
  if (entry['condition'] === undefined) return entry;
  const { condition, ...others } = entry;
  const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
  return { ...others, role: `${iamRole(text(entry['role']) ?? '')}_withcond_${hash}` };
}
