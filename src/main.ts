import { apply, obstaclesOf } from './apply.ts';
import { drawBlueprint } from './blueprint.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { askAhead } from './ahead.ts';
import { readEndpoints } from './google/endpoints.ts';
import { readInputs } from './inputs.ts';
import { modes } from './mode.ts';
import { makePlan } from './plan.ts';
import { refusalsIn } from './remedy.ts';
import { doneLine, planLines, refusalSentences, textOf } from './report.ts';
import { revoke } from './revoke.ts';
import type { Runner } from './runner.ts';
import { tell, tellComplaints, tellOffline, tellRevocation } from './tell.ts';
import { concludeLook, concludeRefusal, concludeWork } from './verdict.ts';

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

  const plan = await runner.group('Plan', async () => {
    const made = await makePlan(blueprint, inputs.prune);
    planLines(made).forEach(runner.say);
    return made;
  });
  const about = { inputs, plan, destinations: session.world.destinations.map(({ name }) => name) };
  const obstacles = obstaclesOf(plan);
  if (!mode.writes || obstacles.length > 0) {
    const ending = mode.writes ? concludeRefusal(plan) : concludeLook(plan, inputs);
    return tell(runner, {
      ...about,
      outcomes: undefined,
      ending,
      refusals: refusalSentences(obstacles),
      issued: undefined,
    });
  }

  const outcomes = await runner.group('Apply', () =>
    apply(plan, {
      beforeTaking: session.beforeTaking,
      onDone: (step, phase, notes) => {
        runner.say(doneLine(step, phase));
        for (const note of notes) runner.say(`      ${textOf(note)}`);
      },
    }),
  );
  const refusals = refusalSentences(
    outcomes.filter(({ result }) => result === 'failed').flatMap(({ error }) => refusalsIn(error)),
  );
  const ending = concludeWork(plan, outcomes, inputs);
  return tell(runner, { ...about, outcomes, ending, refusals, issued: session.issued()?.id });
}
