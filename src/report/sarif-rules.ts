import type { ReportingDescriptor } from 'sarif';
import type { Finding, FindingCode } from '../engine/finding.ts';
import { findings } from '../resources/findings.ts';

/** What code scanning is told of each kind of finding. docs/sarif-rules.md shows it. Pure. */

const codes = Object.keys(findings) as readonly FindingCode[];

/** A kind of finding, and its place among the rules. */
export interface Rule extends Finding {
  readonly index: number;
}

export function ruleOf(code: FindingCode): Rule {
  return { ...findings[code], index: codes.indexOf(code) };
}

/** Every rule, whether something was found or not. */
export function sarifRules(): ReportingDescriptor[] {
  return codes.map((code) => describe(code, findings[code]));
}

function describe(id: FindingCode, { level, securitySeverity, what, why, remedy }: Finding): ReportingDescriptor {
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
    const { level, securitySeverity = '–', what, why, remedy } = findings[code];
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

With \`sarif_file\`, what differs is written as SARIF 2.1.0, one result per difference or access check that failed, for
\`github/codeql-action/upload-sarif\`. Fingerprints are made of codes and changes, not of words: the same drift is the same
alert every night, and the alert closes when the drift is gone. Each target is a category of its own. GitHub sorts by level
and security severity.

<!-- Written by npm run docs. -->

${rulesTable()}
`;
}
