import { createHash } from 'node:crypto';
import type { Invocation, Log, Result } from 'sarif';
import { spell } from '../address.ts';
import { canonical } from '../engine/digest.ts';
import { isDrift, remaining } from '../engine/drift.ts';
import type { StepView } from '../engine/plan.ts';
import { modes } from '../inputs/modes.ts';
import type { ModelsReport, Place } from '../models/model.ts';
import type { Proof } from '../verify/verification.ts';
import { excessProofs, failedProofs } from '../verify/wording.ts';
import { flat } from '../runner/inert.ts';
import { differenceSentence } from './differences.ts';
import type { RunReport } from './run-report.ts';
import { ruleOf, sarifRules } from './sarif-rules.ts';
import type { RuleCode } from './sarif-rules.ts';
import { VERSION } from './version.ts';

/** The report for code scanning: SARIF 2.1.0 (OASIS). Pure. */

/** GitHub shows so many results of a run. */
const MOST_RESULTS = 5_000;
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Something that was found. */
interface Found {
  readonly code: RuleCode;
  /** What it is about, as messages name it. */
  readonly subject: string;
  /** Tells it from all else with that code and subject, as plain data without words. */
  readonly identity: unknown;
  readonly message: string;
  /** Where in a file; undefined = in the workflow, which asks for this state. */
  readonly place?: Place;
  /** Where it differs from that of its rule. */
  readonly level?: 'error' | 'warning' | 'note';
}

/** One target in the report. */
export interface SarifPart {
  readonly report: RunReport;
  /** Of it, in fingerprints. */
  readonly name: string;
  /** Where a file asks for it; undefined = the workflow does. */
  readonly place?: Place;
}

/** After apply it tells what is left. */
export function renderSarif(report: RunReport): string {
  const { projectId, names } = report.target;
  return renderSarifOf([{ report, name: `${projectId}/${names.accountId}` }], categoryOf(report));
}

/** The same of many targets: one run. What is too much is the least severe, and is counted. */
export function renderSarifOf(parts: readonly SarifPart[], category: string): string {
  const found = parts
    .flatMap((part) => foundIn(part.report).map((one) => ({ one, part })))
    .sort((one, other) => rank(one.one) - rank(other.one));
  const fingerprint = fingerprints();
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'segment-reverse-etl-bigquery', semanticVersion: VERSION, rules: sarifRules() } },
        // What a category is to GitHub: two targets in one repository do not close each other's alerts.
        automationDetails: { id: category },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(parts, found.length - MOST_RESULTS)],
        results: found.slice(0, MOST_RESULTS).map(({ one, part }) => resultOf(one, fingerprint(part.name, one), part)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 1)}\n`;
}

/** A run that looks at models alone must not close the alerts of one that compares. */
function categoryOf({ target, mode }: RunReport): string {
  const about = modes[mode].compares ? '' : `${mode}/`;
  return `segment-reverse-etl/${target.projectId}/${target.names.accountId}/${about}`;
}

function isSuccessful({ report: { mode, plan, models } }: SarifPart): boolean {
  return modes[mode].compares
    ? (plan?.steps.every(({ action }) => action !== 'unknown') ?? false)
    : models !== undefined && 'how' in models.trying;
}

function invocation(parts: readonly SarifPart[], cut: number): Invocation {
  const text = `${String(cut)} more results were left out: see the output plan.`;
  return {
    executionSuccessful: parts.every(isSuccessful),
    toolExecutionNotifications: cut > 0 ? [{ level: 'warning', message: { text } }] : [],
  };
}

function foundIn({ plan, outcomes, verification, models }: RunReport): Found[] {
  return [
    ...(plan === undefined ? [] : remaining(plan, outcomes).steps.flatMap(foundInStep)),
    ...failedProofs(verification).map((proof) => foundByTrying(proof, 'access.missing')),
    ...excessProofs(verification).map((proof) => foundByTrying(proof, 'access.excess')),
    ...(models === undefined ? [] : foundInModels(models)),
  ];
}

/** What a model allows is no result. */
function foundInModels({ models, findings }: ModelsReport): Found[] {
  const told = [
    ...findings.map((one) => ({ one, subject: one.place.file })),
    ...models.flatMap((model) => model.findings.map((one) => ({ one, subject: `model/${model.name}` }))),
  ];
  return told
    .filter(({ one }) => one.isAllowed !== true)
    .map(({ one: { id, weight, place, message }, subject }) => {
      const level = weight === 'notice' ? 'note' : weight;
      return { code: `model.${id}`, subject, identity: null, message, place, level };
    });
}

function foundInStep({ address, action, differences, problems }: StepView): Found[] {
  const subject = spell(address);
  if (action === 'unknown') {
    const why = problems.map(({ because, remedy }) => `${because.replace(/\.$/, '')}. ${remedy}`).join(' ');
    return [{ code: 'resource.unreadable', subject, identity: null, message: `${subject} could not be read: ${why}` }];
  }
  return differences.filter(isDrift).map((difference) => {
    const { code, change } = difference;
    const message = `${differenceSentence(address, difference)}. ${ruleOf(code).remedy}`;
    return { code, subject, identity: change, message };
  });
}

function foundByTrying({ claim, words, diagnosis }: Proof, code: 'access.missing' | 'access.excess'): Found {
  const reasons = [words?.replace(/\.$/, ''), diagnosis?.cause].filter((part) => part !== undefined).join('; ');
  const verb = code === 'access.missing' ? 'cannot' : 'can';
  const because = reasons === '' ? '' : `: ${reasons}`;
  const message = `The service account ${verb} ${claim.what}${because}. ${diagnosis?.remedy ?? ''}`.trim();
  return { code, subject: 'access', identity: claim.attempt, message };
}

/** What GitHub cuts off is the least severe. */
function rank({ code, level: own }: Found): number {
  const { level: usual, securitySeverity } = ruleOf(code);
  const level = own ?? usual;
  return { error: 0, warning: 100, note: 200 }[level] - Number(securitySeverity ?? 0);
}

function resultOf(
  { code, subject, message, place: own, level: given }: Found,
  fingerprint: string,
  part: SarifPart,
): Result {
  const { index, level } = ruleOf(code);
  const place = own ?? part.place;
  const uri = place === undefined ? placeOf(part.report) : encoded(place.file);
  const region = place === undefined ? { startLine: 1 } : { startLine: place.line, startColumn: place.column };
  const whose = part.place === undefined ? '' : `${part.name}: `;
  return {
    ruleId: code,
    ruleIndex: index,
    level: given ?? level,
    message: { text: plain(whose + message) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region },
        logicalLocations: [{ fullyQualifiedName: flat(subject), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'segmentReverseEtlDrift/v1': fingerprint },
  };
}

/** The workflow is what asks for this state, so that is where a reader is led. */
function placeOf({ origin }: RunReport): string {
  return encoded(origin.workflowFile ?? '.github/workflows');
}

/** As a URI: names of files may hold anything, halves of pairs too. */
function encoded(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')))
    .join('/');
}

/** In a message of SARIF braces are placeholders and brackets links (2.1.0, 3.11.5 and 3.11.6). */
function plain(text: string): string {
  return flat(text)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}

/**
 * The same drift has the same fingerprint in every run, however it is worded. Two that would have the same are numbered.
 */
function fingerprints(): (target: string, found: Found) => string {
  const seen = new Map<string, number>();
  return (target, { code, subject, identity }) => {
    const what = canonical([target, subject, code, identity]);
    const ordinal = (seen.get(what) ?? 0) + 1;
    seen.set(what, ordinal);
    return createHash('sha256')
      .update(ordinal === 1 ? what : `${what} ${String(ordinal)}`)
      .digest('hex');
  };
}
