import { ApiError, isUnclear } from '../errors/api-error.ts';
import type { Clock } from '../time.ts';
import type { SecretResource, SecretVersion, SecretVersions } from '../cloud/google/secret-versions.ts';
import { Refused } from '../errors/diagnostic.ts';
import type { Secret } from '../secret.ts';
import type { Destination, Reading } from './destination.ts';
import { refuseSecretManager } from './secret-manager-rules.ts';

/** What `secretManager` needs. */
export interface SecretManagerOptions {
  /** `projects/P/secrets/S`: it must exist, because where it may be stored is its owner's choice. */
  readonly secret: string;
  readonly open: () => Promise<SecretVersions>;
  /** Whether an organisation policy demands customer-managed encryption of secrets there. */
  readonly demandsOwnEncryption: () => Promise<boolean>;
  readonly clock: Clock;
}

/** Annotation of the secret that tells which version holds a key: this, and the key's id. */
const NOTE = 'segment-retl-key-';
const RIGHTS = [
  'secretmanager.secrets.get',
  'secretmanager.secrets.update',
  'secretmanager.versions.add',
  'secretmanager.versions.destroy',
  'secretmanager.versions.disable',
  'secretmanager.versions.get',
] as const;
const PATIENCE = 90_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/**
 * A secret of Secret Manager: each key is a new version, so that readers of `latest` get the new key and readers of a
 * version keep theirs until it is retired. Which version holds which key stands in the secret's annotations.
 */
export function secretManager(options: SecretManagerOptions): Destination {
  const name = `the secret ${options.secret}`;
  let asked: Promise<Asked> | undefined;
  const ask = (): Promise<Asked> => (asked ??= look(options));
  const reread = async (): Promise<Reading> => {
    asked = undefined;
    return (await ask()).reading;
  };
  const annotate = async (change: (notes: Record<string, string>) => void): Promise<void> => {
    const store = await options.open();
    await store.reread();
    await store.edit((live) => {
      const annotations = { ...live.annotations };
      change(annotations);
      return { ...live, annotations };
    });
    asked = undefined;
  };
  return {
    name,
    willing: false,
    read: async () => (await ask()).reading,
    reread,
    refuse: async () => {
      const [{ live, error }, held, demandsOwnEncryption] = await Promise.all([
        ask(),
        options.open().then((store) => orNone(store.held(RIGHTS))),
        options.demandsOwnEncryption(),
      ]);
      const lacking = RIGHTS.filter((one) => !held.includes(one));
      return refuseSecretManager(options.secret, { live, error, demandsOwnEncryption, lacking });
    },
    deliver: async (key) => {
      const store = await options.open();
      const version = await addOnce(options, store, { payload: key.file, before: await store.latest() });
      asked = undefined;
      try {
        await annotate((notes) => (notes[NOTE + key.id] = version));
      } catch (error) {
        throw halfDelivered(options.secret, version, error);
      }
    },
    note: async (keyId) => {
      const latest = await (await options.open()).latest();
      if (latest !== undefined) await annotate((notes) => (notes[NOTE + keyId] = latest.number));
    },
    retire: async (keyId, how) => {
      const store = await options.open();
      const version = (await store.reread())?.annotations?.[NOTE + keyId];
      if (version === undefined) return;
      if (how === 'disable') return store.disable(version);
      await store.destroy(version);
      await annotate((notes) => Reflect.deleteProperty(notes, NOTE + keyId));
    },
    forget: async () => {
      const store = await options.open();
      const noted = Object.entries((await store.reread())?.annotations ?? {}).filter(([note]) => note.startsWith(NOTE));
      if (noted.length === 0) return undefined;
      await Promise.all(noted.map(([, version]) => store.destroy(version)));
      await annotate((notes) => {
        for (const [note] of noted) Reflect.deleteProperty(notes, note);
      });
      return `destroyed the versions of ${name} that hold its keys: ${noted.map(([, version]) => version).join(', ')}`;
    },
  };
}

interface Asked {
  readonly reading: Reading;
  readonly live?: SecretResource | undefined;
  readonly error?: ApiError;
}

/** One round trip. */
async function look(options: SecretManagerOptions): Promise<Asked> {
  try {
    const store = await options.open();
    const [live, latest] = await Promise.all([store.reread(), store.latest()]);
    return { live, reading: readingOf(live, latest) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { error, reading: { state: 'unreadable', why: `could not ${error.call}: ${error.words}` } };
  }
}

function readingOf(live: SecretResource | undefined, latest: SecretVersion | undefined): Reading {
  const notes = Object.entries(live?.annotations ?? {}).filter(([note]) => note.startsWith(NOTE));
  const isNoted = notes.length > 0;
  if (live === undefined || latest === undefined) return { state: 'absent', isNoted };
  const { number, createdAt, state } = latest;
  const note = notes.find(([, version]) => version === number)?.[0];
  return {
    state: 'present',
    writtenAt: createdAt,
    keyId: note?.slice(NOTE.length),
    notedAt: note === undefined ? undefined : createdAt, // The note names the version, so it cannot be older.
    fault: state === 'ENABLED' ? undefined : `its latest version ${number} is ${state.toLowerCase()}`,
    isNoted,
  };
}

interface Adding {
  readonly payload: Secret;
  /** The newest version before. */
  readonly before: SecretVersion | undefined;
}

/** Adds one version, however many answers are lost: after each lost one, what is there decides whether to send again. */
async function addOnce(options: SecretManagerOptions, store: SecretVersions, adding: Adding): Promise<string> {
  const { clock } = options;
  const end = clock.now() + PATIENCE;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await store.add(adding.payload);
    } catch (error) {
      if (!isUnclear(error)) throw error;
      const latest = await store.latest();
      const added = Number(latest?.number ?? 0) - Number(adding.before?.number ?? 0);
      if (added === 1 && latest !== undefined) return latest.number;
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
      if (added !== 0 || clock.now() + wait > end) throw error; // Others write there too: which one is ours is in doubt.
      await clock.sleep(wait);
    }
  }
}

/** The version is there, its note is not: not a refusal, so that nobody deletes a key that is out. */
function halfDelivered(secret: string, version: string, error: unknown): Error {
  if (!(error instanceof ApiError)) return new Error(`could not annotate ${secret}`, { cause: error });
  const attempted = `note in the annotations of ${secret} that version ${version} holds the new key`;
  const remedy = 'Grant secretmanager.secrets.update on the secret, and run the workflow again.';
  return new Refused([{ attempted, because: error.words, remedy }], error);
}

/** Rights that could not be tested are taken for lacking: nobody may write what he cannot even ask about. */
async function orNone(held: Promise<string[]>): Promise<string[]> {
  try {
    return await held;
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
