import type { Problem } from '../errors/diagnostic.ts';
import type { RunReport } from './run-report.ts';

/** What may be advised depends on who could use it: an event that strangers can cause makes everybody the reader. Pure. */

/** A report in which no remedy is to let this identity write. */
export function forReaders(report: RunReport): RunReport {
  const { plan, diagnostics, outcomes } = report;
  return {
    ...report,
    diagnostics: diagnostics.map((one) => (one.severity === 'error' ? withoutLetting(one) : one)),
    outcomes: outcomes.map((outcome) => ({ ...outcome, problems: outcome.problems.map(withoutLetting) })),
    plan: plan && {
      ...plan,
      steps: plan.steps.map((step) => ({ ...step, problems: step.problems.map(withoutLetting) })),
    },
  };
}

export function withoutLetting(problem: Problem): Problem {
  if (problem.letsWrite !== true) return problem;
  return {
    ...problem,
    remedy:
      "This identity is the reader's: everybody who can cause this event can become it. For mode plan and check it needs the " +
      'role in permissions/reader.yaml. What writes runs as another identity, from a protected environment.',
  };
}
