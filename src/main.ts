import { apply } from './apply.ts';
import { drawBlueprint } from './blueprint.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { askAhead } from './ahead.ts';
import { readEndpoints } from './google/endpoints.ts';
import { readInputs } from './inputs.ts';
import { modes } from './mode.ts';
import { firstLook, obstaclesIn } from './first-look.ts';
import { hasTaken } from './plan.ts';
import { proofLines } from './proof-report.ts';
import { locationIn, provePlan } from './prove-plan.ts';
import type { Ground, Proven } from './prove-plan.ts';
import { refusalsIn } from './remedy.ts';
import { doneLine, planLines, refusalSentences, textOf } from './report.ts';
import { revoke } from './revoke.ts';
import type { Runner } from './runner.ts';
import { tell, tellComplaints, tellOffline, tellRevocation } from './tell.ts';
import { concludeLook, concludeRefusal, concludeWork, remaining } from './verdict.ts';

/** The story: inputs → blueprint → plan → apply → prove → report. */
export async function main(runner: Runner, clock: Clock = systemClock): Promise<void> {
  const { endpoints, complaints } = readEndpoints(runner.env);
  const reading = readInputs((name) => runner.input(name), runner.event);
  if ('complaints' in reading) return tellComplaints(runner, [...reading.complaints, ...complaints]);
  if (complaints.length > 0) return tellComplaints(runner, complaints);
  const { inputs } = reading;
  const mode = modes[inputs.mode];
  runner.mask(inputs.githubToken?.reveal() ?? '');
  if (runner.event.stranger !== undefined) return tellOffline(runner, inputs, runner.event.stranger);

  const session = await runner.group('Sign in to Google Cloud', async () => {
    // Google's libraries are loaded late, while the runner already makes the OIDC token: a mistaken input waits for neither.
    const idToken = await askAhead(runner.idToken, inputs, clock);
    const { enterWorld } = await import('./world.ts');
    return enterWorld(inputs, runner, { endpoints, clock, idToken });
  });
  if (mode.cutsOff) {
    const { account } = session.world;
    const revocation = await runner.group('Revoke', () => revoke(account));
    return tellRevocation(runner, { inputs, email: account.email, revocation });
  }
  const blueprint = drawBlueprint(inputs, session.world);
  const proves = mode.proves && inputs.verify;
  if (proves) session.beginProof(); // In the plan's own wave.
  const look = await runner.group('Plan', async () => {
    const found = await firstLook(session, blueprint, inputs);
    planLines(found.plan).forEach(runner.say);
    return found;
  });
  const { plan } = look;
  const destinations = session.world.destinations.map(({ name }) => name);
  const about = {
    inputs,
    plan,
    destinations,
    hints: look.warnings,
    outcomes: undefined,
    proofs: undefined,
    issued: undefined,
  };
  const prove = async (ground: Ground): Promise<Partial<Proven>> => {
    if (!proves) return {};
    return runner.group('Prove', async () => {
      const proven = await provePlan(session, inputs, ground);
      proofLines(proven.proofs).forEach(runner.say);
      return proven;
    });
  };
  const obstacles = obstaclesIn(look);
  if (mode.writes && obstacles.length > 0)
    return tell(runner, { ...about, ending: concludeRefusal(plan), refusals: refusalSentences(obstacles) });
  if (!mode.writes) {
    const { proofs, hints = [] } = await prove({ plan, tookAway: false });
    const ending = concludeLook(plan, inputs, proofs);
    return tell(runner, {
      ...about,
      ending,
      proofs,
      hints: [...about.hints, ...hints],
      refusals: refusalSentences(obstacles),
    });
  }

  const outcomes = await runner.group('Apply', () =>
    apply(plan, {
      beforeTaking: () => session.beforeTaking(locationIn(plan)),
      onDone: (step, phase, notes) => {
        runner.say(doneLine(step, phase));
        for (const note of notes) runner.say(`      ${textOf(note)}`);
      },
    }),
  );
  const failed = outcomes.filter(({ result }) => result === 'failed');
  const ground = { plan: remaining(plan, outcomes), tookAway: hasTaken(plan) };
  const { proofs, hints = [] } = failed.length > 0 ? {} : await prove(ground);
  const refusals = refusalSentences(failed.flatMap(({ error }) => refusalsIn(error)));
  const ending = concludeWork({ plan, outcomes, proofs }, inputs);
  return tell(runner, {
    ...about,
    outcomes,
    ending,
    proofs,
    hints: [...about.hints, ...hints],
    refusals,
    issued: session.issued()?.id,
  });
}
