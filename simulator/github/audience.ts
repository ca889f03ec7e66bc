/** Which repositories of an organization may use a secret or a variable. */
import { list, record } from '../engine/json.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { findEntry } from './entries.ts';
import { gitHub } from './envelope.ts';
import { page } from './paging.ts';
import { gitHubState } from './part.ts';
import { describeRepository } from './repository.ts';
import type { EntryState, RepositoryState, Visibility } from './state.ts';
import type { OpenStore, StoreHandler } from './stores.ts';

export type Audience = Pick<EntryState, 'visibility' | 'selectedRepositoryIds'>;

/**
 * What the body says, over what was so before. Nobody is selected until somebody is named. Throws 422 for ids without
 * `selected`, and for those of no repository of the organization.
 */
export function readAudience(
  request: Request,
  context: Context,
  open: { store: OpenStore; before: Audience },
): Audience {
  if (!open.store.kind.isShared) return {};
  const body = record(request.body);
  const visibility = body['visibility'] ?? open.before.visibility;
  if (!isVisibility(visibility))
    throw gitHub(422, 'Invalid request.\n\n"visibility" is not one of all, private, selected.');
  const ids = body['selected_repository_ids'];
  if (visibility === 'selected')
    return {
      visibility,
      selectedRepositoryIds:
        ids === undefined ? (open.before.selectedRepositoryIds ?? []) : readIds(ids, context, open.store),
    };
  if (ids !== undefined) throw gitHub(422, 'selected_repository_ids is only for the visibility selected.');
  return { visibility };
}

function isVisibility(value: unknown): value is Visibility {
  return value === 'all' || value === 'private' || value === 'selected';
}

function readIds(given: unknown, context: Context, store: OpenStore): number[] {
  const known = repositoriesOf(context, store).map(([, { id }]) => id);
  const ids = list(given).map((one) => known.find((id) => id === one));
  if (!Array.isArray(given) || ids.includes(undefined))
    throw gitHub(422, `selected_repository_ids must be a list of ids of repositories of ${store.name}.`);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function repositoriesOf({ world }: Context, { name }: OpenStore): [string, RepositoryState][] {
  return Object.entries(gitHubState(world).repositories).filter(([fullName]) => fullName.startsWith(`${name}/`));
}

/** Throws 409 for an entry that is not for selected repositories. */
function findSelected(request: Request, store: OpenStore): EntryState {
  const entry = findEntry(request, store);
  if (entry.visibility !== 'selected') throw gitHub(409, 'The visibility is not set to selected.');
  return entry;
}

function listRepositories(request: Request, context: Context, store: OpenStore): Reply {
  const { selectedRepositoryIds = [] } = findSelected(request, store);
  const selected = repositoriesOf(context, store)
    .filter(([, { id }]) => selectedRepositoryIds.includes(id))
    .map(([fullName, state]) => describeRepository(fullName, state, context));
  return { status: 200, body: page('repositories', selected, request, { usual: 30, most: 100 }) };
}

function putRepositories(request: Request, context: Context, store: OpenStore): Reply {
  const entry = findSelected(request, store);
  const { selected_repository_ids: ids, ...others } = record(request.body);
  if (ids === undefined || Object.keys(others).length > 0)
    throw gitHub(422, 'Invalid request.\n\nThe body must be {"selected_repository_ids": […]}.');
  entry.selectedRepositoryIds = readIds(ids, context, store);
  return { status: 204 };
}

export const audienceHandlers: Readonly<Record<string, StoreHandler>> = {
  'GET /{name}/repositories': listRepositories,
  'PUT /{name}/repositories': putRepositories,
};
