import { createHash } from 'node:crypto';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Inputs } from '../inputs/inputs.ts';
import { isDrift } from '../engine/plan.ts';
import type { Plan } from '../engine/plan.ts';
import { failedClaims, surplusClaims } from '../verify/wording.ts';
import type { Proof, Proofs } from '../verify/prove.ts';
import { adviseOn } from '../errors/explain.ts';
import { sarifRules } from './sarif-rules.ts';
import type { Finding, Rule } from './sarif-rules.ts';
import { VERSION } from './version.ts';

/** The report for code scanning: SARIF 2.1.0 (OASIS). Pure. */

/** What the report is made of. */
export interface SarifFacts {
  readonly inputs: Inputs;
  /** The plan; after apply, what is left of it. */
  readonly plan: Plan;
  readonly proofs: Proofs | undefined;
  /** `owner/name/.github/workflows/file.yml@ref`; undefined outside a runner. */
  readonly workflow: string | undefined;
}

/** GitHub shows so many results of a run. */
const MOST_RESULTS = 5_000;
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** A finding, and what a person reads of it besides. */
interface Told extends Finding {
  readonly message: string;
}

export function renderSarif(facts: SarifFacts): string {
  const { inputs, plan } = facts;
  const found = findingsIn(facts).sort((one, other) => rank(one) - rank(other));
  const shown = found.slice(0, MOST_RESULTS);
  const cut = found.length - shown.length;
  const fingerprint = fingerprints(`${inputs.projectId}/${inputs.accountId}`);
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'segment-reverse-etl-bigquery', semanticVersion: VERSION, rules: sarifRules.map(describe) },
        },
        // What a category is to GitHub: two targets in one repository do not close each other's alerts.
        automationDetails: { id: `segment-reverse-etl/${inputs.projectId}/${inputs.accountId}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: plan.steps.every(({ action }) => action !== 'unknown'),
            toolExecutionNotifications:
              cut === 0
                ? []
                : [
                    {
                      level: 'warning',
                      message: { text: `${String(cut)} more results were left out: see the output plan.` },
                    },
                  ],
          },
        ],
        results: shown.map((told) => resultOf(told, fingerprint(told), placeOf(facts))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 1)}\n`;
}

function findingsIn({ plan, proofs }: SarifFacts): Told[] {
  const drift = plan.steps.flatMap((step): Told[] => {
    const { address } = step.resource;
    if (step.action === 'unknown') {
      const { because, remedy } = adviseOn(step.error);
      const nothing = { field: 'everything', live: 'unknown', desired: 'known' };
      return [
        { address, ...nothing, kind: 'unknown', message: `${address} could not be looked at: ${because}. ${remedy}` },
      ];
    }
    return step.differences.filter(isDrift).map(({ field, live, desired, kind }) => {
      return {
        address,
        field,
        live,
        desired,
        kind,
        message: `${address}: ${field} is ${live}, and should be ${desired}.`,
      };
    });
  });
  const claims = [
    ...failedClaims(proofs).map((proof) => claimOf(proof, 'fails')),
    ...surplusClaims(proofs).map((proof) => claimOf(proof, 'too much')),
  ];
  return [...drift, ...claims];
}

function claimOf({ claim, outcome, words, diagnosis }: Proof, kind: 'fails' | 'too much'): Told {
  const reasons = [words, diagnosis?.cause].filter((part) => part !== undefined).join('; ');
  return {
    address: 'claim/account',
    field: claim.what,
    kind,
    live: outcome,
    desired: claim.expected,
    message:
      `The account ${kind === 'fails' ? 'cannot' : 'can'} ${claim.what}: ${reasons}. ${diagnosis?.remedy ?? ''}`.trim(),
  };
}

function ruleOf(finding: Finding): Rule & { readonly index: number } {
  const index = sarifRules.findIndex(({ matches }) => matches(finding));
  const rule = sarifRules[index];
  if (rule === undefined) throw new Error(`no rule matches ${finding.address} ${finding.field}`);
  return { ...rule, index };
}

/** What GitHub cuts off is the least severe. */
function rank(finding: Finding): number {
  const { level, severity } = ruleOf(finding);
  return { error: 0, warning: 100, note: 200 }[level] - Number(severity ?? 0);
}

function resultOf(told: Told, fingerprint: string, uri: string): Result {
  const { id, index, level, remedy } = ruleOf(told);
  const isTold = told.kind === 'unknown' || told.kind === 'fails' || told.kind === 'too much';
  return {
    ruleId: id,
    ruleIndex: index,
    level,
    message: { text: plain(isTold ? told.message : `${told.message} ${remedy}`) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: told.address, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'segmentReverseEtlDrift/v1': fingerprint },
  };
}

/** The workflow is what asks for this state, so that is where a reader is led. */
function placeOf({ workflow }: SarifFacts): string {
  const path = /^[^/]+\/[^/]+\/(.+)@[^@]*$/.exec(workflow ?? '')?.[1];
  return (path ?? '.github/workflows').split('/').map(encodeURIComponent).join('/');
}

/** In a message of SARIF braces are placeholders and brackets links (2.1.0, 3.11.5 and 3.11.6). */
function plain(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, '$&$&');
}

/**
 * The same drift has the same fingerprint in every run: it is made of what differs, not of how. Two that would have the same
 * are numbered.
 */
function fingerprints(target: string): (finding: Finding) => string {
  const seen = new Map<string, number>();
  return ({ address, field, kind }) => {
    const what = JSON.stringify([target, address, field, kind]);
    const ordinal = (seen.get(what) ?? 0) + 1;
    seen.set(what, ordinal);
    return createHash('sha256')
      .update(ordinal === 1 ? what : `${what} ${String(ordinal)}`)
      .digest('hex');
  };
}

function describe({ id, level, severity, what, why, remedy }: Rule): ReportingDescriptor {
  return {
    id,
    name: id.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${what}.` },
    fullDescription: { text: `${what}. ${why}` },
    help: { text: `${why} ${remedy}`, markdown: `${why}\n\n**What to do.** ${remedy}` },
    defaultConfiguration: { level },
    properties: {
      precision: 'very-high',
      tags: severity === undefined ? ['reliability'] : ['security', 'permissions'],
      ...(severity === undefined ? {} : { 'security-severity': severity }),
    },
  };
}
