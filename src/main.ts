import { readEndpoints } from './cloud/google/endpoints.ts';
import type { Endpoints } from './cloud/google/endpoints.ts';
import type { SignedIn } from './cloud/google/sign-in/sign-in.ts';
import { prefetchOidc } from './cloud/google/sign-in/prefetch-oidc.ts';
import { secretsIn } from './inputs/masks.ts';
import { modes } from './inputs/modes.ts';
import type { RunOptions } from './inputs/options.ts';
import { readInputs } from './inputs/parse.ts';
import { publish, publishOffline, publishProblems, publishRevocation } from './report/publish.ts';
import type { Asked } from './report/run-report.ts';
import type { Runner } from './runner/runner.ts';
import { systemClock } from './time.ts';
import type { Clock } from './time.ts';

/** The story: inputs → sign in → reconcile → publish. */
export async function main(runner: Runner, clock: Clock = systemClock): Promise<void> {
  const { endpoints, problems } = readEndpoints(runner.env);
  const reading = readInputs((name) => runner.input(name), runner.event);
  if ('problems' in reading) return publishProblems(runner, [...reading.problems, ...problems]);
  if (problems.length > 0) return publishProblems(runner, problems);
  const { target, options, reviewed } = reading;
  secretsIn(options).forEach(runner.mask);
  const asked: Asked = {
    target,
    reviewed,
    origin: runner.event.origin,
    mode: options.mode,
    reporting: options.reporting,
  };
  const { withoutIdentity } = runner.event;
  if (withoutIdentity !== undefined) return publishOffline(runner, asked, withoutIdentity);

  const signedIn = await runner.log.group('Sign in to Google Cloud', () =>
    enter(runner, options, { endpoints, clock }),
  );
  if (modes[options.mode].revokes) return revokeAccess(runner, asked, signedIn);
  const { reconcile } = await import('./reconcile.ts');
  return publish(runner, await reconcile({ target, options, asked, signedIn, runner }), clock);
}

/** Google's libraries load while the runner already makes the OIDC token: a wrong input waits for neither. */
async function enter(
  { env, log, mask, idToken }: Runner,
  { identity }: RunOptions,
  { endpoints, clock }: { readonly endpoints: Endpoints; readonly clock: Clock },
): Promise<SignedIn> {
  const prefetched = await prefetchOidc(idToken, identity, clock);
  // What comes after signing in is in the same chunk: it loads now as well, not after the first answer.
  const [{ signIn }] = await Promise.all([import('./cloud/google/sign-in/sign-in.ts'), import('./reconcile.ts')]);
  const { say, trace } = log;
  const signedIn = await signIn({ ...identity, idToken: prefetched, endpoints, env, clock, mask, say, trace });
  say(`Signed in as ${signedIn.principal() ?? 'the identity of the credential'}.`);
  return signedIn;
}

/** One request, before anything is read: in an emergency nothing else may be readable. */
async function revokeAccess(runner: Runner, asked: Asked, signedIn: SignedIn): Promise<void> {
  const [{ clientsOf }, { accountDocument }, { revoke }] = await Promise.all([
    import('./cloud/google/clients.ts'),
    import('./cloud/google/service-accounts.ts'),
    import('./resources/service-account/revoke.ts'),
  ]);
  const document = accountDocument(clientsOf(signedIn, asked.target), asked.target.names);
  const revocation = await runner.log.group('Revoke', () => revoke(document, runner.log.say));
  return publishRevocation(runner, asked, revocation);
}
