/** What a service tells of itself: everything that server, world, faults, journal and environment need to know of it. */
import type { Envelope } from './envelope.ts';
import type { AccountEvent, Api, Context, Route } from './route.ts';
import type { StatePart, World } from './world.ts';

/** Which parts of what is sent the journal must not keep. */
export interface Secrets {
  /** Names of fields in lower case, without underscores; those of all services are masked wherever they are sent. */
  readonly fields: (path: string) => readonly string[];
  /** Whether a body that is no JSON may be a secret as a whole. */
  readonly isText?: (path: string) => boolean;
}

/** Reads that may show the service's part of the world as it was. */
export interface OlderReads {
  /** Which of the weather's times says how old. */
  readonly most: 'stale' | 'secrets';
  readonly isOne: (method: string, path: string) => boolean;
}

/** Something that happens at its time, without anybody's asking. */
export interface Upcoming {
  /** Milliseconds since 1970; it may have passed. */
  readonly dueAt: number;
  readonly happen: (context: Context) => Promise<void>;
}

/** Whether nothing is changed by it. By its name alone getIamPolicy is a read, too. */
export function isRead(method: string, path: string): boolean {
  return method === 'GET' || /(:|%3a)getIamPolicy$/i.test(path);
}

/** The permissions of services, spelled in full and sorted. */
export function permissionsOf(services: readonly Service[]): string[] {
  const kinds = services.flatMap(({ permissions = {} }) => Object.entries(permissions));
  return kinds.flatMap(([kind, verbs]) => verbs.map((verb) => `${kind}.${verb}`)).sort();
}

/** One folder of the simulator; `registry.ts` lists them. */
export interface Service {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly envelope: Envelope;
  /** Whether a path is its own, even where it has no such route. */
  readonly owns?: (path: string) => boolean;
  /** APIs that a project switches on and off. */
  readonly apis?: readonly Api[];
  /** The one that must be on in the caller's project. */
  readonly requires?: string;
  /** What a project's custom role may hold of it: `{ 'iam.roles': ['get'] }` is `iam.roles.get`. */
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  readonly state?: StatePart<unknown>;
  readonly olderReads?: OlderReads;
  /** Work done ahead, when a simulator starts. */
  readonly prepare?: () => void;
  readonly secrets?: Secrets;
  /** Variables that point its clients here. */
  readonly environment?: (url: string, world: World) => Readonly<Record<string, string>>;
  /** What `POST /_simulator/change` may change of it, by the name of the field. */
  readonly changes?: Readonly<Record<string, (world: World, value: unknown) => void>>;
  /** What `POST /_simulator/NAME` does in it, and what it answers, if there is anything to tell. */
  readonly controls?: Readonly<Record<string, (world: World, value: unknown, context: Context) => unknown>>;
  /** Its part of the world as `GET /_simulator/world` shows it; as it is, if nothing is said. */
  readonly show?: (world: World) => unknown;
  /** What it does next by itself while time passes. @param until - to when time will pass, milliseconds since 1970 */
  readonly upcoming?: (world: World, until: number) => Upcoming | undefined;
  /** For whoever keeps members of their own. */
  readonly onAccount?: (event: AccountEvent, context: Context) => void;
}
