import type { SecretResource, SecretVersion, SecretVersions } from '../../cloud/google/secret-versions.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { LOOK_AGAIN, poll } from '../../time.ts';
import type { Clock } from '../../time.ts';
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
  const isSince = secondOf(version) >= secondOf({ createdAt });
  return isSince && version.createdAt <= createdAt + DELIVERY_TIME;
}

/** What is noted, and of which keys there are. */
export interface Noting {
  readonly store: SecretVersions;
  readonly secret: SecretResource | undefined;
  readonly keys: readonly HeldKey[];
  /** Numbers of the versions that this run added: they hold keys that it made, which the list may not show. */
  readonly added: readonly string[];
}

/**
 * Why a note is not followed, whatever it says; undefined = the version is the key's.
 *
 * A key tells only the second in which it was made: a version of that very second may be older than the key. Where another
 * one follows that could be the key's, and that no key's note explains, nobody can tell which of the two is.
 */
export async function whyNotOfKey(
  { store, secret, keys, added }: Noting,
  version: string | undefined,
  key: HeldKey,
): Promise<string | undefined> {
  if (!isVersion(version)) return 'it names no version';
  const found = await store.version(version);
  if (found === undefined) return `there is no version ${version}`;
  if (!isOfKey(found, key)) return `version ${version} was not made with that key`;
  if (secondOf(found) > secondOf(key)) return undefined;
  const next = await store.version(String(Number(version) + 1));
  if (next === undefined || !isOfKey(next, key) || added.includes(next.number)) return undefined;
  const isExplained = keys.some(
    (other) => other.id !== key.id && secret?.annotations?.[NOTE + other.id] === next.number && isOfKey(next, other),
  );
  return isExplained ? undefined : `version ${version} or ${next.number} holds that key, and nobody can tell which`;
}

function secondOf({ createdAt }: Pick<HeldKey, 'createdAt'>): number {
  return Math.floor(createdAt / 1000);
}

/** Changes the annotations of the secret, all of them. */
export type Annotating = (notes: Record<string, string>) => void;

/** Read just before: others annotate it too. This run has seen the secret, so a read that does not show it is an old one. */
export async function editNotes(store: SecretVersions, clock: Clock, change: Annotating): Promise<void> {
  await poll({ clock, within: LOOK_AGAIN, first: 1_000, most: 10_000 }, async () =>
    (await store.reread()) === undefined ? undefined : { value: true },
  );
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

async function judge(noting: Noting): Promise<Judged> {
  const judged = await Promise.all(
    notesIn(noting.secret).map(async ([note, version]) => {
      const key = noting.keys.find(({ id }) => note === NOTE + id);
      const isOurs = key !== undefined && (await whyNotOfKey(noting, version, key)) === undefined;
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
  { name, keys, added }: Pick<Noting, 'keys' | 'added'> & { readonly name: string },
  store: SecretVersions,
  annotate: (change: Annotating) => Promise<void>,
): Promise<Notice | undefined> {
  const live = await store.reread();
  const noted = notesIn(live);
  if (noted.length === 0) return undefined;
  const { ours, doubtful } = await judge({ store, secret: live, keys, added });
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

/** One key that nobody needs any more, and the secret as whoever decided that has read it. */
interface Retired {
  readonly name: string;
  readonly key: HeldKey;
  readonly how: 'disable' | 'delete';
  /** Id of the key in use. */
  readonly inUse: string | undefined;
  readonly secret: SecretResource | undefined;
}

/** Disables or destroys the version that holds a key. Asks for nothing where no note names one. */
export async function retireNoted(
  { name, key, how, inUse, secret }: Retired,
  open: () => Promise<Noting>,
  annotate: (change: Annotating) => Promise<void>,
): Promise<Notice | undefined> {
  const { [NOTE + key.id]: version, [NOTE + (inUse ?? '')]: current } = secret?.annotations ?? {};
  if (version === undefined) return undefined;
  const noting = await open();
  const why = version === current ? `version ${version} holds the key in use` : await whyNotOfKey(noting, version, key);
  if (why === undefined) await (how === 'disable' ? noting.store.disable(version) : noting.store.destroy(version));
  if (how === 'delete') await annotate((notes) => Reflect.deleteProperty(notes, NOTE + key.id));
  return why === undefined ? undefined : leftVersion(name, key.id, why);
}

/** A version whose note does not fit its key is left: it may be somebody else's. */
function leftVersion(name: string, keyId: string, why: string): Notice {
  return {
    severity: 'warning',
    code: 'destination.left',
    because: `the note of the key ${keyId.slice(0, 12)} in the annotations of ${name} is not followed: ${why}`,
    remedy: 'Find out who changed the annotations. If a version still holds that key, destroy it by hand.',
  };
}
