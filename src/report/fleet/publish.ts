import type { Problem } from '../../errors/diagnostic.ts';
import type { Place } from '../../models/model.ts';
import type { Runner } from '../../runner/runner.ts';
import type { Clock } from '../../time.ts';
import { forReaders } from '../audience.ts';
import { helpful } from '../help.ts';
import { writeBack } from '../publish-applied.ts';
import { keepOneComment } from '../publish-comment.ts';
import { publishAny, setOutputs, writeReport, writeSummary } from '../publish.ts';
import { renderFailure } from '../summary.ts';
import { fleetAnnotations } from './annotations.ts';
import { fleetAppliedOf, isFleetWorthSaying, renderFleetComment } from './comment.ts';
import type { FleetEntry, FleetReport } from './fleet-report.ts';
import { fleetOutputs, fleetPlan, listOutputs } from './outputs.ts';
import { renderFleetList, renderFleetReport, renderFleetSummary } from './summary.ts';

/** From the report of many targets to everywhere that the runner shows it. */

export async function publishFleet(runner: Runner, found: FleetReport, clock: Clock): Promise<void> {
  const { mayWrite, withoutIdentity } = runner.event;
  const fleet = mayWrite ? found : { ...found, entries: found.entries.map(forReader) };
  const { shown, more } = fleetAnnotations(fleet);
  shown.forEach(runner.log.annotate);
  if (more > 0) runner.log.say(`… and ${String(more)} more targets that failed or have drift: see the summary.`);
  setOutputs(runner, { ...fleetOutputs(fleet), report: renderFleetReport(fleet) });
  await writeSummary(runner, renderFleetSummary(fleet));
  if (withoutIdentity === undefined) {
    await writeReports(runner, fleet);
    const commented = { reporting: fleet.reporting, render: () => renderFleetComment(fleet) };
    await keepOneComment(runner, { ...commented, isWorthSaying: isFleetWorthSaying(fleet) }, clock);
    await writeBack(runner, { ...fleet, render: () => fleetAppliedOf(fleet) }, clock);
  }
  const { fails, headline } = fleet.verdict;
  if (fails) runner.log.fail(headline);
  else runner.log.say(headline);
}

function forReader(entry: FleetEntry): FleetEntry {
  return { ...entry, report: forReaders(entry.report) };
}

/** @throws Blocked when one of them cannot be written: a later step would take the one of before for today's */
async function writeReports(runner: Runner, fleet: FleetReport): Promise<void> {
  const { sarifFile, planFile } = fleet.reporting;
  if (planFile !== undefined)
    await writeReport(runner, { input: 'plan_file', path: planFile, text: `${fleetPlan(fleet)}\n` });
  if (sarifFile === undefined) return;
  const { renderSarifOf } = await import('../sarif.ts');
  const category = ['segment-reverse-etl', fleet.file, ...(fleet.part === '' ? [] : [fleet.part]), ''].join('/');
  await writeReport(runner, { input: 'sarif_file', path: sarifFile, text: renderSarifOf(fleet.entries, category) });
}

/** One target that was chosen alone: as a step with the same inputs, and what tells of the file besides. */
export async function publishOne(runner: Runner, entry: FleetEntry, clock: Clock): Promise<void> {
  publishResults(runner, [entry]);
  await publishAny(runner, entry.report, clock);
}

export function publishResults(runner: Runner, entries: readonly FleetEntry[]): void {
  setOutputs(runner, listOutputs(entries));
}

/** What a file holds, for the matrix of a workflow. */
export async function publishList(
  runner: Runner,
  { file, names }: { readonly file: string; readonly names: readonly string[] },
): Promise<void> {
  names.forEach(runner.log.say);
  setOutputs(runner, { targets: JSON.stringify(names), result: 'unchanged' });
  await writeSummary(runner, renderFleetList(file, names));
  runner.log.say(`${file} is well-formed. Targets: ${String(names.length)}.`);
}

/** Something wrong with the file or the step; `place` undefined: the latter. */
interface Misplaced {
  readonly problem: Problem;
  readonly place: Place | undefined;
}

/** GitHub shows ten annotations of a kind per step; one is left for the headline. */
const MOST_ANNOTATED = 9;

/** A wrong file or wrong inputs, all together, before anything is sent. */
export async function publishFileProblems(runner: Runner, file: string, wrong: readonly Misplaced[]): Promise<void> {
  const sentences = wrong.map(({ problem, place }) => ({ message: helpful(problem, runner.event.origin), place }));
  sentences.slice(0, MOST_ANNOTATED).forEach(({ message, place }) => {
    if (place === undefined) runner.log.error(message);
    else runner.log.annotate({ level: 'error', title: 'Error in config_file', message, ...place });
  });
  sentences.slice(MOST_ANNOTATED).forEach(({ message }) => runner.log.say(`Error: ${message}`));
  const failure = renderFailure(
    wrong.map(({ problem }) => problem),
    runner.event.origin,
  );
  setOutputs(runner, { result: 'failed', report: failure });
  await writeSummary(runner, failure);
  const count = wrong.length === 1 ? 'One thing is' : `${String(wrong.length)} things are`;
  runner.log.fail(`${count} wrong with ${file} or the inputs beside it; nothing was sent to Google Cloud or GitHub.`);
}
