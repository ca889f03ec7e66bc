import type { IssuedKey, Key, Keys } from '../../../src/cloud/google/keys.ts';
import type { Account, AccountDocument } from '../../../src/cloud/google/service-accounts.ts';
import type { Destination, Reading } from '../../../src/destinations/destination.ts';
import { stepOutput } from '../../../src/destinations/step-output.ts';
import type { Run } from '../../../src/engine/resource.ts';
import { readDescription, writeDescription } from '../../../src/ownership/description.ts';
import type { Ownership } from '../../../src/ownership/record.ts';
import { credential } from '../../../src/resources/credential/credential.ts';
import type { CredentialChange, CredentialDesign, CredentialMade } from '../../../src/resources/credential/design.ts';
import type { AccountMade } from '../../../src/resources/service-account/made.ts';
import { Secret } from '../../../src/secret.ts';
import { once } from '../../../src/time.ts';
import type { Clock } from '../../../src/time.ts';
import { claimsOn, fakeDocument, fakeRun } from './fixtures.ts';
import { MINUTE, NOW, design, key } from './key-chain.ts';

/** An account, its keys and its destinations in memory, and every request to them, in order. */

/** Id of the key that this world creates. */
export const NEW = 'd'.repeat(40);

/** What is there. */
export interface Found {
  readonly keys: readonly Key[];
  readonly record: Ownership | undefined;
}

/** What goes otherwise than it should. */
export interface Mischief {
  readonly create?: () => Promise<IssuedKey>;
  readonly mint?: () => Promise<void>;
  readonly deliver?: (name: string) => Promise<void>;
  readonly isStillThere?: () => boolean;
  /** Told of every request, before it is carried out. */
  readonly before?: (request: string, world: KeyWorld) => void;
  readonly made?: AccountMade;
}

export interface KeyWorld {
  readonly log: string[];
  readonly clock: Clock;
  readonly account: AccountDocument;
  readonly mischief: Mischief;
  keys: readonly Key[];
  readonly record: () => Ownership | undefined;
  readonly write: (owned: Ownership | undefined) => void;
  readonly request: <T>(line: string, carryOut: () => T | Promise<T>) => Promise<T>;
}

/** A credential in such a world. */
export interface Stand {
  readonly world: KeyWorld;
  readonly run: ReturnType<typeof fakeRun>;
  /** Reads, as a plan does, and carries these changes out; only what the second does is logged. */
  readonly change: (changes: readonly CredentialChange[]) => Promise<CredentialMade | undefined>;
  /** Every request but reads. */
  readonly writes: () => string[];
}

export function stand(
  asked: Partial<CredentialDesign>,
  found: Found,
  mischief: Mischief = {},
  names: readonly string[] = ['secret'],
): Stand {
  const world = keyWorld(found, mischief);
  const run = fakeRun(world.clock);
  const resource = credential({
    design: design(asked),
    document: world.account,
    claims: claimsOn(world.account),
    keyList: once(() => keysIn(world).list()), // As the plan has them.
    keys: keysIn(world),
    destinations: names.map((name) => destinationIn(world, name, readingOf(found))),
    delivers: true,
    constraints: () => Promise.resolve({ closed: [], otherClosed: [] }),
    consult: undefined,
    user: {
      mint: () => world.request('mint', () => mischief.mint?.()),
      useKey: ({ id }) => void world.log.push(`use ${letter(id)}`),
    },
    clock: world.clock,
  });
  const running: Run = { ...run, made: () => mischief.made };
  const change = async (changes: readonly CredentialChange[]): Promise<CredentialMade | undefined> => {
    const live = await resource.read();
    world.log.length = 0;
    return resource.change(live, changes, running);
  };
  return { world, run, change, writes: () => world.log.filter((line) => line !== 'list') };
}

/** Ids are one letter, many times. */
function letter(id: string): string {
  return id.slice(0, 1);
}

function described(owned: Ownership | undefined): Account {
  return { description: writeDescription({ text: '', ownership: owned }) ?? '' };
}

function keyWorld(found: Found, mischief: Mischief): KeyWorld {
  const log: string[] = [];
  const document = fakeDocument<Account>(described(found.record));
  const account: AccountDocument = {
    ...document,
    email: 'retl@p',
    edit: async (change) => {
      const before = document.now()?.description;
      const { description } = await document.edit(change);
      if (description !== before) log.push(`record ${description ?? ''}`);
      return { description: description ?? '' };
    },
    create: () => Promise.reject(new Error('no')),
    enable: () => Promise.reject(new Error('no')),
    disable: () => Promise.reject(new Error('no')),
    delete: () => Promise.reject(new Error('no')),
  };
  const world: KeyWorld = {
    ...{ log, account, mischief, clock: patientClock(), keys: found.keys },
    record: () => readDescription(document.now()?.description).ownership,
    write: (owned) => {
      document.put(described(owned));
    },
    request: async (line, carryOut) => {
      mischief.before?.(line, world);
      log.push(line);
      return carryOut();
    },
  };
  return world;
}

/** Time that passes only in sleep. */
function patientClock(): Clock {
  let slept = 0;
  return {
    now: () => NOW + slept,
    sleep: (milliseconds) => {
      slept += milliseconds;
      return Promise.resolve();
    },
  };
}

function keysIn(world: KeyWorld): Keys {
  const set = (id: string, more: Partial<Key>): void => {
    world.keys = world.keys.map((one) => (one.id === id ? { ...one, ...more } : one));
  };
  return {
    list: () => world.request('list', () => [...world.keys]),
    publicKey: (id) => Promise.resolve(`public half of ${id}`),
    create: () =>
      world.request('create', () => {
        if (world.mischief.create !== undefined) return world.mischief.create();
        world.keys = [...world.keys, key(NEW, 0, { createdAt: world.clock.now() })];
        return { id: NEW, file: new Secret('{}') };
      }),
    enable: (id) => world.request(`enable ${letter(id)}`, () => set(id, { disabled: false })),
    disable: (id) => world.request(`disable ${letter(id)}`, () => set(id, { disabled: true })),
    delete: (id) =>
      world.request(`delete ${letter(id)}`, () => {
        world.keys = world.keys.filter((one) => one.id !== id);
      }),
  };
}

function destinationIn(world: KeyWorld, name: string, first: Reading): Destination {
  let held = first;
  return {
    ...stepOutput({ whyNot: () => undefined, set: () => undefined }, false),
    name,
    willing: name === 'output',
    reading: () => Promise.resolve(held),
    reread: () => Promise.resolve(held),
    deliver: ({ id }) =>
      world.request(`deliver ${name}`, async () => {
        await world.mischief.deliver?.(name);
        const now = world.clock.now();
        held = { state: 'present', writtenAt: now, keyId: id, notedAt: now };
      }),
    isStillThere: () => Promise.resolve(world.mischief.isStillThere?.() ?? true),
    note: (id) => world.request(`note ${letter(id)}`, () => undefined),
    retire: ({ id }, how) => world.request(`retire ${name} ${how} ${letter(id)}`, () => undefined),
  };
}

/** The recorded key was delivered a minute after it was made. */
function readingOf({ keys, record }: Found): Reading {
  const current = keys.find(({ id }) => record?.key !== undefined && id.startsWith(record.key));
  if (current === undefined) return { state: 'absent' };
  const writtenAt = current.createdAt + MINUTE;
  return { state: 'present', writtenAt, keyId: current.id, notedAt: writtenAt };
}
