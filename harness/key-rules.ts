/**
 * What must hold of keys, whatever was done, judged by the world and never by what a run says of itself: no key that a
 * destination holds is dead, no key of ours that works is in no record, and what a green run promises is so.
 */
import type { Controls } from '../simulator/control.ts';
import { iamState } from '../simulator/directory/iam.ts';
import type { AccountState, KeyState } from '../simulator/directory/iam.ts';
import { gitHubState } from '../simulator/github/part.ts';
import type { StoreState } from '../simulator/github/state.ts';
import { secretManagerState } from '../simulator/secretmanager/state.ts';
import { segmentState } from '../simulator/segment/part.ts';
import { EMAIL } from './names.ts';

type World = Controls['world'];

/** A key of ours, and where somebody would take it from. */
export interface Held {
  readonly place: string;
  readonly id: string;
  /** Whether whoever asks there is given it. */
  readonly isGiven: boolean;
}

export function accountIn(world: World): AccountState | undefined {
  return Object.values(iamState(world).accounts).find(({ email }) => email === EMAIL);
}

export function keysIn(world: World): readonly KeyState[] {
  return accountIn(world)?.keys ?? [];
}

/** The bracket of the account, word by word. */
export interface Recorded {
  /** undefined = the account is absent, or nobody's. */
  readonly mark: string | undefined;
  readonly key: string | undefined;
  readonly old: readonly string[];
  /** undefined = no key is announced. */
  readonly before: readonly string[] | undefined;
}

export function recordIn(world: World): Recorded {
  const found = /\[segment-retl (created|adopted)([^\]]*)\]$/.exec(accountIn(world)?.description ?? '');
  const [, mark, bracket = ''] = found ?? [];
  const word = (name: string): string | undefined =>
    bracket
      .split(' ')
      .find((one) => one.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const list = (text: string | undefined): string[] => (text ?? '').split(',').filter((id) => id !== '');
  const before = word('issuing-before');
  return { mark, key: word('key'), old: list(word('old')), before: before === undefined ? undefined : list(before) };
}

/** Which key of ours each place holds; what runs put out is told by whoever ran them. */
export function heldIn(world: World, outputs: readonly string[]): Held[] {
  const gitHub = gitHubState(world);
  const stores = [
    ...Object.entries(gitHub.repositories).flatMap(([name, one]) => [
      [name, one] as const,
      ...Object.entries(one.environments).map(([inner, store]) => [`${name} ${inner}`, store] as const),
    ]),
    ...Object.entries(gitHub.organisations),
  ];
  const versions = Object.entries(secretManagerState(world).secrets).flatMap(([name, { versions: all }]) => {
    const latest = all.at(-1);
    const id = keyIdIn(Buffer.from(latest?.data ?? '', 'base64').toString());
    return id === undefined ? [] : [{ place: name, id, isGiven: latest?.state === 'ENABLED' }];
  });
  const sources = segmentState(world).sources.flatMap(({ slug, settings }) =>
    Object.values(settings).flatMap((value) => {
      const id = keyIdIn(typeof value === 'string' ? value : JSON.stringify(value));
      return id === undefined ? [] : [{ place: `segment ${slug}`, id, isGiven: true }];
    }),
  );
  return [
    ...stores.flatMap(([place, store]) => secretsIn(place, store)),
    ...versions,
    ...sources,
    ...outputs.flatMap((file) => {
      const id = keyIdIn(file);
      return id === undefined ? [] : [{ place: 'output', id, isGiven: true }];
    }),
  ];
}

function secretsIn(place: string, { secrets }: StoreState): Held[] {
  return Object.entries(secrets).flatMap(([name, { value }]) => {
    const id = keyIdIn(value);
    return id === undefined ? [] : [{ place: `${place}/${name}`, id, isGiven: true }];
  });
}

/** Of a key file of our account; canaries have keys that Google never saw. */
export function keyIdIn(text: string): string | undefined {
  try {
    const file = JSON.parse(text) as { client_email?: unknown; private_key_id?: unknown } | null;
    return file?.client_email === EMAIL && typeof file.private_key_id === 'string' ? file.private_key_id : undefined;
  } catch {
    return undefined;
  }
}

/** A key that is held in vain. */
export interface Dead extends Held {
  readonly what: string;
}

/** What is held, and does not work, whatever becomes of the account itself. */
export function deadIn(world: World, outputs: readonly string[], now: number): Dead[] {
  const keys = keysIn(world);
  return heldIn(world, outputs).flatMap((held) => {
    const { id, isGiven, place } = held;
    const key = keys.find((one) => one.id === id);
    const why =
      key === undefined ? 'deleted' : key.disabled ? 'disabled' : key.validBeforeTime <= now ? 'expired' : undefined;
    if (why !== undefined) return [{ ...held, what: `${place} holds the key ${id.slice(0, 6)}, which is ${why}` }];
    return isGiven ? [] : [{ ...held, what: `${place} does not give the key ${id.slice(0, 6)} that it holds` }];
  });
}

/** Keys of ours that work, and that nobody would find again. @param foreign - ids of the keys that people made */
export function strayIn(world: World, foreign: ReadonlySet<string>): string[] {
  const { before, key, old } = recordIn(world);
  const isNamed = (id: string, by: readonly string[]): boolean => by.some((short) => id.startsWith(short));
  return keysIn(world)
    .filter(({ disabled, id }) => !disabled && !foreign.has(id))
    .filter(({ id }) => !isNamed(id, [...(key === undefined ? [] : [key]), ...old]))
    .filter(({ id }) => before === undefined || isNamed(id, before))
    .map(({ id }) => `the key ${id.slice(0, 6)} works, and is in no record`);
}
