import { foreignAddresses } from './cloud/addresses.ts';
import { readEndpoints } from './cloud/google/endpoints.ts';
import type { Endpoints } from './cloud/google/endpoints.ts';
import { prefetchOidc } from './cloud/google/sign-in/prefetch-oidc.ts';
import type { LayOut, SignedIn } from './cloud/google/sign-in/sign-in.ts';
import { UNINTERRUPTED } from './engine/interruption.ts';
import type { SignIn, SigningIn, TargetRun } from './fleet/target-run.ts';
import { secretsIn } from './inputs/masks.ts';
import { modes } from './inputs/modes.ts';
import type { RunOptions } from './inputs/options.ts';
import { readInputs } from './inputs/parse.ts';
import type { AsSegment } from './models/account.ts';
import { publishAny, publishProblems } from './report/publish.ts';
import { askedOf } from './report/run-report.ts';
import type { RunReport } from './report/run-report.ts';
import { offlineReport, revocationReport } from './report/uncompared.ts';
import type { Runner } from './runner/runner.ts';
import { systemClock } from './time.ts';
import type { Clock } from './time.ts';
import type { ModelsAhead } from './validation/ahead.ts';
import type { Beginning } from './validation/beginning.ts';

/** The story: inputs → sign in → reconcile → publish; of one target, or of every target in a file. */
export async function main(runner: Runner, clock: Clock = systemClock): Promise<void> {
  secretsIn((name) => runner.input(name)).forEach(runner.mask);
  const { endpoints, problems, chosen } = readEndpoints(runner.env);
  const signIn: SignIn = (signing, layOut) => enterAs(signing, { endpoints, clock }, layOut);
  const addresses = foreignAddresses(chosen);
  if (runner.input('config_file').trim() !== '') {
    const { keepFleet } = await import('./fleet/keep.ts');
    const runOne = (run: TargetRun): Promise<RunReport> => runTarget(run, endpoints);
    return keepFleet({ runner, clock, problems, addresses, signIn, runTarget: runOne });
  }
  const reading = readInputs((name) => runner.input(name), runner.event);
  if ('problems' in reading) return publishProblems(runner, [...reading.problems, ...problems]);
  if (problems.length > 0) return publishProblems(runner, problems);
  const { options } = reading;
  const asked = askedOf(reading, runner.event.origin);
  if (runner.event.withoutIdentity === undefined) addresses.forEach(runner.log.say);
  const run = { asked, options, runner, clock, interruption: UNINTERRUPTED };
  return publishAny(
    runner,
    await runTarget({ ...run, signIn: (layOut) => signIn({ options, runner }, layOut) }, endpoints),
    clock,
  );
}

/** One target, from its sign-in to its report. */
async function runTarget(run: TargetRun, endpoints: Endpoints): Promise<RunReport> {
  const { asked, options, runner, clock, interruption, gate } = run;
  const { target } = asked;
  const { withoutIdentity } = runner.event;
  if (withoutIdentity !== undefined) {
    const ahead = await modelsAhead({ target, options, endpoints, runner, clock, gate });
    const models = await ahead?.offline(`GitHub gives ${withoutIdentity} neither an identity nor secrets`, undefined);
    return offlineReport(asked, withoutIdentity, models);
  }
  if (!modes[options.mode].compares) return tryModels(run, endpoints);
  const layOut = async (signedIn: SignedIn): Promise<() => Promise<RunReport>> => {
    const { reconcile, revokeAccess, sceneOf } = await import('./reconciliation/reconciliation.ts');
    const reconciling = { target, options, asked, signedIn, runner, interruption };
    if (modes[options.mode].revokes) {
      const revoking = { ...reconciling, ahead: undefined };
      return async () => revocationReport(asked, await runner.log.group('Revoke', () => revokeAccess(revoking)));
    }
    const ahead = await modelsAhead({ target, options, endpoints, runner, clock, gate });
    const scene = sceneOf({ ...reconciling, ahead });
    return () => reconcile({ ...reconciling, ahead }, scene);
  };
  // Where there are models, laying out begins to read them and may ask GitHub: only once signed in.
  const tell = areGiven(options) ? await layOut(await run.signIn((as) => as)) : await run.signIn(layOut);
  return tell();
}

/** Google's libraries are big: they load while GitHub already makes the OIDC token, and a wrong input waits for neither. */
function enterAs<T>(
  { options, runner, gate }: SigningIn,
  { endpoints, clock }: Pick<Beginning, 'endpoints' | 'clock'>,
  layOut: LayOut<T>,
): Promise<T> {
  return runner.log.group('Sign in to Google Cloud', async () => {
    const { mode, identity, credentials } = options;
    // To look at models alone takes the account and nobody else: whoever has its key signs in with that.
    const key = modes[mode].compares ? undefined : credentials?.file;
    const idToken = key === undefined ? await prefetchOidc(runner.idToken, identity, clock) : runner.idToken;
    const { enter } = await import('./reconciliation/reconciliation.ts');
    return enter({ identity, key, idToken, endpoints, clock, runner, gate }, layOut);
  });
}

async function tryModels(run: TargetRun, endpoints: Endpoints): Promise<RunReport> {
  const { asked, options, runner, clock, gate } = run;
  const { target } = asked;
  const signedIn = run.signIn((as) => as);
  signedIn.catch(() => undefined); // Told with what is known of the models.
  const { beginModels } = await import('./validation/ahead.ts');
  const { validateModels } = await import('./validation/alone.ts');
  const { beginRunning } = await import('./validation/running.ts');
  const beginning = { target, options, endpoints, runner, clock, gate };
  const [ahead, running] = [beginModels(beginning), beginRunning(beginning)];
  const act = async (): Promise<AsSegment> => {
    const as = { target, options, signedIn: await signedIn, runner };
    const { actAsAccount } = await import('./reconciliation/reconciliation.ts');
    return actAsAccount(as);
  };
  return validateModels({ asked, runner, ahead, running, act });
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
