import type { SecretResource, SecretVersion, SecretVersions } from '../../cloud/google/secret-versions.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { Clock } from '../../time.ts';
import type { Reading } from '../destination.ts';
import type { Place } from '../place.ts';
import { NOTE, notesIn } from './notes.ts';

/** A secret of Secret Manager, and what can be read of it. */

/** Which secret, and how to reach it. */
export interface SecretManagerOptions extends Pick<Place, 'want' | 'account' | 'credential'> {
  /** `projects/P/secrets/S`: it must exist, because where it may be stored is its owner's choice. */
  readonly secret: string;
  readonly open: () => Promise<SecretVersions>;
  /** Whether an organization policy demands customer-managed encryption of secrets there. */
  readonly demandsOwnEncryption: () => Promise<boolean>;
  readonly clock: Clock;
}

/** What was found there. */
export interface Asked {
  readonly reading: Reading;
  readonly live?: SecretResource | undefined;
  readonly error?: ApiError;
}

/** One round trip. */
export async function ask(options: SecretManagerOptions): Promise<Asked> {
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
  const notes = notesIn(live);
  if (live === undefined || latest === undefined) return { state: 'absent', isNoted: notes.length > 0 };
  const { number, createdAt, state } = latest;
  const note = notes.find(([, version]) => version === number)?.[0];
  return {
    state: 'present',
    writtenAt: createdAt,
    keyId: note?.slice(NOTE.length),
    notedAt: note === undefined ? undefined : createdAt, // The note names the version, so it cannot be older.
    fault: state === 'ENABLED' ? undefined : `its latest version ${number} is ${state.toLowerCase()}`,
  };
}
