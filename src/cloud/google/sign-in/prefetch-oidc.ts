import type { Clock } from '../../../time.ts';
import type { Inputs } from '../../../inputs/inputs.ts';

const HEAD_START = 8;

/** Audience of the OIDC token: the provider's own name, unless its owner lists others. */
export function audienceOf(provider: string, audience: string | undefined): string {
  return audience ?? `https://iam.googleapis.com/${provider}`;
}

/**
 * Asks for the first OIDC token at once, so that it is on its way while code is still being loaded. Later calls ask anew:
 * a token lives five minutes.
 */
export async function askAhead(
  idToken: (audience: string) => Promise<string>,
  { provider, audience }: Pick<Inputs, 'provider' | 'audience'>,
  clock: Clock,
): Promise<(audience: string) => Promise<string>> {
  if (provider === undefined) return idToken;
  const expected = audienceOf(provider, audience);
  let first: Promise<string> | undefined = idToken(expected);
  first.catch(() => undefined); // Whoever asks for it gets the error; until then it is nobody's.
  await clock.sleep(HEAD_START); // Loading code blocks the event loop: let the request leave first.
  return (asked) => {
    const ahead = asked === expected ? first : undefined;
    first = undefined;
    return ahead ?? idToken(asked);
  };
}
