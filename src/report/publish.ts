import { Blocked } from '../errors/diagnostic.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { explain, messageOf } from '../errors/explain.ts';
import { modes } from '../inputs/modes.ts';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../time.ts';
import { annotationsOf } from './annotations.ts';
import { appliedOf } from './applied.ts';
import { forReaders, withoutLetting } from './audience.ts';
import { noticeSentences } from './diagnostics.ts';
import { helpful, withHelp } from './help.ts';
import { NO_MODELS } from './models-json.ts';
import { outputsOf } from './outputs.ts';
import { writeBack } from './publish-applied.ts';
import { keepComment } from './publish-comment.ts';
import type { RunReport } from './run-report.ts';
import { renderFailure, renderSummary } from './summary.ts';

/** From a report to everywhere that the runner shows it: nothing is decided or worded here. */

/** Whatever became of the one target of a run. */
export function publishAny(runner: Runner, report: RunReport, clock: Clock): Promise<void> {
  if (runner.event.withoutIdentity !== undefined) return publishOffline(runner, report);
  return modes[report.mode].revokes ? publishRevocation(runner, report) : publish(runner, report, clock);
}

/**
 * Annotations, outputs, summary, SARIF file, comment, and last the verdict. What cannot be shown in one place is shown in the
 * others: the run is about something else.
 *
 * @throws Blocked when the SARIF file or the plan's cannot be written: an upload would take the one of before for today's
 */
export async function publish(runner: Runner, found: RunReport, clock: Clock): Promise<void> {
  const report = runner.event.mayWrite ? found : forReaders(found);
  annotate(runner, report);
  const outputs = outputsOf(report);
  setOutputs(runner, outputs);
  await writeSummary(runner, renderSummary(report));
  await writeReports(runner, report, outputs);
  await keepComment(runner, report, clock);
  await writeBack(runner, { ...report, render: () => appliedOf(report) }, clock);
  announce(runner, report);
}

/** Later steps decide by outputs: a run that cannot set them fails, and says so once. */
export function setOutputs(runner: Runner, outputs: Readonly<Record<string, string>>): void {
  try {
    for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
  } catch (error) {
    withHelp(explain(error), runner.event.origin).forEach(runner.log.fail);
  }
}

export async function writeSummary({ writeSummary: write, log, event }: Runner, markdown: string): Promise<void> {
  try {
    await write(markdown);
  } catch (error) {
    const problem: Problem = {
      ...{ severity: 'error', code: 'report.not-written', attempted: 'write the job summary' },
      because: messageOf(error),
      remedy: 'The log says the same. GITHUB_STEP_SUMMARY must name a file that this step may write.',
    };
    log.warn(helpful(problem, event.origin));
  }
}

function annotate({ log }: Runner, report: RunReport): void {
  const { errors, warnings, notices, rest } = annotationsOf(report);
  rest.forEach(log.say);
  notices.forEach(({ message, at }) =>
    at === undefined ? log.say(message) : log.annotate({ level: 'notice', message, ...at }),
  );
  warnings.forEach(({ message, at }) =>
    at === undefined ? log.warn(message) : log.annotate({ level: 'warning', message, ...at }),
  );
  errors.forEach(({ message, at }) =>
    at === undefined ? log.error(message) : log.annotate({ level: 'error', message, ...at }),
  );
}

function announce({ log }: Runner, { verdict }: RunReport): void {
  if (verdict.fails) log.fail(verdict.headline);
  else log.say(verdict.headline);
}

/** @throws Blocked when one of them cannot be written */
async function writeReports(
  runner: Runner,
  report: RunReport,
  { plan }: Readonly<Partial<Record<string, string>>>,
): Promise<void> {
  const { planFile, sarifFile } = report.reporting;
  if (planFile !== undefined && plan !== undefined)
    await writeReport(runner, { input: 'plan_file', path: planFile, text: `${plan}\n` });
  if (sarifFile === undefined) return;
  const { renderSarif } = await import('./sarif.ts');
  await writeReport(runner, { input: 'sarif_file', path: sarifFile, text: renderSarif(report) });
}

const REPORTS = { sarif_file: 'the SARIF report', plan_file: 'the plan' } as const;

/** A report in a file, and the input that names it. */
interface ReportFile {
  readonly input: keyof typeof REPORTS;
  readonly path: string;
  readonly text: string;
}

/** @throws Blocked when it cannot be written: a later step would take the one of before for today's */
export async function writeReport(runner: Runner, { input, path, text }: ReportFile): Promise<void> {
  const what = REPORTS[input];
  try {
    await runner.writeFile(path, text);
    runner.log.say(`${what.charAt(0).toUpperCase()}${what.slice(1)} is in ${path}.`);
  } catch (error) {
    const problem: Problem = {
      ...{ severity: 'error', code: 'report.not-written', subject: { input } },
      attempted: `write ${what} to ${path}`,
      because: messageOf(error),
      remedy: `Check ${input}: it must be a path in the workspace that this job may write.`,
    };
    throw new Blocked([problem], error);
  }
}

/** The account is disabled: what that means, and the two ways back. */
async function publishRevocation(runner: Runner, report: RunReport): Promise<void> {
  noticeSentences(report, 'warning').forEach(runner.log.warn);
  setOutputs(runner, outputsOf(report));
  report.verdict.next.forEach(runner.log.say);
  await writeSummary(runner, renderSummary(report));
  announce(runner, report);
}

/** Runs to which GitHub gives no identity: what can be said without one. */
async function publishOffline(runner: Runner, report: RunReport): Promise<void> {
  const { fails, headline, next } = report.verdict;
  const told = [headline, ...next].join(' ');
  if (report.models !== undefined) annotate(runner, report);
  setOutputs(runner, outputsOf(report));
  await writeSummary(runner, renderSummary(report));
  if (fails) runner.log.fail(told);
  else runner.log.warn(told);
}

/** Wrong inputs, all together, before anything is sent. */
export async function publishProblems(runner: Runner, problems: readonly Problem[]): Promise<void> {
  const count = problems.length === 1 ? 'One input is wrong' : `${String(problems.length)} inputs are wrong`;
  withHelp(problems, runner.event.origin).forEach(runner.log.error);
  await publishEnd(runner, problems, `${count}; nothing was sent to Google Cloud or GitHub.`);
}

/** Whatever was thrown, of any type, fails the step. */
export async function publishFailure(runner: Runner, error: unknown): Promise<void> {
  const told = explain(error);
  const problems = runner.event.mayWrite ? told : told.map(withoutLetting);
  const sentences = withHelp(problems, runner.event.origin);
  sentences.slice(0, -1).forEach(runner.log.error);
  // Its message is told already, in the three parts of every error.
  if (error instanceof Error) error.stack?.match(/^ +at .*$/gm)?.forEach(runner.log.trace);
  await publishEnd(runner, problems, sentences.at(-1) ?? 'failed');
}

/** The end of a run that has no report. */
async function publishEnd(runner: Runner, problems: readonly Problem[], headline: string): Promise<void> {
  // Whatever was wrong with the inputs: who asked for models reads the output about them.
  const areModelsAsked = ['models', 'dbt_manifest'].some((name) => runner.input(name).trim() !== '');
  const report = renderFailure(problems, runner.event.origin);
  setOutputs(runner, { result: 'failed', report, ...(areModelsAsked ? NO_MODELS : {}) });
  await writeSummary(runner, report);
  runner.log.fail(headline);
}
