import type { Outcome } from '../engine/apply.ts';
import type { Clock } from '../time.ts';
import type { Look } from '../reconcile.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { modes } from '../inputs/modes.ts';
import { proofSentences } from '../verify/wording.ts';
import type { Proven } from '../verify/verify.ts';
import { targetOf } from '../engine/digest.ts';
import { commentOnPull } from './publish-comment.ts';
import { refusalsIn } from '../errors/explain.ts';
import { annotate, driftSentences } from './annotations.ts';
import { planJson } from './plan-json.ts';
import { driftOutputs, refusalSentences, textOf } from './log.ts';
import type { Note } from '../engine/resource.ts';
import { Refused } from '../errors/diagnostic.ts';
import type { Revocation } from '../resources/service-account/revoke.ts';
import type { Runner } from '../runner/runner.ts';
import { renderFailure, renderOffline, renderRevocation, renderSummary } from './summary.ts';
import type { SarifFacts } from './sarif.ts';
import { remaining } from './verdict.ts';
import type { Ending } from './verdict.ts';

/** Everything there is to tell at the end. */
export interface Telling {
  readonly inputs: Inputs;
  readonly look: Look;
  /** Empty where nothing was carried out. */
  readonly outcomes: readonly Outcome[];
  /** undefined where nothing was tried. */
  readonly proven: Proven | undefined;
  readonly ending: Ending;
  /** Full id of the key that this run issued. */
  readonly issued: string | undefined;
  /** Where a key goes, as messages name it. */
  readonly destinations: readonly string[];
}

/** Tells the runner how it went: annotations, outputs, summary, and last the verdict. */
export async function tell(runner: Runner, telling: Telling, clock: Clock): Promise<void> {
  const { inputs, look, outcomes, proven, ending, issued } = telling;
  const { plan } = look;
  const proofs = proven?.proofs;
  const facts = Object.assign({}, ...plan.steps.map((step) => step.facts)) as Record<string, string>;
  const warnings = [
    ...look.hints,
    ...plan.steps.flatMap((step) => step.warnings.map((warning) => `${step.resource.address}: ${warning}`)),
    ...(proven?.hints ?? []),
    ...notesOf(outcomes, (note) => typeof note !== 'string'),
  ];
  const remarks = notesOf(outcomes, (note) => typeof note === 'string');
  const failed = outcomes.filter(({ result }) => result === 'failed').flatMap(({ error }) => refusalsIn(error));
  const refusals = refusalSentences([...look.obstacles, ...failed]);
  const drift = modes[inputs.mode].redOnDrift ? driftSentences(plan) : [];
  const notes = annotate({ refusals, failures: proofSentences(proofs), drift, warnings }, ending.red);
  notes.rest.forEach(runner.say);
  notes.warnings.forEach(runner.warn);
  notes.errors.forEach(runner.complain);
  const json = planJson(plan, inputs, { drift: ending.drift, proofs });
  for (const [name, value] of Object.entries({
    ...facts,
    ...(issued === undefined ? {} : { key_id: issued }),
    ...driftOutputs(ending.drift),
    plan: JSON.stringify(json),
    plan_digest: json.digest ?? '',
    result: ending.verdict,
  })) {
    runner.output(name, value);
  }
  const said = {
    ...{ inputs, plan, outcomes, proofs, ending, refusals, warnings, remarks },
    ...{ digest: json.digest, notSeen: json.not_seen, handover: handover(telling, facts) },
  };
  await runner.summarise(renderSummary(said));
  await writeSarif(runner, { inputs, plan: remaining(plan, outcomes), proofs, workflow: runner.event.workflow });
  await commentOnPull(runner, said, clock);
  if (ending.red) runner.fail(ending.headline);
  else runner.say(ending.headline);
}

/** @throws Refused when the file cannot be written: an upload would take the one of before for today's */
async function writeSarif(runner: Runner, facts: SarifFacts): Promise<void> {
  const { sarifFile: path } = facts.inputs;
  if (path === undefined) return;
  const { renderSarif } = await import('./sarif.ts');
  try {
    await runner.writeFile(path, renderSarif(facts));
    runner.say(`The SARIF report is in ${path}.`);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    const remedy = 'Check sarif_file: it must be a path in the workspace that this job may write.';
    throw new Refused([{ attempted: `write the SARIF report to ${path}`, because, remedy }], error);
  }
}

/** Notes of one kind, each with the address of what it is about. */
function notesOf(outcomes: readonly Outcome[], isWanted: (note: Note) => boolean): string[] {
  return outcomes.flatMap(({ step, notes }) =>
    notes.filter(isWanted).map((note) => `${step.resource.address}: ${textOf(note)}`),
  );
}

/** What a person types into Segment, and where to find it. */
function handover(
  { ending, issued, destinations }: Telling,
  facts: Readonly<Record<string, string>>,
): (readonly [string, string])[] {
  const { service_account_email: email = '', location = '' } = facts;
  if (ending.red || issued === undefined) return [];
  return [
    ['Service account', email],
    ...(location === '' ? [] : [['Data Location', location] as const]),
    ...destinations.map((name) => ['Credentials', name] as const),
  ];
}

/** What a person must know after an account was cut off. */
export interface Cut {
  readonly inputs: Inputs;
  readonly email: string;
  readonly revocation: Revocation;
}

/** The account is cut off: what that means, and the two ways back. */
export async function tellRevocation(runner: Runner, { inputs, email, revocation }: Cut): Promise<void> {
  const { wasRevoked, warnings } = revocation;
  for (const warning of warnings) runner.warn(warning);
  runner.output('service_account_email', email);
  runner.output('result', wasRevoked ? 'unchanged' : 'changed');
  const headline = `Revoked: ${email} is disabled, and its keys and tokens are refused.`;
  const next = [
    'Segment cannot read any more; the state dataset is untouched, so syncs go on where they stopped.',
    'A key leaked: mode rotate with restore: true deletes the old keys, enables the account, and delivers a new key.',
    'A false alarm: mode apply with restore: true enables the account, and its old keys and tokens work again.',
    'Until then every apply ends red and changes nothing.',
  ];
  for (const line of next) runner.say(line);
  await runner.summarise(renderRevocation({ inputs, headline, next, warnings }));
  runner.say(headline);
}

/** Mistaken inputs, all together, before anything is sent. */
export function tellComplaints(runner: Runner, complaints: readonly string[]): void {
  for (const complaint of complaints) runner.complain(complaint);
  const count = complaints.length === 1 ? 'One input is wrong' : `${String(complaints.length)} inputs are wrong`;
  runner.output('result', 'failed');
  runner.fail(`${count}; nothing was sent to Google Cloud or GitHub.`);
}

/** Runs to which GitHub gives no identity: what can be said without one. */
export async function tellOffline(runner: Runner, inputs: Inputs, stranger: string): Promise<void> {
  const why = `GitHub gives ${stranger} neither an identity nor secrets, so Google Cloud was not asked.`;
  if (modes[inputs.mode].writes) {
    runner.output('result', 'failed');
    const failure = `Could not ${inputs.mode}: ${why} Run mode ${inputs.mode} on the default branch instead.`;
    await runner.summarise(renderFailure([failure]));
    runner.fail(failure);
    return;
  }
  runner.output('drift', 'unknown');
  runner.output('result', 'unchanged');
  await runner.summarise(renderOffline(inputs, why, targetOf(inputs)));
  runner.warn(`${why} The inputs are well-formed; nothing else was checked.`);
}
