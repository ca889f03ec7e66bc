import { foreignAddresses } from './cloud/addresses.ts';
import { readEndpoints } from './cloud/google/endpoints.ts';
import { prefetchOidc } from './cloud/google/sign-in/prefetch-oidc.ts';
import type { SignedIn } from './cloud/google/sign-in/sign-in.ts';
import { secretsIn } from './inputs/masks.ts';
import { modes } from './inputs/modes.ts';
import type { RunOptions } from './inputs/options.ts';
import { readInputs } from './inputs/parse.ts';
import type { AsSegment } from './models/account.ts';
import { publish, publishOffline, publishProblems, publishRevocation } from './report/publish.ts';
import type { Asked } from './report/run-report.ts';
import type { Runner } from './runner/runner.ts';
import { systemClock } from './time.ts';
import type { Clock } from './time.ts';
import type { ModelsAhead } from './validation/ahead.ts';
import type { Beginning } from './validation/beginning.ts';

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
  if (withoutIdentity !== undefined) {
    const ahead = await modelsAhead({ target, options, endpoints, runner, clock });
    const models = await ahead?.offline(`GitHub gives ${withoutIdentity} neither an identity nor secrets`, undefined);
    return publishOffline(runner, asked, withoutIdentity, models);
  }

  foreignAddresses(chosen).forEach(runner.log.say);

  const signIn = (): Promise<SignedIn> =>
    runner.log.group('Sign in to Google Cloud', async () => {
      const { mode, identity, credentials } = options;
      // To look at models alone takes the account and nobody else: whoever has its key signs in with that.
      const key = modes[mode].compares ? undefined : credentials?.file;
      // Google's libraries are big: they load while GitHub already makes the OIDC token, and a wrong input waits for neither.
      const idToken = key === undefined ? await prefetchOidc(runner.idToken, identity, clock) : runner.idToken;
      const { enter } = await import('./reconcile.ts');
      return enter({ identity, key, idToken, endpoints, clock, runner });
    });
  if (!modes[options.mode].compares) {
    const signedIn = signIn();
    signedIn.catch(() => undefined); // Told with what is known of the models.
    const { beginModels } = await import('./validation/ahead.ts');
    const { validateModels } = await import('./validation/alone.ts');
    const { beginRunning } = await import('./validation/running.ts');
    const beginning = { target, options, endpoints, runner, clock };
    const [ahead, running] = [beginModels(beginning), beginRunning(beginning)];
    const act = async (): Promise<AsSegment> => {
      const as = { target, options, signedIn: await signedIn, runner };
      const { actAsAccount } = await import('./reconcile.ts');
      return actAsAccount(as);
    };
    return publish(runner, await validateModels({ asked, runner, ahead, running, act }), clock);
  }
  const signedIn = await signIn();
  const { reconcile, revokeAccess } = await import('./reconcile.ts');
  const reconciling = { target, options, asked, signedIn, runner };
  if (modes[options.mode].revokes) {
    const revocation = await runner.log.group('Revoke', () => revokeAccess({ ...reconciling, ahead: undefined }));
    return publishRevocation(runner, asked, revocation);
  }
  const ahead = await modelsAhead({ target, options, endpoints, runner, clock });
  return publish(runner, await reconcile({ ...reconciling, ahead }), clock);
}

/** undefined where no models are given, or this mode looks at none. */
async function modelsAhead(beginning: Beginning): Promise<ModelsAhead | undefined> {
  if (!areGiven(beginning.options)) return undefined;
  const { beginModels } = await import('./validation/ahead.ts');
  return beginModels(beginning);
}

function areGiven({ mode, models }: RunOptions): boolean {
  const { validates, verifies } = modes[mode];
  const isInFiles = models.paths.length > 0 || models.dbtManifest !== undefined;
  return validates && (isInFiles || (models.liveModels && verifies));
}
