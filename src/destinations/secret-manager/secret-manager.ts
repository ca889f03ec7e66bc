import type { SecretVersions } from '../../cloud/google/secret-versions.ts';
import { writeOnce } from '../../cloud/write-once.ts';
import { ApiError, isUnclear } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { explainApiError } from '../../errors/explain.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { placeMark } from '../../ownership/place-mark.ts';
import type { Secret } from '../../secret.ts';
import { once } from '../../time.ts';
import type { Clock } from '../../time.ts';
import { ownerOf } from '../context.ts';
import type { DestinationContext } from '../context.ts';
import type { Destination, Reading } from '../destination.ts';
import { placeAsResource } from '../place.ts';
import { remembered } from '../remembered.ts';
import { NOTE, destroyNoted, editNotes, retireNoted } from './notes.ts';
import type { Annotating, Noting } from './notes.ts';
import { ask } from './reading.ts';
import type { SecretManagerOptions } from './reading.ts';
import { whySecretRefused } from './refusal.ts';

const PERMISSIONS = [
  'secretmanager.secrets.get',
  'secretmanager.secrets.update',
  'secretmanager.versions.add',
  'secretmanager.versions.destroy',
  'secretmanager.versions.disable',
  'secretmanager.versions.get',
] as const;
const PATIENCE = 90_000;

/** As a target asks for it. */
export function secretManagerOf(context: DestinationContext): Destination {
  const { cloud } = context;
  const secret = context.target.delivery.secretManagerSecret ?? '';
  const open = once(async () => {
    const { secretVersions } = await import('../../cloud/google/secret-versions.ts');
    return secretVersions(cloud, secret);
  });
  const demandsOwnEncryption = async (): Promise<boolean> => {
    const constraints = await import('../../cloud/google/org-policy-constraints.ts');
    return constraints.demandsOwnEncryption(cloud, secret.split('/')[1] ?? '');
  };
  const { keyList, listKeys } = context;
  const { clock } = cloud;
  return secretManager({ ...ownerOf(context), secret, open, demandsOwnEncryption, keyList, listKeys, clock });
}

/**
 * A secret of Secret Manager: each key is a new version, so that readers of `latest` get the new key and readers of a
 * version keep theirs until it is retired. Which version holds which key stands in the secret's annotations.
 */
export function secretManager(options: SecretManagerOptions): Destination {
  const name = `the secret ${options.secret}`;
  const asked = remembered(() => ask(options));
  const added: string[] = [];
  const reading = async (): Promise<Reading> => (await asked.get()).reading;
  const annotate = async (change: Annotating): Promise<void> => {
    await editNotes(await options.open(), options.clock, change);
    asked.forget();
  };
  const known = async (): Promise<Pick<Noting, 'keys' | 'added'>> => ({ keys: await options.keyList(), added });
  const reread = async (): Promise<Reading> => (await asked.again()).reading;
  // Another run may have delivered a key since the plan.
  const remove = async (): Promise<Notice | undefined> =>
    destroyNoted({ name, keys: await options.listKeys(), added }, await options.open(), annotate);
  const address = { kind: 'secret-manager', name: options.secret } as const;
  const place = `secret-manager ${options.secret}`;
  return {
    ...placeAsResource({ ...options, name, place, address }, { reading, remove, reread, leaves: 'what is not noted' }),
    mark: placeMark('secret-manager', place),
    willing: false,
    reading,
    reread,
    refuse: async () => {
      const [{ live, error }, held, demandsOwnEncryption] = await Promise.all([
        asked.get(),
        options.open().then((store) => heldIn(store)),
        options.demandsOwnEncryption(),
      ]);
      // What nobody can tell is done without: the service itself refuses what it must. A secret that is not shown is refused.
      const lacking = PERMISSIONS.filter((one) => (held === undefined ? error !== undefined : !held.includes(one)));
      return whySecretRefused(options.secret, { live, error, demandsOwnEncryption, lacking });
    },
    foresee: async () => {
      const [{ live, error }, demandsOwnEncryption] = await Promise.all([asked.get(), options.demandsOwnEncryption()]);
      if (error !== undefined) return undefined; // The place itself says that it could not be read.
      return whySecretRefused(options.secret, { live, error, demandsOwnEncryption, lacking: [] });
    },
    deliver: async (key) => {
      const version = await addOnce(options.clock, await options.open(), key.file);
      added.push(version);
      asked.forget();
      try {
        await annotate((notes) => (notes[NOTE + key.id] = version));
      } catch (error) {
        throw halfDelivered(options.secret, version, error);
      }
    },
    note: async (keyId) => {
      // The version that was judged; a newer one is somebody else's.
      const { latest } = await asked.get();
      if (latest !== undefined) await annotate((notes) => (notes[NOTE + keyId] = latest));
    },
    retire: async (key, how, inUse) => {
      // As whoever decided to retire it has just read it.
      const { live: secret } = await asked.get();
      const noting = async (): Promise<Noting> => ({ store: await options.open(), secret, ...(await known()) });
      return retireNoted({ name, key, how, inUse, secret }, noting, annotate);
    },
  };
}

/** Adds one version, however many answers are lost. Others write there too: then which one is ours is in doubt. */
async function addOnce(clock: Clock, store: SecretVersions, payload: Secret): Promise<string> {
  const before = Number((await store.latest())?.number ?? 0);
  return writeOnce({
    clock,
    within: PATIENCE,
    send: () => store.add(payload),
    landed: async () => {
      const latest = await store.latest();
      const added = Number(latest?.number ?? 0) - before;
      if (added === 1 && latest !== undefined) return { value: latest.number };
      return added === 0 ? 'no' : 'doubt';
    },
  });
}

/** The version is there, its note is not: not a refusal, so that nobody deletes a key that is out. */
function halfDelivered(secret: string, version: string, error: unknown): Error {
  if (error instanceof Blocked) return error; // It vanished: that has words of its own.
  if (!(error instanceof ApiError)) return new Error(`could not annotate ${secret}`, { cause: error });
  const attempted = `note in the annotations of ${secret} that version ${version} holds the new key`;
  const known = explainApiError(error);
  const grant = 'Grant secretmanager.secrets.update on the secret, and run the workflow again.';
  const remedy = known.code === 'service.permission-missing' ? grant : `${known.remedy} The next run heals this.`;
  return new Blocked(
    [{ severity: 'error', code: 'destination.unnoted', attempted, because: error.words, remedy }],
    error,
  );
}

/** undefined = no answer, which proves nothing; a question that is refused is as good as none held. */
async function heldIn(store: SecretVersions): Promise<string[] | undefined> {
  try {
    return await store.held(PERMISSIONS);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return isUnclear(error) ? undefined : [];
  }
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'secret-manager': true;
  }
}
