import { makeGate } from '../cloud/gate.ts';
import { sentence } from '../errors/diagnostic.ts';
import type { Gate } from '../cloud/gate.ts';
import type { SignedIn } from '../cloud/google/sign-in/sign-in.ts';
import { interrupted } from '../engine/interruption.ts';
import { explain } from '../errors/explain.ts';
import type { RunOptions } from '../inputs/options.ts';
import { spellPlace } from '../models/places.ts';
import { noticeSentences, problemsTold } from '../report/diagnostics.ts';
import type { FleetEntry } from '../report/fleet/fleet-report.ts';
import { askedOf } from '../report/run-report.ts';
import type { Asked, RunReport } from '../report/run-report.ts';
import { failedReport } from '../report/uncompared.ts';
import type { Runner } from '../runner/runner.ts';
import { once } from '../time.ts';
import type { Clock } from '../time.ts';
import { projectOf } from './choose.ts';
import type { Ending } from './ending.ts';
import { staySmall } from './memory.ts';
import { grouped, inPool } from './pool.ts';
import type { Member } from './read.ts';
import type { RunTarget, SignIn, TargetRun } from './target-run.ts';
import { toldLater } from './told.ts';

/** Works on many targets at once: shared sign-in, shared gate, each target's lines together. */
export interface Workshop {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly options: RunOptions;
  readonly ending: Ending;
  readonly signIn: SignIn;
  readonly runTarget: RunTarget;
}

/** Requests under way over all targets, for each target that is worked on. */
const REQUESTS_EACH = 4;
const LEAST_REQUESTS = 16;

/**
 * What became of each, in the order of the file. A target that fails stops no other.
 *
 * @param isQuiet - whether nothing is told of how it goes
 */
export async function workOn(members: readonly Member[], workshop: Workshop, isQuiet = false): Promise<FleetEntry[]> {
  const { parallelism } = workshop.options.fleet;
  const gate = gateOf(workshop);
  const signedIn = sharedSignIn(workshop, gate);
  const reports = new Map<string, RunReport>();
  let failed = 0;
  const groups = grouped(members, projectOf);
  await inPool(groups, { most: parallelism, isOver: workshop.ending.isAsked }, async (member) => {
    staySmall();
    const told = toldLater(workshop.runner);
    const report = await workOnOne({ member, workshop, gate, signedIn, runner: told.runner });
    reports.set(member.name, report);
    if (report.verdict.fails) failed += 1;
    if (isQuiet) return;
    linesOf(report).forEach(told.runner.log.say);
    await told.tell(`${member.name}: ${report.verdict.headline}`);
    const progress = `${String(reports.size)} of ${String(members.length)} done`;
    workshop.runner.log.say(failed === 0 ? progress : `${progress}, ${String(failed)} failed`);
  });
  return members.map((member) => {
    const { name, place } = member;
    const report = reports.get(name) ?? failedReport(askedBy(member, workshop), interrupted('begin with it').problems);
    return { name, place, report };
  });
}

function gateOf({ runner, clock, options }: Workshop): Gate {
  const most = Math.max(LEAST_REQUESTS, REQUESTS_EACH * options.fleet.parallelism);
  const onSlow = (): void =>
    runner.log.say(
      'A service answered that its quota of requests per minute is used up: all targets wait for it, and go slower from now on.',
    );
  return makeGate({ clock, most, onSlow });
}

type SharedSignIn = (options: RunOptions) => Promise<SignedIn>;

/** Once for each identity. One that cannot sign in fails its targets, and no others. */
function sharedSignIn({ runner, signIn }: Workshop, gate: Gate): SharedSignIn {
  const known = new Map<string, () => Promise<SignedIn>>();
  return (options) => {
    const { provider, serviceAccount, audience } = options.identity;
    const key = JSON.stringify([provider, serviceAccount, audience]);
    const make = known.get(key) ?? once(() => signInOnce({ runner, signIn }, options, gate));
    known.set(key, make);
    return make();
  };
}

async function signInOnce(
  { runner, signIn }: Pick<Workshop, 'runner' | 'signIn'>,
  options: RunOptions,
  gate: Gate,
): Promise<SignedIn> {
  const told = toldLater(runner);
  try {
    return await signIn({ options, runner: told.runner, gate }, (as) => as);
  } finally {
    await told.tell();
  }
}

interface OneTarget {
  readonly member: Member;
  readonly workshop: Workshop;
  readonly gate: Gate;
  readonly signedIn: SharedSignIn;
  readonly runner: Runner;
}

async function workOnOne({ member, workshop, gate, signedIn, runner }: OneTarget): Promise<RunReport> {
  const { clock, ending, runTarget } = workshop;
  const { options } = member;
  const { say, trace } = runner.log;
  const asked = askedBy(member, workshop);
  const { interruption, isLeft } = ending.watch();
  const signIn: TargetRun['signIn'] = async (layOut) => {
    const shared = await signedIn(options);
    return layOut({ ...shared, call: shared.callTold({ say, trace, gate }) });
  };
  say(`The target ${member.name} (${spellPlace(member.place)}), project ${member.target.projectId}`);
  // Whoever waits for either keeps what comes first: that must not be what could carry the plan out.
  const run = runTarget({ asked, options, runner, clock, signIn, interruption, gate }).then(plainly);
  const left = isLeft.then(() => failedReport(asked, interrupted(`finish mode ${options.mode}`).problems));
  try {
    return await Promise.race([run, left]);
  } catch (error) {
    return failedReport(asked, explain(error));
  }
}

export function askedBy(member: Member, { runner }: Pick<Workshop, 'runner'>): Asked {
  return askedOf(member, runner.event.origin);
}

/** Without what could carry a plan out: clients and documents of a target go when it is done. */
function plainly(report: RunReport): RunReport {
  const { plan } = report;
  if (plan === undefined) return report;
  const steps = plan.steps.map(plainStep);
  const outcomes = report.outcomes.map((outcome) => ({ ...outcome, step: plainStep(outcome.step) }));
  return { ...report, plan: { prune: plan.prune, steps }, outcomes };
}

type StepView = NonNullable<RunReport['plan']>['steps'][number];

function plainStep(step: StepView): StepView {
  const { address, want, action, isThere, differences, problems, notices, outputs, picture, remark, isPartial } = step;
  const plain = { address, want, action, isThere, differences, problems, notices, outputs, picture, remark };
  return isPartial === undefined ? plain : { ...plain, isPartial };
}

/** What annotations would say of one target alone. */
function linesOf(report: RunReport): string[] {
  const problems = problemsTold(report).map(sentence);
  const warnings = noticeSentences(report, 'warning').map((warning) => `Warning: ${warning}`);
  return [...problems, ...warnings, ...report.verdict.next];
}
