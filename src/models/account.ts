import type { AsAccount } from '../cloud/google/sign-in/impersonate.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { ApiError } from '../errors/api-error.ts';
import { Blocked } from '../errors/diagnostic.ts';
import type { Clock } from '../time.ts';

/** Google Cloud as the account that Segment uses, for as long as trying all models takes. */
export interface Acting {
  readonly how: string;
  /** With a token that is good for a while: ask anew for each request. */
  readonly cloud: () => Promise<Cloud>;
}

/** Or why this run cannot act as it: it may not; or the account, or its key, is refused a token. */
export type AsSegment = Acting | { readonly whyNot: string; readonly refused?: ApiError };

/** Such a token lives 15 minutes, and cannot be renewed: two minutes before its end another one is asked for. */
const GOOD_FOR = 13 * 60_000;

export async function actAs(become: () => Promise<AsAccount>, clock: Clock): Promise<AsSegment> {
  let at = clock.now();
  let current = become();
  const first = await current;
  if ('why' in first) return { whyNot: first.why };
  if ('refused' in first) return { whyNot: first.refused.words, refused: first.refused };
  return {
    how: first.how,
    cloud: async () => {
      if (clock.now() - at > GOOD_FOR) {
        at = clock.now();
        current = become();
      }
      const now = await current;
      if ('cloud' in now) return now.cloud;
      throw 'refused' in now ? now.refused : goneAstray(now.why);
    },
  };
}

function goneAstray(because: string): Blocked {
  const attempted = 'go on as the service account';
  return new Blocked([{ severity: 'error', code: 'models.not-tried', attempted, because, remedy: 'Run again later.' }]);
}
