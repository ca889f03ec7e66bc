/** What secrets and variables have in common, whichever store they are in. */
import type { Context, Reply, Request } from '../engine/route.ts';
import { gitHub } from './envelope.ts';
import { nameOf } from './names.ts';
import { page } from './paging.ts';
import type { EntryState } from './state.ts';
import { entriesOf } from './stores.ts';
import type { OpenStore, StoreHandler } from './stores.ts';

/** The entry that a path names. Throws 404. */
export function findEntry(request: Request, store: OpenStore): EntryState {
  const entry = entriesOf(store)[nameOf(request)];
  if (entry === undefined) throw gitHub(404, 'Not Found');
  return entry;
}

/** Throws 422 when the store takes no more. */
export function checkRoom(store: OpenStore): void {
  const { kind, what } = store;
  if (Object.keys(entriesOf(store)).length >= kind.most[what])
    throw gitHub(422, `${kind.noun} has at most ${String(kind.most[what])} ${what}.`);
}

/** As GitHub answers it; only an organization's tells who may use it. */
function answer(name: string, entry: EntryState, { origin, store }: { origin: string; store: OpenStore }): unknown {
  const { visibility } = entry;
  const repositories = `${origin}/orgs/${store.name}/actions/${store.what}/${name}/repositories`;
  // GitHub tells whole seconds; milliseconds here, so that a change within one second can be told in tests.
  return {
    name,
    ...(store.what === 'variables' && { value: entry.value }),
    created_at: new Date(entry.createdAt).toISOString(),
    updated_at: new Date(entry.updatedAt).toISOString(),
    ...(visibility !== undefined && { visibility }),
    ...(visibility === 'selected' && { selected_repositories_url: repositories }),
  };
}

function listEntries(request: Request, { origin }: Context, store: OpenStore): Reply {
  const entries = Object.entries(entriesOf(store))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, entry]) => answer(name, entry, { origin, store }));
  const sizes = store.what === 'secrets' ? { usual: 30, most: 100 } : { usual: 10, most: 30 };
  return { status: 200, body: page(store.what, entries, request, sizes) };
}

function getEntry(request: Request, { origin }: Context, store: OpenStore): Reply {
  return { status: 200, body: answer(nameOf(request), findEntry(request, store), { origin, store }) };
}

function deleteEntry(request: Request, _context: Context, store: OpenStore): Reply {
  findEntry(request, store);
  const rest = Object.entries(entriesOf(store)).filter(([name]) => name !== nameOf(request));
  store.state[store.what] = Object.fromEntries(rest);
  return { status: 204 };
}

export const entryHandlers: Readonly<Record<string, StoreHandler>> = {
  'GET ': listEntries,
  'GET /{name}': getEntry,
  'DELETE /{name}': deleteEntry,
};
