import type { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
import { Secret, masksOfKey } from '../../secret.ts';
import { isNotFound, isNotShown } from '../../errors/api-error.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { LOOK_AGAIN } from '../../time.ts';
import { expectList, expectTexts } from '../answer.ts';
import { orAbsent } from '../call.ts';
import { untilVisible } from '../document.ts';
import type { Cloud } from './clients.ts';
import { keyFileOf } from './key-file.ts';
import { orNotThere } from './not-there.ts';
import { publicHalfIn } from './public-half.ts';
import { lastPart } from './resource-names.ts';
import { prepareToMint, readKeyFile } from './sign-in/key-token.ts';

/** A user-managed key of our account, without its material. Times in milliseconds since 1970. */
export interface Key {
  readonly id: string;
  readonly createdAt: number;
  /** Infinity when it does not end. */
  readonly endsAt: number;
  readonly disabled: boolean;
  /** Why Google itself disabled it: `EXPOSED`, `COMPROMISE_DETECTED`; undefined when a person did. */
  readonly cutOffBecause: string | undefined;
  /** `GOOGLE_PROVIDED`, or `USER_PROVIDED` for an uploaded one. */
  readonly origin: string;
}

/** A key just issued: the only moment in which its material can be had. */
export interface IssuedKey {
  readonly id: string;
  /** The key file, as one line of JSON. */
  readonly file: Secret;
}

/** The keys of one account. */
export interface Keys {
  /** As they are by now: what this run has done counts, however old the answer is. */
  list(): Promise<readonly Key[]>;
  /** The public half of a key: SPKI, DER, base64. */
  publicKey(id: string): Promise<string>;
  /** Sent once: when the answer is lost, nobody knows whether a key exists. Everything secret is masked on arrival. */
  create(): Promise<IssuedKey>;
  enable(id: string): Promise<void>;
  disable(id: string): Promise<void>;
  delete(id: string): Promise<void>;
}

/**
 * What this run has done to keys. IAM's lists may be seconds old, so for a while what was done counts more than what a list
 * says of it. Sends nothing.
 */
export interface KeyMemory {
  readonly made: (key: Key) => void;
  readonly switched: (id: string, to: 'disabled' | 'enabled') => void;
  readonly deleted: (id: string) => void;
  /** Whether this run made it. */
  readonly isOwn: (id: string) => boolean;
  /** Ids of the keys that this run deleted. */
  readonly gone: () => readonly string[];
  /** Whether it may be too new for some of IAM's front ends. */
  readonly isYoung: (id: string) => boolean;
  /** A list as it is by now. */
  readonly corrected: (listed: readonly Key[]) => Key[];
}

/** Whose keys, and of what kind. */
export interface KeysOptions {
  readonly email: string;
  /** With it the pair is made here, and its public half uploaded in a certificate that ends; else Google makes the key. */
  readonly lifetimeDays: number | undefined;
  /** The account's number: Google writes it into the files it makes. */
  readonly uniqueId: () => Promise<string>;
  readonly mask: (value: string) => void;
  readonly memory: KeyMemory;
}

/** Google's way to write "does not end" is the year 9999. */
const NEVER = Date.UTC(9999, 0, 1);
const BY_GOOGLE = /^SERVICE_ACCOUNT_KEY_DISABLE_REASON_(EXPOSED|COMPROMISE_DETECTED)$/;

export function keysOf(cloud: Cloud, options: KeysOptions): Keys {
  const { email, lifetimeDays, memory } = options;
  const account = `projects/${cloud.projectId}/serviceAccounts/${email}`;
  const { keys } = cloud.iam.projects.serviceAccounts;
  const making: Making = {
    ...{ cloud, options, account },
    send: (what, { permission, repeatable }, request) => {
      const asked = { call: `${what} of ${email}`, service: 'iam', repeatable } as const;
      const sent = cloud.call(asked, async () => (await request()).data);
      return orNotThere(cloud, `iam.serviceAccountKeys.${permission}`, sent);
    },
  };
  const verb = (word: KeyVerb, id: string, request: (name: string) => Promise<{ data: unknown }>): Promise<unknown> => {
    const sent = (): Promise<unknown> =>
      making.send(`${word} the key ${id.slice(0, 12)}`, repeatable(word), () => request(`${account}/keys/${id}`));
    const milliseconds = memory.isYoung(id) ? LOOK_AGAIN : 0;
    return untilVisible({ clock: cloud.clock, milliseconds, isInvisible: isTooNew(memory.isOwn(id)) }, sent);
  };
  const toggle = async (to: 'disabled' | 'enabled', id: string): Promise<void> => {
    if (to === 'disabled') await verb('disable', id, (name) => keys.disable({ name, requestBody: {} }));
    else await verb('enable', id, (name) => keys.enable({ name, requestBody: {} }));
    memory.switched(id, to);
  };
  return {
    list: async () => {
      const listed = await making.send('list the keys', repeatable('list'), async () => {
        const { data } = await keys.list({ name: account, keyTypes: ['USER_MANAGED'] });
        const found = expectList('list of keys', data, 'keys').keys ?? [];
        return { data: found.map((key) => expectNamed(expectTexts('key', key, ['validAfterTime']))) };
      });
      return memory.corrected(listed.map(factsOf));
    },
    publicKey: async (id) => {
      const request = { name: `${account}/keys/${id}`, publicKeyType: 'TYPE_RAW_PUBLIC_KEY' };
      return making.send(`read the public half of the key ${id.slice(0, 12)}`, repeatable('get'), async () => ({
        data: publicHalfShown((await keys.get(request)).data),
      }));
    },
    create: () => (lifetimeDays === undefined ? makeAtGoogle(making) : makeHere(making, lifetimeDays)),
    enable: (id) => toggle('enabled', id),
    disable: (id) => toggle('disabled', id),
    delete: async (id) => {
      await orAbsent(verb('delete', id, (name) => keys.delete({ name })));
      memory.deleted(id);
    },
  };
}

/** What making a key takes. */
interface Making {
  readonly cloud: Cloud;
  readonly options: KeysOptions;
  /** `projects/P/serviceAccounts/EMAIL` */
  readonly account: string;
  readonly send: <T>(what: string, how: Sending, request: () => Promise<{ data: T }>) => Promise<T>;
}

type KeyVerb = 'enable' | 'disable' | 'delete';

/** How a request is sent. */
interface Sending {
  readonly repeatable: boolean;
  /** The last word of the permission that it takes. */
  readonly permission: KeyVerb | 'list' | 'get' | 'create';
}

const repeatable = (permission: Sending['permission']): Sending => ({ repeatable: true, permission });

/** What makes a key: uploading takes the same permission. */
const ONCE: Sending = { repeatable: false, permission: 'create' };

async function makeAtGoogle({ cloud, options, account, send }: Making): Promise<IssuedKey> {
  const { mask, memory } = options;
  const requestBody = { privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE', keyAlgorithm: 'KEY_ALG_RSA_2048' };
  prepareToMint();
  return send('create a key', ONCE, async () => {
    const { data } = await cloud.iam.projects.serviceAccounts.keys.create({ name: account, requestBody });
    const issued = unpack(data, mask);
    memory.made(factsOf(data));
    return { data: issued };
  });
}

/** The pair is made here, and its public half uploaded in a certificate that ends. */
async function makeHere({ cloud, options, account, send }: Making, lifetimeDays: number): Promise<IssuedKey> {
  const { email, mask, memory } = options;
  const { makePair } = await import('./key-pair.ts');
  const uniqueId = await options.uniqueId(); // Before there is a key, so that nothing can fail between it and its file.
  const { certificate, privateKey } = await makePair(lifetimeDays, mask, Date.now() - cloud.wire.clockAhead());
  const requestBody = { publicKeyData: Buffer.from(certificate).toString('base64') };
  const id = await send('upload a key', ONCE, async () => {
    const { data } = await cloud.iam.projects.serviceAccounts.keys.upload({ name: account, requestBody });
    const facts = factsOf(expectNamed(data));
    memory.made(facts);
    return { data: facts.id };
  });
  const file = keyFileOf({ id, email, projectId: cloud.projectId, uniqueId, privateKey });
  return sealed(file, id, mask);
}

/** 404, or for a key that this run made 403: the front end that was asked does not know it yet. */
function isTooNew(isOwn: boolean): (error: unknown) => boolean {
  return isOwn ? isNotShown : isNotFound;
}

/** Its id goes into paths, outputs and the record: it must not lead elsewhere, nor say anything there. @throws UnreadableAnswer */
function expectNamed(key: iam_v1.Schema$ServiceAccountKey): iam_v1.Schema$ServiceAccountKey {
  const { name } = expectTexts('key', key, ['name']);
  if (!/^[0-9a-f]{6,64}$/.test(lastPart(name ?? '')))
    throw new UnreadableAnswer('it is no key: its name ends in no ID');
  return key;
}

/** Of a key whose times are not told, it is known that it was made just now. */
function factsOf(key: iam_v1.Schema$ServiceAccountKey): Key {
  const start = Date.parse(key.validAfterTime ?? '');
  const end = Date.parse(key.validBeforeTime ?? '');
  return {
    id: lastPart(key.name ?? ''),
    createdAt: Number.isNaN(start) ? Date.now() : start,
    endsAt: Number.isNaN(end) || end >= NEVER ? Infinity : end,
    disabled: key.disabled === true,
    cutOffBecause: BY_GOOGLE.exec(key.disableReason ?? '')?.[1],
    origin: key.keyOrigin ?? 'ORIGIN_UNSPECIFIED',
  };
}

function publicHalfShown(key: iam_v1.Schema$ServiceAccountKey): string {
  const { publicKeyData } = expectTexts('key', key, ['publicKeyData']);
  const pem = Buffer.from(publicKeyData ?? '', 'base64').toString();
  return publicHalfIn(pem);
}

/** While the request counts as under way: an answer that holds no key has made one all the same. */
function unpack(answer: iam_v1.Schema$ServiceAccountKey, mask: (value: string) => void): IssuedKey {
  const { privateKeyData } = answer;
  if (typeof privateKeyData === 'string') mask(privateKeyData); // Whatever else is wrong with the answer.
  const { name } = expectNamed(expectTexts('key', answer, ['privateKeyData']));
  return sealed(Buffer.from(privateKeyData ?? '', 'base64').toString(), lastPart(name ?? ''), mask);
}

function sealed(text: string, id: string, mask: (value: string) => void): IssuedKey {
  const file = readKeyFile(text);
  if (file.private_key_id !== id) throw new UnreadableAnswer('the key file in it is that of another key');
  for (const form of masksOfKey(text, file.private_key)) mask(form);
  return { id, file: new Secret(JSON.stringify(file)) };
}
