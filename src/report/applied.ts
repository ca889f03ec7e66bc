import { markerOf, planMark, runOf } from './comment.ts';
import { cell } from './markdown.ts';
import type { Origin, RunReport, Verdict } from './run-report.ts';
import { digestIn } from './plan-json.ts';

/**
 * What becomes of a plan once its pull request is merged, written into the comment that shows it. The comment keeps the plan:
 * whoever looks for what was reviewed finds it there. Pure.
 */

/** A run that carried out a plan, or tried to. */
export interface Applied {
  /** By it the comment is found. */
  readonly marker: string;
  /** Digest of the plan that it made by itself, just before; undefined where something could not be read. */
  readonly digest: string | undefined;
  readonly verdict: Pick<Verdict, 'fails' | 'result' | 'headline'>;
  readonly origin: Origin;
}

export function appliedOf(report: RunReport): Applied {
  const { verdict, origin } = report;
  return { marker: markerOf(report), digest: digestIn(report), verdict, origin };
}

const BEGINNING = '<!-- applied -->';
const END = '<!-- /applied -->';
const LONGEST_HEADLINE = 500;

/** The same comment, with what became of its plan above it; a run that said so before is replaced. */
export function withApplied(standing: string, applied: Applied): string {
  const { marker } = applied;
  const plan = withoutApplied(standing.replaceAll('\r\n', '\n').slice(marker.length));
  return `${[marker, BEGINNING, noteOf(plan, applied), END].join('\n\n')}${plan}`;
}

function withoutApplied(text: string): string {
  const end = text.indexOf(END);
  return text.startsWith(`\n\n${BEGINNING}`) && end >= 0 ? text.slice(end + END.length) : text;
}

function noteOf(plan: string, { digest, verdict, origin }: Applied): string {
  const { fails, result, headline } = verdict;
  const run = runOf(origin) ?? 'a run';
  const said = cell(headline, LONGEST_HEADLINE);
  if (fails) return `**❌ Mode apply failed in ${run}:** ${said}`;
  if (digest !== undefined && plan.includes(planMark(digest))) return `**✅ Applied in ${run}:** ${said}`;
  if (result === 'unchanged') return `**✅ Nothing was left to apply in ${run}:** ${said}`;
  return `**⚠️ Another plan than this one was applied in ${run}:** ${said}`;
}
