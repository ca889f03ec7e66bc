import { describe, expect, test } from '@jest/globals';
import { annotationsOf } from '../../../src/report/annotations.ts';
import type { Note } from '../../../src/report/annotations.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { POLICY, ROLE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { noticeOf, outcomeOf, problemOf, proofOf, reportOf, verdictOf, verified } from './report-of.ts';

const surplus = (index: number): ReturnType<typeof differs> =>
  differs('project-role.surplus', {
    ...{ field: `role roles/x${String(index)}`, live: 'present', desired: 'absent', kind: 'surplus' },
  });
const missing = differs('role.permission-missing', { field: 'permission a.b.c', live: 'absent', kind: 'missing' });
const failing = (more: Partial<RunReport>): RunReport =>
  reportOf({ verdict: verdictOf({ fails: true, result: 'drift' }), ...more });
const texts = (notes: readonly Note[]): string[] => notes.map(({ message }) => message);
const many = planOf(
  stepOf(
    POLICY,
    Array.from({ length: 20 }, (_none, index) => surplus(index)),
  ),
  stepOf(ROLE, [missing]),
);

describe('annotations', () => {
  test('a step that fails: problems, failed claims, drift → errors in that order; warnings stay warnings', () => {
    const { errors, warnings, rest } = annotationsOf(
      failing({
        plan: planOf(
          stepOf(ROLE, [surplus(1), missing], { problems: [problemOf('use the role')] }),
          stepOf(POLICY, [], { notices: [noticeOf('warning', 'others are bound', { subject: POLICY })] }),
        ),
        verification: verified(proofOf('run a query', { outcome: 'fails' })),
        diagnostics: [
          problemOf('carry out the reviewed plan', { because: 'it is another' }),
          noticeOf('note', 'it took a while'),
        ],
      }),
    );
    expect(texts(errors)).toEqual([
      expect.stringContaining('Could not use the role: '),
      expect.stringContaining('Could not carry out the reviewed plan: '),
      expect.stringContaining('service account cannot run a query'),
      'role/segmentReverseEtl: permission a.b.c is absent, should be desired (missing).',
      'role/segmentReverseEtl: role roles/x1 is present, should be absent (surplus).',
    ]);
    expect(texts(warnings)).toEqual(['project-policy/acme-analytics: others are bound']);
    expect(rest).toEqual([]);
  });

  test('a step that does not fail: the same → warnings; problems as what apply would refuse', () => {
    const { errors, warnings } = annotationsOf(
      reportOf({ mode: 'plan', plan: planOf(stepOf(ROLE, [missing], { problems: [problemOf('use the role')] })) }),
    );
    expect(errors).toEqual([]);
    expect(texts(warnings)).toEqual([
      expect.stringMatching(
        /^Mode apply would refuse: Could not use the role: .* Set adopt: true\. Help: https:\/\/\S+#owner\.unmarked$/,
      ),
    ]);
  });

  test('failed steps: the same problem twice → one error', () => {
    const problems = [problemOf('update the role')];
    const step = stepOf(ROLE, [missing]);
    const outcomes = [outcomeOf(step, 'failed', { problems }), outcomeOf(stepOf(POLICY, []), 'failed', { problems })];
    expect(annotationsOf(failing({ mode: 'apply', plan: planOf(step), outcomes })).errors).toHaveLength(1);
  });

  test('21 differences → at most ten of a kind with the headline, most severe first, the rest counted and logged', () => {
    const { errors, rest } = annotationsOf(failing({ plan: many }));
    expect(errors).toHaveLength(9);
    expect(errors[0]?.message).toContain('(missing)');
    expect(errors[8]?.message).toBe('… and 13 more: see the log, the summary, or the output plan.');
    expect(rest).toHaveLength(13);
    expect([...texts(errors), ...rest].filter((line) => line.includes('roles/x'))).toHaveLength(20);
  });

  test('drift in a mode that it cannot fail → not annotated', () => {
    const none = { errors: [], warnings: [], notices: [], rest: [] };
    expect(annotationsOf(reportOf({ mode: 'plan', plan: many }))).toEqual(none);
    expect(annotationsOf(reportOf({ mode: 'apply', plan: many }))).toEqual(none);
  });

  test('what is no drift → not annotated', () => {
    const plan = planOf(stepOf(ROLE, [differs('role.unmarked', { exempt: 'adoption' })]));
    expect(annotationsOf(failing({ plan })).errors).toEqual([]);
  });

  test('very long text → cut before GitHub does', () => {
    const { errors } = annotationsOf(failing({ diagnostics: [problemOf('x'.repeat(5_000))] }));
    expect(errors[0]?.message.length).toBeLessThan(4_096);
  });
});
