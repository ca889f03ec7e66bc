import { foreignAddresses } from './cloud/addresses.ts';
import { readEndpoints } from './cloud/google/endpoints.ts';
import { prefetchOidc } from './cloud/google/sign-in/prefetch-oidc.ts';
import { secretsIn } from './inputs/masks.ts';
import { modes } from './inputs/modes.ts';
import { readInputs } from './inputs/parse.ts';
import { publish, publishOffline, publishProblems, publishRevocation } from './report/publish.ts';
import type { Asked } from './report/run-report.ts';
import type { Runner } from './runner/runner.ts';
import { systemClock } from './time.ts';
import type { Clock } from './time.ts';

/** The story: inputs → sign in → reconcile → publish. */
export async function main(runner: Runner, clock: Clock = systemClock): Promise<void> {
  secretsIn((name) => runner.input(name)).forEach(runner.mask);
  const { endpoints, problems, chosen } = readEndpoints(runner.env);
  const reading = readInputs((name) => runner.input(name), runner.event);
  if ('problems' in reading) return publishProblems(runner, [...reading.problems, ...problems]);
  if (problems.length > 0) return publishProblems(runner, problems);
  const { target, options, reviewed } = reading;
  const asked: Asked = {
    target,
    reviewed,
    origin: runner.event.origin,
    mode: options.mode,
    reporting: options.reporting,
  };
  const { withoutIdentity } = runner.event;
  if (withoutIdentity !== undefined) return publishOffline(runner, asked, withoutIdentity);

  foreignAddresses(chosen).forEach(runner.log.say);

  const signedIn = await runner.log.group('Sign in to Google Cloud', async () => {
    // Google's libraries are big: they load while GitHub already makes the OIDC token, and a wrong input waits for neither.
    const idToken = await prefetchOidc(runner.idToken, options.identity, clock);
    const { enter } = await import('./reconcile.ts');
    return enter({ identity: options.identity, idToken, endpoints, clock, runner });
  });
  const { reconcile, revokeAccess } = await import('./reconcile.ts');
  const reconciling = { target, options, asked, signedIn, runner };
  if (modes[options.mode].revokes) {
    const revocation = await runner.log.group('Revoke', () => revokeAccess(reconciling));
    return publishRevocation(runner, asked, revocation);
  }
  return publish(runner, await reconcile(reconciling), clock);
}
