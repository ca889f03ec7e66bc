import type { ReportingDescriptor } from 'sarif';
import type { Finding, FindingCode } from '../engine/finding.ts';
import { modelFindings } from '../models/findings.ts';
import type { ModelFindingId } from '../models/findings.ts';
import { findings } from '../resources/findings.ts';

/** What code scanning is told of each kind of finding. docs/sarif-rules.md shows it. Pure. */

/** What a rule is about: a difference, or a finding about a model. */
export type RuleCode = FindingCode | `model.${ModelFindingId}`;

type Told = Omit<Finding, 'needs'>;

const ofModels = Object.entries(modelFindings).map(([id, { weight, what, why, remedy }]) => [
  `model.${id}`,
  { level: weight === 'notice' ? 'note' : weight, what, why, remedy } satisfies Told,
]);
const rules = { ...findings, ...(Object.fromEntries(ofModels) as Record<`model.${ModelFindingId}`, Told>) };
const codes = Object.keys(rules) as readonly RuleCode[];
const places = new Map(codes.map((code, index) => [code, index]));

/** A kind of finding, and its place among the rules. */
export interface Rule extends Told {
  readonly index: number;
}

export function ruleOf(code: RuleCode): Rule {
  return { ...rules[code], index: places.get(code) ?? 0 };
}

/** Every rule, whether something was found or not. */
export function sarifRules(): ReportingDescriptor[] {
  return codes.map((code) => describe(code, rules[code]));
}

function describe(id: RuleCode, { level, securitySeverity, what, why, remedy }: Told): ReportingDescriptor {
  return {
    id,
    name: id.replace(/(?:^|[-.])([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${what}.` },
    fullDescription: { text: `${what}. ${why}` },
    help: { text: `${why} ${remedy}`, markdown: `${why}\n\n**What to do.** ${remedy}` },
    defaultConfiguration: { level },
    properties: {
      precision: 'very-high',
      tags: securitySeverity === undefined ? ['reliability'] : ['security', 'permissions'],
      ...(securitySeverity === undefined ? {} : { 'security-severity': securitySeverity }),
    },
  };
}

/** The table of docs/sarif-rules.md. */
export function rulesTable(): string {
  const rows = codes.map((code) => {
    const { level, securitySeverity = '–', what, why, remedy } = ruleOf(code);
    return `| \`${code}\` | ${level} | ${securitySeverity} | ${what}. ${why} | ${remedy} |`;
  });
  return [
    '| Rule | Level | Security severity | What, and why it matters | What to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The whole of docs/sarif-rules.md, before it is formatted. */
export function rulesDocument(): string {
  return `# Rules of the SARIF report

With \`sarif_file\`, what differs is written as SARIF 2.1.0, one result per difference, access check that failed or finding
about a model, for
\`github/codeql-action/upload-sarif\`. Fingerprints are made of codes and changes, not of words: the same drift is the same
alert every night, and the alert closes when the drift is gone. Each target is a category of its own. GitHub sorts by level
and security severity.

<!-- Written by npm run docs. -->

${rulesTable()}
`;
}
