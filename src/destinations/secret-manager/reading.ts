import type { SecretResource, SecretVersion, SecretVersions } from '../../cloud/google/secret-versions.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { KeyList } from '../../ownership/key-list.ts';
import type { Clock } from '../../time.ts';
import type { Reading } from '../destination.ts';
import type { Place } from '../place.ts';
import { NOTE, isVersion, notesIn } from './notes.ts';

/** A secret of Secret Manager, and what can be read of it. */

/** Which secret, and how to reach it. */
export interface SecretManagerOptions extends Pick<Place, 'want' | 'claims'> {
  /** `projects/P/secrets/S`: it must exist, because where it may be stored is its owner's choice. */
  readonly secret: string;
  readonly open: () => Promise<SecretVersions>;
  /** Whether an organization policy demands customer-managed encryption of secrets there. */
  readonly demandsOwnEncryption: () => Promise<boolean>;
  /** The keys at the first look. */
  readonly keyList: KeyList;
  /** Lists them anew. */
  readonly listKeys: KeyList;
  readonly clock: Clock;
}

/** What was found there. */
export interface Asked {
  readonly reading: Reading;
  readonly live?: SecretResource | undefined;
  /** Number of the latest version. */
  readonly latest?: string | undefined;
  readonly error?: ApiError;
}

/** One round trip; where nobody has noted what the latest version holds, one more, for the one before it. */
export async function ask(options: SecretManagerOptions): Promise<Asked> {
  try {
    const store = await options.open();
    const [live, latest] = await Promise.all([store.reread(), store.latest()]);
    if (live === undefined || latest === undefined)
      return { live, reading: { state: 'absent', isNoted: notesIn(live).length > 0 } };
    const keyId = await notedFor(options, live, latest.number);
    const before = keyId === undefined ? await versionBefore(store, latest.number) : undefined;
    const reading = { ...present(latest, keyId), isNoted: notesIn(live).length > 0, writtenBefore: before?.createdAt };
    return { live, latest: latest.number, reading };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { error, reading: { state: 'unreadable', why: `could not ${error.call}: ${error.words}` } };
  }
}

/** Of which key a note says that this version holds it; where several do, of the youngest key there is. */
async function notedFor(
  { keyList }: SecretManagerOptions,
  live: SecretResource,
  number: string,
): Promise<string | undefined> {
  const ids = notesIn(live).flatMap(([note, version]) => (version === number ? [note.slice(NOTE.length)] : []));
  if (ids.length < 2) return ids[0];
  const keys = (await keyList()).filter(({ id }) => ids.includes(id));
  return keys.sort((one, other) => other.createdAt - one.createdAt)[0]?.id ?? ids[0];
}

async function versionBefore(store: SecretVersions, number: string): Promise<SecretVersion | undefined> {
  const before = String(Number(number) - 1);
  return isVersion(number) && before !== '0' ? store.version(before) : undefined;
}

function present({ number, createdAt, state }: SecretVersion, keyId: string | undefined): Present {
  return {
    state: 'present',
    writtenAt: createdAt,
    keepsAll: true,
    keyId,
    notedAt: keyId === undefined ? undefined : createdAt, // The note names the version, so it cannot be older.
    fault: state === 'ENABLED' ? undefined : `its latest version ${number} is ${state.toLowerCase()}`,
  };
}

type Present = Extract<Reading, { state: 'present' }>;
