import { askAhead } from './cloud/google/sign-in/prefetch-oidc.ts';
import { apply } from './engine/apply.ts';
import type { Carrier } from './engine/apply.ts';
import { drawBlueprint } from './blueprint/blueprint.ts';
import { systemClock } from './time.ts';
import type { Clock } from './time.ts';
import { firstLook } from './reconcile.ts';
import { readEndpoints } from './cloud/google/endpoints.ts';
import { readInputs, secretsIn } from './inputs/inputs.ts';
import { modes } from './inputs/modes.ts';
import { hasTaken } from './engine/plan.ts';
import type { Plan } from './engine/plan.ts';
import { digestLine } from './engine/digest.ts';
import { claimsIn, locationIn, proveAloud } from './verify/verify.ts';
import { doneLine, planLines, textOf } from './report/log.ts';
import { revoke } from './resources/service-account/revoke.ts';
import type { Runner } from './runner/runner.ts';
import { tell, tellComplaints, tellOffline, tellRevocation } from './report/publish.ts';
import { conclude, remaining } from './report/verdict.ts';
import type { Session } from './session.ts';

/** The story: inputs → blueprint → plan → apply → prove → report. */
export async function main(runner: Runner, clock: Clock = systemClock): Promise<void> {
  const { endpoints, complaints } = readEndpoints(runner.env);
  const reading = readInputs((name) => runner.input(name), runner.event);
  if ('complaints' in reading) return tellComplaints(runner, [...reading.complaints, ...complaints]);
  if (complaints.length > 0) return tellComplaints(runner, complaints);
  const { inputs } = reading;
  const mode = modes[inputs.mode];
  secretsIn(inputs).forEach(runner.mask);
  if (runner.event.stranger !== undefined) return tellOffline(runner, inputs, runner.event.stranger);

  const session = await runner.group('Sign in to Google Cloud', async () => {
    // Google's libraries are loaded late, while the runner already makes the OIDC token: a mistaken input waits for neither.
    const idToken = await askAhead(runner.idToken, inputs, clock);
    const { enterWorld } = await import('./session.ts');
    return enterWorld(inputs, runner, { endpoints, clock, idToken });
  });
  if (mode.cutsOff) {
    const { account } = session.world;
    const revocation = await runner.group('Revoke', () => revoke(account, runner.say));
    return tellRevocation(runner, { inputs, email: account.email, revocation });
  }
  const blueprint = drawBlueprint(inputs, session.world);
  const proves = mode.proves && inputs.verify;
  if (proves) session.beginProof(); // In the plan's own wave.

  const look = await runner.group('Plan', async () => {
    const found = await firstLook(session, blueprint, inputs);
    [...planLines(found.plan), digestLine(found.json), ...found.unreviewed].forEach(runner.say);
    return found;
  });
  const { plan } = look;
  // Where rights are also taken away, what can be seen before that proves nothing.
  if (proves && !hasTaken(plan)) session.expectClaims(claimsIn(plan, inputs));
  const isRefused = mode.writes && look.obstacles.length > 0;
  const outcomes =
    mode.writes && !isRefused ? await runner.group('Apply', () => apply(plan, carrierOf(session, plan, runner))) : [];
  const isWhole = !isRefused && outcomes.every(({ result }) => result !== 'failed');
  const ground = { plan: remaining(plan, outcomes), tookAway: mode.writes && hasTaken(plan) };
  const proven = proves && isWhole ? await runner.group('Prove', () => proveAloud(session, inputs, ground)) : undefined;
  const ending = conclude({ plan, isRefused, outcomes, proofs: proven?.proofs }, inputs);
  return tell(runner, { inputs, look, outcomes, proven, ending, ...handedOver(session) }, clock);
}

/** What apply is told with, as it goes. */
function carrierOf(session: Session, plan: Plan, runner: Runner): Carrier {
  return {
    beforeTaking: () => session.beforeTaking(locationIn(plan)),
    onDone: (step, phase, notes) => {
      runner.say(doneLine(step, phase));
      for (const note of notes) runner.say(`      ${textOf(note)}`);
    },
  };
}

/** Where the key went that this run issued, if it did. */
function handedOver({ world, issued }: Session): { destinations: string[]; issued: string | undefined } {
  return { destinations: world.destinations.map(({ name }) => name), issued: issued()?.id };
}
