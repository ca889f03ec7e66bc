import type { Clock } from '../../../time.ts';
import { audienceOf } from './identity.ts';
import type { IdentityOptions } from './identity.ts';

const HEAD_START = 8;

type IdToken = IdentityOptions['idToken'];

/**
 * Asks for the first OIDC token at once, so that it is on its way while code is still being loaded. Later calls ask anew:
 * a token lives five minutes.
 */
export async function prefetchOidc(
  idToken: IdToken,
  { provider, audience }: Pick<IdentityOptions, 'provider' | 'audience'>,
  clock: Clock,
): Promise<IdToken> {
  if (provider === undefined) return idToken;
  const expected = audienceOf(provider, audience);
  let first: Promise<string> | undefined = idToken(expected);
  first.catch(() => undefined); // Whoever asks for it gets the error; until then it is nobody's.
  await clock.sleep(HEAD_START); // Loading code blocks the event loop: let the request leave first.
  return (asked) => {
    const fetched = asked === expected ? first : undefined;
    first = undefined;
    return fetched ?? idToken(asked);
  };
}
