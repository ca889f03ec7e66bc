import { askAhead } from './ahead.ts';
import { apply } from './apply.ts';
import type { Carrier } from './apply.ts';
import { drawBlueprint } from './blueprint.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { firstLook } from './first-look.ts';
import { readEndpoints } from './google/endpoints.ts';
import { readInputs, secretsIn } from './inputs.ts';
import { modes } from './mode.ts';
import { hasTaken } from './plan.ts';
import type { Plan } from './plan.ts';
import { digestLine } from './plan-digest.ts';
import { claimsIn, locationIn, proveAloud } from './prove-plan.ts';
import { doneLine, planLines, textOf } from './report.ts';
import { revoke } from './revoke.ts';
import type { Runner } from './runner.ts';
import { tell, tellComplaints, tellOffline, tellRevocation } from './tell.ts';
import { conclude, remaining } from './verdict.ts';
import type { Session } from './world.ts';

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
    const { enterWorld } = await import('./world.ts');
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
