/** The three kinds of stores: where each is found, who may use it, and how much it takes. */
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { findEnvironment, findOrganization, findRepository } from './access.ts';
import type { Named } from './access.ts';
import type { EntryState, Permission, Scope, StoreState } from './state.ts';
import { requireRight } from './tokens.ts';

export type What = 'secrets' | 'variables';

interface Kind {
  readonly noun: string;
  /** Paths begin with it, before `/secrets` or `/variables`. */
  readonly root: string;
  readonly scope: Scope;
  readonly permission: Readonly<Record<What, Permission>>;
  readonly most: Readonly<Record<What, number>>;
  /** Whether each entry says which repositories may use it. */
  readonly isShared: boolean;
  /** Holder of the rights, and how to come from it to the store. */
  readonly find: (request: Request, context: Context) => Named<unknown> & { readonly open: () => StoreState };
}

const repository: Kind = {
  noun: 'A repository',
  root: '/repos/{owner}/{repo}/actions',
  scope: 'repo',
  permission: { secrets: 'secrets', variables: 'actions_variables' },
  most: { secrets: 100, variables: 500 },
  isShared: false,
  find: (request, context) => {
    const found = findRepository(request, context);
    return { ...found, open: () => found.state };
  },
};

const environment: Kind = {
  noun: 'An environment',
  root: '/repos/{owner}/{repo}/environments/{environment}',
  scope: 'repo',
  permission: { secrets: 'environments', variables: 'environments' },
  most: { secrets: 100, variables: 100 },
  isShared: false,
  find: (request, context) => {
    const found = findRepository(request, context);
    return { ...found, open: () => findEnvironment(request, found.state)[1] };
  },
};

const organization: Kind = {
  noun: 'An organization',
  root: '/orgs/{org}/actions',
  scope: 'admin:org',
  permission: { secrets: 'organization_secrets', variables: 'organization_actions_variables' },
  most: { secrets: 1000, variables: 1000 },
  isShared: true,
  find: (request, context) => {
    const found = findOrganization(request, context);
    return { ...found, open: () => found.state };
  },
};

export const kinds = [repository, environment, organization];

/** The secrets, or the variables, of one store, opened for somebody who may do what was asked. */
export interface OpenStore {
  readonly kind: Kind;
  readonly what: What;
  /** Of the repository or organization. */
  readonly name: string;
  readonly state: StoreState;
}

export type StoreHandler = (request: Request, context: Context, store: OpenStore) => Reply | Promise<Reply>;

/** The handlers, by what follows `/secrets` or `/variables`, as routes of one kind of store. */
export function routesOf(kind: Kind, what: What, handlers: Readonly<Record<string, StoreHandler>>): Route[] {
  return Object.entries(handlers).map(([on, handle]) => {
    const [method = '', tail = ''] = on.split(' ');
    return {
      on: `${method} ${kind.root}/${what}${tail}`,
      handle: (request, context) => handle(request, context, openStore(kind, what, { request, context })),
    };
  });
}

function openStore(
  kind: Kind,
  what: What,
  { request, context }: { readonly request: Request; readonly context: Context },
): OpenStore {
  const { name, token, open } = kind.find(request, context);
  const access = request.method === 'GET' ? 'read' : 'write';
  requireRight(token, { permissions: [kind.permission[what]], access, scope: kind.scope });
  return { kind, what, name, state: open() };
}

export function entriesOf({ state, what }: OpenStore): Record<string, EntryState> {
  return state[what];
}
