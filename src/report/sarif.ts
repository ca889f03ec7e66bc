import { createHash } from 'node:crypto';
import type { Invocation, Log, Result } from 'sarif';
import { spell } from '../address.ts';
import { canonical } from '../engine/digest.ts';
import { isDrift, remaining } from '../engine/drift.ts';
import type { FindingCode } from '../engine/finding.ts';
import type { StepView } from '../engine/plan.ts';
import type { Proof } from '../verify/verification.ts';
import { excessProofs, failedProofs } from '../verify/wording.ts';
import { flat } from '../runner/inert.ts';
import { differenceSentence } from './differences.ts';
import type { RunReport } from './run-report.ts';
import { ruleOf, sarifRules } from './sarif-rules.ts';
import { VERSION } from './version.ts';

/** The report for code scanning: SARIF 2.1.0 (OASIS). Pure. */

/** GitHub shows so many results of a run. */
const MOST_RESULTS = 5_000;
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Something that was found. */
interface Found {
  readonly code: FindingCode;
  /** What it is about, as messages name it. */
  readonly subject: string;
  /** Tells it from all else with that code and subject, as plain data without words. */
  readonly identity: unknown;
  readonly message: string;
}

/** After apply it tells what is left. */
export function renderSarif(report: RunReport): string {
  const { projectId, names } = report.target;
  const found = foundIn(report).sort((one, other) => rank(one.code) - rank(other.code));
  const fingerprint = fingerprints(`${projectId}/${names.accountId}`);
  const place = placeOf(report);
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'segment-reverse-etl-bigquery', semanticVersion: VERSION, rules: sarifRules() } },
        // What a category is to GitHub: two targets in one repository do not close each other's alerts.
        automationDetails: { id: `segment-reverse-etl/${projectId}/${names.accountId}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(report, found.length - MOST_RESULTS)],
        results: found.slice(0, MOST_RESULTS).map((one) => resultOf(one, fingerprint(one), place)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 1)}\n`;
}

function invocation({ plan }: RunReport, cut: number): Invocation {
  const text = `${String(cut)} more results were left out: see the output plan.`;
  return {
    executionSuccessful: plan?.steps.every(({ action }) => action !== 'unknown') ?? false,
    toolExecutionNotifications: cut > 0 ? [{ level: 'warning', message: { text } }] : [],
  };
}

function foundIn({ plan, outcomes, verification }: RunReport): Found[] {
  return [
    ...(plan === undefined ? [] : remaining(plan, outcomes).steps.flatMap(foundInStep)),
    ...failedProofs(verification).map((proof) => foundByTrying(proof, 'access.missing')),
    ...excessProofs(verification).map((proof) => foundByTrying(proof, 'access.excess')),
  ];
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
function rank(code: FindingCode): number {
  const { level, securitySeverity } = ruleOf(code);
  return { error: 0, warning: 100, note: 200 }[level] - Number(securitySeverity ?? 0);
}

function resultOf({ code, subject, message }: Found, fingerprint: string, uri: string): Result {
  const { index, level } = ruleOf(code);
  return {
    ruleId: code,
    ruleIndex: index,
    level,
    message: { text: plain(message) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: flat(subject), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'segmentReverseEtlDrift/v1': fingerprint },
  };
}

/** The workflow is what asks for this state, so that is where a reader is led. */
function placeOf({ origin }: RunReport): string {
  return (origin.workflowFile ?? '.github/workflows').split('/').map(encodeURIComponent).join('/');
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
function fingerprints(target: string): (found: Found) => string {
  const seen = new Map<string, number>();
  return ({ code, subject, identity }) => {
    const what = canonical([target, subject, code, identity]);
    const ordinal = (seen.get(what) ?? 0) + 1;
    seen.set(what, ordinal);
    return createHash('sha256')
      .update(ordinal === 1 ? what : `${what} ${String(ordinal)}`)
      .digest('hex');
  };
}
