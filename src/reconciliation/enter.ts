import type { Gate } from '../cloud/gate.ts';
import { clientsOf } from '../cloud/google/clients.ts';
import type { Endpoints } from '../cloud/google/endpoints.ts';
import { becomeAccount } from '../cloud/google/sign-in/impersonate.ts';
import type { AsAccount } from '../cloud/google/sign-in/impersonate.ts';
import { signIn } from '../cloud/google/sign-in/sign-in.ts';
import type { LayOut } from '../cloud/google/sign-in/sign-in.ts';
import type { RunOptions } from '../inputs/options.ts';
import { actAs } from '../models/account.ts';
import type { AsSegment } from '../models/account.ts';
import type { Runner } from '../runner/runner.ts';
import type { Secret } from '../secret.ts';
import type { Clock } from '../time.ts';
import type { Reconciling } from './scene.ts';

/** As whom a run acts: signed in, and as the account that Segment uses. */

/** As whom a run signs in, and where that is told. */
export interface Entering {
  readonly identity: RunOptions['identity'];
  /** A key file that signs in instead of all that the identity says. */
  readonly key: Secret | undefined;
  readonly idToken: Runner['idToken'];
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly runner: Runner;
  readonly gate?: Gate | undefined;
}

const ADC = ', by Application Default Credentials, because workload_identity_provider is not set';

/** Signs in, once for all targets. @returns what was laid out meanwhile */
export async function enter<T>(
  { identity, key, idToken, endpoints, clock, runner, gate }: Entering,
  layOut: LayOut<T>,
): Promise<T> {
  const { env, log, mask } = runner;
  const { say, trace } = log;
  const options = { ...identity, key, idToken, endpoints, env, clock, mask, say, trace, gate };
  const { principal, laidOut } = await signIn(options, async (as) => ({
    principal: as.principal,
    laidOut: await layOut(as),
  }));
  // An input that is empty by mistake must not make a run somebody else in silence.
  const how = key === undefined && identity.provider === undefined ? ADC : '';
  say(`Signed in as ${principal() ?? 'the identity of the credential'}${how}.`);
  return laidOut;
}

/** The account, as a run that looks at models alone can act as it: signed in with its key, or by impersonation. */
export function actAsAccount({
  target,
  options,
  signedIn,
  runner,
}: Omit<Reconciling, 'asked' | 'ahead' | 'interruption'>): Promise<AsSegment> {
  const cloud = clientsOf(signedIn, target);
  const { email } = target.names;
  const become = (): Promise<AsAccount> =>
    options.credentials === undefined
      ? becomeAccount(cloud, { email, key: undefined, mask: runner.mask })
      : Promise.resolve({ cloud, how: 'with credentials_json' });
  return actAs(become, signedIn.clock);
}
