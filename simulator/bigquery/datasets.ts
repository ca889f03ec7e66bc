/** Datasets: made bare, guarded by If-Match, hidden when they begin with an underscore, undeleted within a week. */
import { createHash } from 'node:crypto';
import { list, record, text } from '../json.ts';
import { holds, requireOnDataset, requireOnProject } from '../permissions.ts';
import { nextEtag } from '../random.ts';
import { bigQuery } from '../refusal.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkBody, checkQuery } from '../shape.ts';
import { canonicalEntry, followAccess } from './members.ts';
import type { DatasetState } from './state.ts';

const DAY = 86_400_000;
const SETTINGS = [
  'defaultTableExpirationMs',
  'defaultPartitionExpirationMs',
  'isCaseInsensitive',
  'defaultCollation',
  'defaultRoundingMode',
  'maxTimeTravelHours',
  'storageBillingModel',
  'defaultEncryptionConfiguration',
];
const SHAPE = {
  ...Object.fromEntries(SETTINGS.map((field) => [field, true as const])),
  kind: true,
  etag: true,
  id: true,
  selfLink: true,
  creationTime: true,
  lastModifiedTime: true,
  type: true,
  access: true,
  datasetReference: { datasetId: true, projectId: true },
  description: true,
  friendlyName: true,
  labels: true,
  location: true,
  resourceTags: true,
  tags: true,
} as const;

/** Name as messages spell it. */
const nameOf = (dataset: { project: string; datasetId: string }): string => `${dataset.project}:${dataset.datasetId}`;

/** A dataset as BigQuery answers it to a client of that access policy version. */
export function answer(dataset: DatasetState, request: Request): Record<string, unknown> {
  const { project, datasetId, location, labels, description, friendlyName } = dataset;
  const version = Number(request.query.get('accessPolicyVersion') ?? 1);
  const access = dataset.access.map((entry) => {
    if (version >= 3 || entry['condition'] === undefined) return entry;
    const { condition, ...others } = entry;
    const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
    return { ...others, role: `${String(entry['role'])}_withcond_${hash}` };
  });
  const view = request.query.get('datasetView') ?? 'FULL';
  return {
    kind: 'bigquery#dataset',
    etag: dataset.etag,
    id: nameOf(dataset),
    selfLink: `https://www.googleapis.com/bigquery/v2/projects/${project}/datasets/${datasetId}`,
    datasetReference: { datasetId, projectId: project },
    ...(description === undefined ? {} : { description }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...dataset.settings,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(view === 'METADATA' ? {} : { access }),
    creationTime: String(dataset.createdAt),
    lastModifiedTime: String(dataset.modifiedAt),
    location,
    type: 'DEFAULT',
  };
}

/** The dataset of a path, for who may see it: without the right nobody is told whether it is there. */
export function findDataset(request: Request, context: Context, permission: string): DatasetState {
  const { project = '', dataset: datasetId = '' } = request.params;
  requireOnDataset(context, permission, { project, dataset: datasetId });
  const dataset = context.world.bigQuery.datasets[`${project}:${datasetId}`];
  if (dataset === undefined) throw bigQuery(404, 'notFound', `Not found: Dataset ${project}:${datasetId}`);
  return dataset;
}

function insert(request: Request, context: Context): Reply {
  checkQuery(request, 'accessPolicyVersion');
  checkBody(request.body, SHAPE);
  const { project = '' } = request.params;
  requireOnProject(context, 'bigquery.datasets.create', project);
  const body = record(request.body);
  const datasetId = text(record(body['datasetReference'])['datasetId']) ?? '';
  const dataset = makeDataset(context, { project, datasetId, location: text(body['location']) });
  const isWithAccess = body['access'] !== undefined;
  if (isWithAccess) dataset.access = list(body['access']).map((entry) => canonicalEntry(entry, dataset, context));
  change(dataset, body, context);
  addDataset(dataset, context);
  // The etag of this answer is not yet the one that guards a write.
  return { status: 200, body: { ...answer(dataset, request), etag: nextEtag(context.world) } };
}

/** A bare dataset, not stored yet, with the entries that BigQuery adds. */
export function makeDataset(
  context: Context,
  given: { project: string; datasetId: string; location: string | undefined },
): DatasetState {
  const { world, now } = context;
  const { project, datasetId } = given;
  if (!/^[A-Za-z0-9_]{1,1024}$/.test(datasetId))
    throw bigQuery(
      400,
      'invalid',
      `Invalid dataset ID "${datasetId}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.`,
    );
  const caller = context.caller().principal;
  const email = /^(?:user|serviceAccount):(.+)$/.exec(caller)?.[1];
  return {
    project,
    datasetId,
    location: spellLocation(given.location ?? 'US'),
    description: undefined,
    friendlyName: undefined,
    labels: {},
    access: [
      { role: 'WRITER', specialGroup: 'projectWriters' },
      { role: 'OWNER', specialGroup: 'projectOwners' },
      { role: 'OWNER', ...(email === undefined ? { iamMember: caller } : { userByEmail: email }) },
      { role: 'READER', specialGroup: 'projectReaders' },
    ],
    settings: {},
    etag: nextEtag(world),
    createdAt: now,
    modifiedAt: now,
    tables: {},
    grants: [],
  };
}

/** Stores a new dataset, unless its name is taken: in whatever location. */
export function addDataset(dataset: DatasetState, { world, now }: Context): void {
  const name = nameOf(dataset);
  if (world.bigQuery.datasets[name] !== undefined) throw bigQuery(409, 'duplicate', `Already Exists: Dataset ${name}`);
  world.bigQuery.datasets[name] = dataset;
  followAccess(dataset, now);
}

function spellLocation(given: string): string {
  if (/^(us|eu)$/i.test(given)) return given.toUpperCase();
  if (/^[a-z]+(-[a-z]+)+\d{1,2}$/i.test(given)) return given.toLowerCase();
  throw bigQuery(400, 'invalid', `Invalid storage region: ${given}`);
}

function change(dataset: DatasetState, body: Record<string, unknown>, { world, now }: Context): void {
  for (const field of SETTINGS) {
    if (body[field] === undefined) continue;
    const others = Object.entries(dataset.settings).filter(([name]) => name !== field);
    dataset.settings = Object.fromEntries(body[field] === null ? others : [...others, [field, body[field]]]);
  }
  if (body['description'] !== undefined) dataset.description = text(body['description']);
  if (body['friendlyName'] !== undefined) dataset.friendlyName = text(body['friendlyName']);
  for (const [key, given] of Object.entries(record(body['labels']))) {
    const value = text(given);
    if (value === undefined) {
      dataset.labels = Object.fromEntries(Object.entries(dataset.labels).filter(([label]) => label !== key));
      continue;
    }
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key)) throw bigQuery(400, 'invalid', `Invalid value for key "${key}".`);
    if (!/^[a-z0-9_-]{0,63}$/.test(value))
      throw bigQuery(400, 'invalid', `Invalid value for label "${key}": "${value}".`);
    dataset.labels[key] = value;
  }
  dataset.modifiedAt = now;
  dataset.etag = nextEtag(world);
}

function guard(dataset: DatasetState, request: Request): void {
  const expected = request.headers['if-match'];
  if (expected !== undefined && expected !== '*' && expected !== dataset.etag)
    throw bigQuery(412, 'conditionNotMet', 'Precondition check failed.');
}

const write =
  (isWhole: boolean) =>
  (request: Request, context: Context): Reply => {
    checkQuery(request, 'accessPolicyVersion', 'updateMode');
    checkBody(request.body, SHAPE);
    const body = record(request.body);
    const dataset = findDataset(request, context, 'bigquery.datasets.update');
    guard(dataset, request);
    const location = text(body['location']);
    if (location !== undefined && location.toLowerCase() !== dataset.location.toLowerCase())
      throw bigQuery(400, 'invalid', 'Cannot change dataset location.');
    if (body['access'] !== undefined) setAccess(dataset, request, context);
    if (isWhole) {
      Object.assign(dataset, { description: undefined, friendlyName: undefined, labels: {}, settings: {} });
    }
    change(dataset, body, context);
    return { status: 200, body: answer(dataset, request) };
  };

function setAccess(dataset: DatasetState, request: Request, context: Context): void {
  const { project, datasetId } = dataset;
  // Where fine-grained access is on for a project this is asked for; the stricter world asks always.
  if (!holds(context, context.caller(), 'bigquery.datasets.setIamPolicy', { project, dataset: datasetId })) {
    throw bigQuery(
      403,
      'accessDenied',
      `Access Denied: Dataset ${project}:${datasetId}: Permission bigquery.datasets.setIamPolicy denied on dataset ${project}:${datasetId} (or it may not exist).`,
    );
  }
  const entries = list(record(request.body)['access']);
  const isConditional = [...entries, ...dataset.access].some((entry) => record(entry)['condition'] !== undefined);
  if (isConditional && request.query.get('accessPolicyVersion') !== '3') {
    throw bigQuery(400, 'invalid', 'Access policies with conditions must be written with accessPolicyVersion 3.');
  }
  const access = entries.map((entry) => canonicalEntry(entry, dataset, context));
  const spelled = access.map((entry) => JSON.stringify(Object.entries(entry).sort()));
  dataset.access = access.filter((_entry, index) => spelled.indexOf(spelled[index] ?? '') === index);
  followAccess(dataset, context.now);
}

function remove(request: Request, context: Context): Reply {
  checkQuery(request, 'deleteContents');
  const dataset = findDataset(request, context, 'bigquery.datasets.delete');
  const tables = Object.keys(dataset.tables);
  if (tables.length > 0) {
    if (request.query.get('deleteContents') !== 'true')
      throw bigQuery(400, 'resourceInUse', `Dataset ${nameOf(dataset)} is still in use`);
    requireOnDataset(context, 'bigquery.tables.delete', { project: dataset.project, dataset: dataset.datasetId });
  }
  const { bigQuery: state } = context.world;
  state.datasets = Object.fromEntries(Object.entries(state.datasets).filter(([name]) => name !== nameOf(dataset)));
  state.graveyard.push({ ...dataset, deletedAt: context.now });
  return { status: 204 };
}

function undelete(request: Request, context: Context): Reply {
  checkQuery(request);
  checkBody(request.body, { deletionTime: true });
  const { world, now } = context;
  const { project = '', dataset: datasetId = '' } = request.params;
  requireOnProject(context, 'bigquery.datasets.create', project);
  const name = `${project}:${datasetId}`;
  if (world.bigQuery.datasets[name] !== undefined) throw bigQuery(409, 'duplicate', `Already Exists: Dataset ${name}`);
  const buried = world.bigQuery.graveyard.filter((one) => nameOf(one) === name && one.deletedAt + 7 * DAY > now).at(-1);
  if (buried === undefined) throw bigQuery(404, 'notFound', `Not found: Dataset ${name}`);
  const { deletedAt, ...dataset } = buried;
  world.bigQuery.graveyard = world.bigQuery.graveyard.filter((one) => one !== buried);
  world.bigQuery.datasets[name] = { ...dataset, etag: nextEtag(world), modifiedAt: now };
  return { status: 200, body: answer(world.bigQuery.datasets[name], request) };
}

function listDatasets(request: Request, context: Context): Reply {
  checkQuery(request, 'all', 'filter', 'maxResults', 'pageToken');
  context.caller();
  const { project = '' } = request.params;
  const isAll = request.query.get('all') === 'true';
  const datasets = Object.values(context.world.bigQuery.datasets)
    .filter((dataset) => dataset.project === project && (isAll || !dataset.datasetId.startsWith('_')))
    .filter((dataset) =>
      holds(context, context.caller(), 'bigquery.datasets.get', { project, dataset: dataset.datasetId }),
    )
    .map((dataset) => ({
      kind: 'bigquery#dataset',
      id: nameOf(dataset),
      datasetReference: { datasetId: dataset.datasetId, projectId: project },
      location: dataset.location,
    }));
  return {
    status: 200,
    body: { kind: 'bigquery#datasetList', etag: 'AAAA', ...(datasets.length === 0 ? {} : { datasets }) },
  };
}

const ALL = '/bigquery/v2/projects/{project}/datasets';

export const datasetRoutes: Route[] = [
  { on: `POST ${ALL}`, handle: insert },
  { on: `GET ${ALL}`, handle: listDatasets },
  {
    on: `GET ${ALL}/{dataset}`,
    handle: (request, context) => {
      checkQuery(request, 'accessPolicyVersion', 'datasetView');
      return { status: 200, body: answer(findDataset(request, context, 'bigquery.datasets.get'), request) };
    },
  },
  { on: `PATCH ${ALL}/{dataset}`, handle: write(false) },
  { on: `PUT ${ALL}/{dataset}`, handle: write(true) },
  { on: `DELETE ${ALL}/{dataset}`, handle: remove },
  { on: `POST ${ALL}/{dataset}:undelete`, handle: undelete },
];
