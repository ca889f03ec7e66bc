import { interrupted } from '../engine/interruption.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { explain } from '../errors/explain.ts';
import { modes } from '../inputs/modes.ts';
import type { RunOptions } from '../inputs/options.ts';
import { fleetDigest } from '../report/fleet/outputs.ts';
import { digestIn } from '../report/plan-json.ts';
import { fleetReportOf } from '../report/fleet/fleet-report.ts';
import type { FleetEntry } from '../report/fleet/fleet-report.ts';
import { publishFileProblems, publishFleet, publishList, publishOne, publishResults } from '../report/fleet/publish.ts';
import type { RunReport } from '../report/run-report.ts';
import { failedReport } from '../report/uncompared.ts';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../time.ts';
import { endingOf } from './ending.ts';
import { NEVER, notAsReviewed, notReviewed, readExpected } from './expected.ts';
import type { Expected } from './expected.ts';
import { readFleet } from './read.ts';
import type { FleetReading, Member } from './read.ts';
import type { RunTarget, SignIn, TargetRun } from './target-run.ts';
import { askedBy, workOn } from './work.ts';
import type { Workshop } from './work.ts';

/** What the story hands on where a file tells of the targets. */
export interface Keeping {
  readonly runner: Runner;
  readonly clock: Clock;
  /** What is wrong with the environment. */
  readonly problems: readonly Problem[];
  /** Hosts that are asked and are not the public ones, a line each. */
  readonly addresses: readonly string[];
  readonly signIn: SignIn;
  readonly runTarget: RunTarget;
}

/** File → targets → each of them from its sign-in to its report → one report of all. */
export async function keepFleet(keeping: Keeping): Promise<void> {
  const { runner, clock } = keeping;
  const reading = await readFleet(runner);
  const { options, chosen } = reading;
  const wrong = [...keeping.problems.map((problem) => ({ problem, place: undefined })), ...reading.problems];
  if (wrong.length > 0) return publishFileProblems(runner, reading.path, wrong);
  if (modes[options.mode].lists)
    return publishList(runner, { file: reading.path, names: chosen.map(({ name }) => name) });
  if (runner.event.withoutIdentity === undefined) keeping.addresses.forEach(runner.log.say);
  const ending = endingOf(runner, clock);
  const workshop: Workshop = { ...keeping, options, ending };
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) await keepOne(only, workshop);
  else await keepMany(reading, workshop);
  if (ending.isAsked()) runner.leave();
}

/** As a step with the same inputs. */
async function keepOne(member: Member, workshop: Workshop): Promise<void> {
  const { runner, clock, ending, signIn, runTarget } = workshop;
  const { name, place } = member;
  const asked = askedBy(member, workshop);
  const reviewed = expecting(member, expectedIn(workshop.options, true));
  const entryOf = (report: RunReport): FleetEntry => ({ name, place, report });
  if ('problem' in reviewed) return publishOne(runner, entryOf(failedReport(asked, [reviewed.problem])), clock);
  const { options } = reviewed;
  const { interruption, isLeft } = ending.watch();
  const enter: TargetRun['signIn'] = (layOut) => signIn({ options, runner }, layOut);
  const run = runTarget({ asked: askedBy(reviewed, workshop), options, runner, clock, signIn: enter, interruption });
  const left = isLeft.then(() => failedReport(asked, interrupted(`finish mode ${options.mode}`).problems));
  try {
    await publishOne(runner, entryOf(await Promise.race([run, left])), clock);
  } catch (error) {
    publishResults(runner, [entryOf(failedReport(asked, explain(error)))]);
    throw error;
  }
}

async function keepMany(reading: FleetReading, workshop: Workshop): Promise<void> {
  const { runner, clock } = workshop;
  const expected = expectedIn(workshop.options, false);
  const entries =
    expected !== undefined && 'digest' in expected
      ? await workAsReviewed(reading.chosen, workshop, expected.digest)
      : await workExpecting(reading.chosen, workshop, expected);
  await publishFleet(
    runner,
    fleetReportOf({ ...reading, entries, origin: runner.event.origin, now: clock.now() }),
    clock,
  );
}

function expectedIn({ reporting }: RunOptions, isOne: boolean): Expected | undefined {
  const { expectedPlan } = reporting;
  return expectedPlan === undefined ? undefined : readExpected(expectedPlan, isOne);
}

/** A target that is to be as reviewed; or why it must not be touched. */
function expecting(member: Member, expected: Expected | undefined): Member | { readonly problem: Problem } {
  if (expected === undefined) return member;
  if ('problem' in expected) return expected;
  const expectedPlan = 'digest' in expected ? expected.digest : expected.of(member.name);
  if (expectedPlan === undefined) return { problem: notReviewed() };
  const reporting = { ...member.options.reporting, expectedPlan };
  return { ...member, options: { ...member.options, reporting } };
}

/** Each target by itself: one that is not as reviewed stops no other. */
async function workExpecting(
  members: readonly Member[],
  workshop: Workshop,
  expected: Expected | undefined,
): Promise<FleetEntry[]> {
  const ready = members.map((member) => ({ member, reviewed: expecting(member, expected) }));
  const due = ready.flatMap(({ reviewed }) => ('problem' in reviewed ? [] : [reviewed]));
  const done = new Map((await workOn(due, workshop)).map((entry) => [entry.name, entry]));
  return ready.map(({ member, reviewed }) => {
    const { name, place } = member;
    const problems = 'problem' in reviewed ? [reviewed.problem] : [];
    return done.get(name) ?? { name, place, report: failedReport(askedBy(member, workshop), problems) };
  });
}

/** One digest is that of all plans: all are made before anything is written, and then carried out as they were. */
async function workAsReviewed(members: readonly Member[], workshop: Workshop, digest: string): Promise<FleetEntry[]> {
  workshop.runner.log.say('Making the plans of all targets, to compare them with the reviewed digest …');
  const looking = await workExpectingQuietly(members, workshop);
  const found = fleetDigest(looking);
  if (found !== digest) {
    const problems = [notAsReviewed(found)];
    return looking.map(({ report, ...entry }) => ({ ...entry, report: refused(report, problems) }));
  }
  const own = new Map(looking.map((entry) => [entry.name, digestIn(entry.report)]));
  return workExpecting(members, workshop, { of: (name) => own.get(name) });
}

function workExpectingQuietly(members: readonly Member[], workshop: Workshop): Promise<FleetEntry[]> {
  const never: Expected = { of: () => NEVER };
  const looking = members.flatMap((member) => {
    const one = expecting(member, never);
    return 'problem' in one ? [] : [one];
  });
  return workOn(looking, workshop, true);
}

/** A plan that was made, and is not carried out. */
function refused(report: RunReport, problems: readonly Problem[]): RunReport {
  const others = report.diagnostics.filter(({ code }) => code !== 'plan.not-as-reviewed');
  return { ...report, diagnostics: [...problems, ...others] };
}
