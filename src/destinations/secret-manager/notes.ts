import type { SecretResource, SecretVersion, SecretVersions } from '../../cloud/google/secret-versions.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { HeldKey } from '../destination.ts';

/**
 * Which version holds which key stands in the annotations of the secret. Whoever may annotate it can write there: a note is a
 * claim, and a version is touched only where its own time agrees.
 */

/** Annotation of the secret that tells which version holds a key: this, and the key's id. */
export const NOTE = 'segment-retl-key-';

/** Annotation and version of each key that is noted, whatever they say. */
export function notesIn(live: SecretResource | undefined): (readonly [string, string])[] {
  return Object.entries(live?.annotations ?? {}).filter(([note]) => note.startsWith(NOTE));
}

/** Whether a text names one version: anything else could lead elsewhere. */
export function isVersion(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,18}$/.test(text);
}

/** A key is delivered within minutes of being made. */
const DELIVERY_TIME = 15 * 60_000;

/** Whether a version can hold this key, by when both were made; services tell times in seconds. */
export function isOfKey(version: SecretVersion | undefined, { createdAt }: HeldKey): boolean {
  if (version === undefined) return false;
  const isSince = Math.floor(version.createdAt / 1000) >= Math.floor(createdAt / 1000);
  return isSince && version.createdAt <= createdAt + DELIVERY_TIME;
}

/** Changes the annotations of the secret, all of them. */
export type Annotating = (notes: Record<string, string>) => void;

/** Read just before: others annotate it too. */
export async function editNotes(store: SecretVersions, change: Annotating): Promise<void> {
  await store.reread();
  await store.edit((live) => {
    const annotations = { ...live.annotations };
    change(annotations);
    return { ...live, annotations };
  });
}

/** What is noted of keys, judged by the keys there are. */
interface Judged {
  readonly ours: readonly string[];
  /** What the notes name besides: nobody can tell that it holds a key of ours. */
  readonly doubtful: readonly string[];
}

async function judge(
  store: SecretVersions,
  live: SecretResource | undefined,
  keys: readonly HeldKey[],
): Promise<Judged> {
  const judged = await Promise.all(
    notesIn(live).map(async ([note, version]) => {
      const key = keys.find(({ id }) => note === NOTE + id);
      const isOurs = key !== undefined && isVersion(version) && isOfKey(await store.version(version), key);
      return { version, isOurs };
    }),
  );
  const named = (isOurs: boolean): string[] => [
    ...new Set(judged.filter((one) => one.isOurs === isOurs).map(({ version }) => version)),
  ];
  return { ours: named(true), doubtful: named(false).filter((one) => !named(true).includes(one)) };
}

/** Takes back what was delivered: every version that a note names and that was made with its key; and all notes. */
export async function destroyNoted(
  { name, keys }: { readonly name: string; readonly keys: readonly HeldKey[] },
  store: SecretVersions,
  annotate: (change: Annotating) => Promise<void>,
): Promise<Notice | undefined> {
  const live = await store.reread();
  const noted = notesIn(live);
  if (noted.length === 0) return undefined;
  const { ours, doubtful } = await judge(store, live, keys);
  await Promise.all(ours.map((version) => store.destroy(version)));
  await annotate((notes) => {
    for (const [note] of noted) Reflect.deleteProperty(notes, note);
  });
  const done = `destroyed the versions of ${name} that hold its keys: ${ours.join(', ') || 'none'}`;
  if (doubtful.length === 0) return { severity: 'note', code: 'destination.removed', because: done };
  return {
    severity: 'warning',
    code: 'destination.left',
    because: `${done}; left ${doubtful.join(', ')}: noted as ours, but not made with a key that is there`,
    remedy: 'If they hold keys of this account, destroy them by hand: the keys are no longer valid.',
  };
}

/** A version whose note does not fit its key is left: it may be somebody else's. */
export function leftVersion(name: string, keyId: string, why: string): Notice {
  return {
    severity: 'warning',
    code: 'destination.left',
    because: `the note of the key ${keyId.slice(0, 12)} in the annotations of ${name} is not followed: ${why}`,
    remedy: 'Find out who changed the annotations. If a version still holds that key, destroy it by hand.',
  };
}
