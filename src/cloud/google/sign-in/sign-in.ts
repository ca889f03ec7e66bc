import type { AuthClient } from 'google-auth-library';
import { fromGoogle } from '../../../errors/from-google.ts';
import type { Clock } from '../../../time.ts';
import { makeCall } from '../../call.ts';
import type { Call, Telling } from '../../call.ts';
import type { Endpoints } from '../endpoints.ts';
import { makeWire } from '../wire.ts';
import type { Wire } from '../wire.ts';
import type { IdentityOptions } from './identity.ts';
import { identify } from './workload-identity.ts';

/** One identity, signed in: many projects can be spoken to as it. */
export interface SignedIn {
  readonly client: AuthClient;
  /** Calls any service of Google Cloud; gets a new token once it is told that the token is not valid. */
  readonly call: Call;
  /** The same, told elsewhere. */
  readonly callTold: (telling: Telling) => Call;
  /** What carries the requests of that client, and of every other. */
  readonly wire: Wire;
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  /** As policies and access lists name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

/** What `signIn` needs besides the identity. */
export interface SignInOptions extends IdentityOptions, Telling {
  readonly clock: Clock;
  readonly mask: (value: string) => void;
}

/** Lays out what comes next as an identity whose first token is on its way: it sends nothing, and takes no time of its own. */
export type LayOut<T> = (as: SignedIn) => T | Promise<T>;

/**
 * Signs in: gets the first token. Every token is masked. The libraries' own retries are off: `call` alone decides.
 * @returns what was laid out, once the token is there
 */
export async function signIn<T>(options: SignInOptions, layOut: LayOut<T>): Promise<T> {
  const { clock, endpoints, say, trace, gate, mask } = options;
  const wire = { ...makeWire(), gate };
  const { client, principal } = await identify(options, { wire, mask });
  client.on('tokens', (tokens) => {
    if (typeof tokens.access_token === 'string') mask(tokens.access_token);
  });
  const callTold = (telling: Telling): Call =>
    makeCall({ clock, toApiError: fromGoogle, refresh: () => expire(client), ...telling });
  const call = callTold({ say, trace, gate });
  // Google's libraries load it with their first request; here it loads while the OIDC token is on its way.
  nodesFetch();
  const entering = { call: 'sign in to Google Cloud', service: 'sts', repeatable: true } as const;
  const [laidOut, entered] = await Promise.allSettled([
    (async () => layOut({ client, call, callTold, wire, clock, endpoints, principal }))(),
    call(entering, () => client.getAccessToken()),
  ]);
  // Whoever cannot sign in is told that, whatever else went wrong.
  if (entered.status === 'rejected') throw entered.reason;
  if (laidOut.status === 'rejected') throw laidOut.reason;
  return laidOut.value;
}

/** Node loads all of its own fetch when somebody first names a part of it. */
const nodesFetch = (): typeof Headers => Headers;

/** Makes the next request mint a new token. */
function expire(client: AuthClient): Promise<void> {
  client.setCredentials({ ...client.credentials, expiry_date: 1 });
  return Promise.resolve();
}
