import type { IssuedKey } from '../../cloud/google/keys.ts';
import { ApiError, isUnanswered } from '../../errors/api-error.ts';
import { poll, whenChanged } from '../../time.ts';
import type { Clock } from '../../time.ts';

/** Whoever acts as the account with a new key. */
export interface KeyUser {
  /** Mints a token with the key. @throws ApiError */
  mint(key: IssuedKey): Promise<void>;
  /** Told of the key as soon as it exists. */
  useKey(key: IssuedKey): void;
}

/** Whose key is tried, and how patiently. */
export interface Minting {
  readonly user: KeyUser;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const MINTS_IN_A_ROW = 3;
const PATIENCE = 7 * 60_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 10_000;

/** Some front ends do not know a new key for minutes: it works once it has minted three tokens in a row. @throws ApiError */
export async function mintThrice({ user, clock, say }: Minting, key: IssuedKey): Promise<void> {
  let refused: ApiError | undefined;
  const tell = whenChanged(say);
  const onWait = (): void => tell(`The new key does not work everywhere yet (${refused?.words ?? ''}); trying again …`);
  const waiting = { clock, within: PATIENCE, first: FIRST_WAIT, most: LONGEST_WAIT, onWait };
  const worked = await poll(waiting, async () => {
    try {
      for (let inARow = 0; inARow < MINTS_IN_A_ROW; inARow += 1) await user.mint(key);
      return { value: true };
    } catch (error) {
      // A service that is silent says nothing of the key, and no patience with keys is meant for it.
      if (!(error instanceof ApiError) || isUnanswered(error, 'time-limit')) throw error;
      refused = error;
      return undefined;
    }
  });
  if (worked === undefined && refused !== undefined) throw refused;
}
