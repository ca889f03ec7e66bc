/** New datasets, made by REST or by a statement. */
import { iamState } from '../../directory/iam.ts';
import { nextEtag } from '../../engine/random.ts';
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { spellLocation } from '../location.ts';
import { followAccess } from '../members.ts';
import { bigQueryState } from '../state.ts';
import type { AccessState, DatasetState } from '../state.ts';
import { nameOf } from './answer.ts';

/** A bare dataset, not stored yet, with the entries that BigQuery adds. Throws when its name is taken or impossible. */
export function makeDataset(
  context: Context,
  given: { readonly project: string; readonly datasetId: string; readonly location: string | undefined },
): DatasetState {
  const { world, now } = context;
  const { project, datasetId } = given;
  if (!/^[A-Za-z0-9_]{1,1024}$/.test(datasetId))
    throw bigQuery(
      400,
      'invalid',
      `Invalid dataset ID "${datasetId}". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.`,
    );
  const location = spellLocation(given.location ?? 'US');
  checkAllowed(location, project, context);
  // Names are taken in every location at once.
  if (bigQueryState(world).datasets[nameOf(given)] !== undefined)
    throw bigQuery(409, 'duplicate', `Already Exists: Dataset ${nameOf(given)}`);
  return {
    ...{ project, datasetId, location },
    description: undefined,
    friendlyName: undefined,
    labels: {},
    access: [
      { role: 'WRITER', specialGroup: 'projectWriters' },
      { role: 'OWNER', specialGroup: 'projectOwners' },
      { role: 'OWNER', ...creator(context) },
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

/** A constraint of the organization may list the locations that are allowed. */
function checkAllowed(location: string, project: string, { world }: Context): void {
  const name = 'gcp.resourceLocations';
  const stated = (iamState(world).constraints[project] ?? []).find((one) => one === name || one.startsWith(`${name}=`));
  const allowed = stated?.slice(name.length + 1).split(',') ?? [location];
  if (allowed.some((one) => one.toLowerCase() === location.toLowerCase())) return;
  throw bigQuery(
    412,
    'conditionNotMet',
    `'${location}' violates constraint 'constraints/${name}' on the resource 'projects/${project}'.`,
  );
}

function creator(context: Context): AccessState {
  const { principal } = context.caller();
  const email = /^(?:user|serviceAccount):(.+)$/.exec(principal)?.[1];
  // A federated caller has no e-mail.
  return email === undefined ? { iamMember: principal } : { userByEmail: email.toLowerCase() };
}

/** Stores a new dataset: from now on its entries count. */
export function addDataset(dataset: DatasetState, { world, now }: Context): void {
  bigQueryState(world).datasets[nameOf(dataset)] = dataset;
  followAccess(dataset, now);
}
