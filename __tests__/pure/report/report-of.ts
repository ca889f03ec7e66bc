import type { Outcome, Result } from '../../../src/engine/apply.ts';
import { measureDrift } from '../../../src/engine/drift.ts';
import type { PlanView, StepView } from '../../../src/engine/plan.ts';
import type { Notice, Problem } from '../../../src/errors/diagnostic.ts';
import { readInputs } from '../../../src/inputs/parse.ts';
import type { RunReport, Verdict } from '../../../src/report/run-report.ts';
import type { Proof, Verification } from '../../../src/verify/verification.ts';
import { PROJECT, planOf } from '../verify/plan-of.ts';

/** Reports as tests need them: plain data; only what a renderer looks at is given. */

export const EMAIL = `segment-reverse-etl@${PROJECT}.iam.gserviceaccount.com`;

export function targetOf(inputs: Record<string, string> = {}): Pick<RunReport, 'target' | 'reviewed' | 'reporting'> {
  const given: Record<string, string> = { project_id: PROJECT, ...inputs };
  const reading = readInputs((name) => given[name] ?? '', {
    name: 'push',
    repository: 'acme/data-platform',
    mayWrite: true,
    isOnDefaultBranch: true,
  });
  if ('problems' in reading) throw new Error(reading.problems.map(({ because }) => because).join('\n'));
  const { target, reviewed, options } = reading;
  return { target, reviewed, reporting: options.reporting };
}

const asked = targetOf();

export function verdictOf(more: Partial<Verdict> = {}, plan: PlanView = planOf()): Verdict {
  return { result: 'unchanged', drift: measureDrift(plan), headline: 'In sync.', next: [], fails: false, ...more };
}

export function reportOf(more: Partial<RunReport> = {}): RunReport {
  const { plan = planOf() } = more;
  return {
    ...asked,
    mode: 'check',
    origin: { workflowFile: undefined, runUrl: undefined },
    plan,
    outcomes: [],
    verification: undefined,
    models: undefined,
    diagnostics: [],
    verdict: verdictOf({}, plan),
    issuedKeyId: undefined,
    destinations: [],
    ...more,
  };
}

export function outcomeOf(step: StepView, result: Result, more: Partial<Outcome> = {}): Outcome {
  return { step, result, problems: [], notices: [], ...more };
}

export function problemOf(attempted: string, more: Partial<Problem> = {}): Problem {
  const because = 'somebody else may rely on it';
  return { severity: 'error', code: 'owner.unmarked', attempted, because, remedy: 'Set adopt: true.', ...more };
}

export function noticeOf(severity: Notice['severity'], because: string, more: Partial<Notice> = {}): Notice {
  return { severity, code: 'role.left', because, ...more };
}

export function proofOf(what: string, more: Partial<Proof> & { expected?: 'can' | 'cannot' } = {}): Proof {
  const { expected = 'can', ...rest } = more;
  const attempt = { kind: 'permission', permission: what } as const;
  return { claim: { what, expected, attempt }, outcome: 'holds', words: undefined, diagnosis: undefined, ...rest };
}

export function verified(...proofs: readonly Proof[]): Verification {
  return { isVerified: true, how: 'by impersonation', proofs };
}
