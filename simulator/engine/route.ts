/**
 * What a service of the simulator is: a list of routes, each a function `(request, context) → reply` that knows nothing
 * of HTTP. `server.ts` is the one adapter that serves them.
 */
import type { World } from './world.ts';

/** One request as a handler sees it. */
export interface Request {
  readonly method: string;
  /** As sent; no query. */
  readonly path: string;
  /** Values of the `{name}` parts of the route's pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON or form body; `undefined` when there was none. */
  readonly body: unknown;
}

/** A request as the adapter hands it on: which route's it is, is not known yet. */
export type Received = Omit<Request, 'params'> & { readonly origin: string };

/** What a handler answers; `body` is sent as JSON, a string as it is; nothing for 204. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who calls: found by the adapter from the bearer token, before the handler runs. */
export interface Caller {
  /** As in a policy: `user:…`, `serviceAccount:…`, `principal://…`; a policy's `principalSet://…` are in `memberships`. */
  readonly principal: string;
  readonly memberships: readonly string[];
  /** Number of the project that the credential belongs to: whose APIs must be on. */
  readonly consumerProject: string;
}

/** An API of Google's, which a project switches on and off. */
export interface Api {
  /** `iam.googleapis.com` */
  readonly name: string;
  readonly title: string;
  /** In projects where nobody has switched on anything. */
  readonly isOnAtFirst?: true;
}

/** What became of a service account, told to every service: each keeps its own lists of members. */
export interface AccountEvent {
  readonly what: 'deleted' | 'restored';
  readonly email: string;
  readonly uniqueId: string;
}

/** What every handler may use besides the request. */
export interface Context {
  /** As the front end that answers knows it: a read may come to one that has not heard of the last writes. */
  readonly world: World;
  /** As it is: by this one it is judged who may do what. */
  readonly live: World;
  /** Name of the service that answers: access does not come to all of them at the same time. */
  readonly service: string;
  /** Milliseconds since 1970. The only clock that handlers read. */
  readonly now: number;
  /** Scheme, host and port under which the simulator was asked. */
  readonly origin: string;
  /** Throws the 401 of the service when no valid token was sent. */
  readonly caller: () => Caller;
  /** Every API of this world. */
  readonly apis: readonly Api[];
  /** What a project's custom role may hold: what `queryTestablePermissions` answers, sorted. */
  readonly permissions: readonly string[];
  readonly announce: (event: AccountEvent) => void;
  /** What another service answers to one that calls it over the Internet: neither the journal nor a fault hears of it. */
  readonly send: (request: Received) => Promise<Reply>;
  /** Told of every permission that is looked for, held or not. */
  readonly onNeed?: (caller: Caller, permission: string) => void;
}

/** What Google's discovery document says of a method; every `misfits…` lists what does not fit, [] = it fits. */
export interface Contract {
  /** `iam.projects.roles.create` */
  readonly id: string;
  readonly misfitsOfRequest: (request: Pick<Request, 'query' | 'body'>) => string[];
  readonly misfitsOfReply: (body: unknown) => string[];
}

/** `METHOD /v1/projects/{project}/roles/{role}:undelete`: a `{name}` matches one segment, `{name+}` one or more. */
export interface Route {
  readonly on: string;
  /** Of whatever a discovery document describes. */
  readonly contract?: Contract;
  /** Permissions are checked in here, with `require…` of permissions.ts; refusals are thrown as `Refusal`. */
  handle(request: Request, context: Context): Reply | Promise<Reply>;
}

/** A service's refusal, in that service's own envelope. Build one with the functions of `refusal.ts`. */
export class Refusal extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`refused with ${String(reply.status)}`);
    this.reply = reply;
  }
}
