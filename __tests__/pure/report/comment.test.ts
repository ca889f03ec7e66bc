import { describe, expect, test } from '@jest/globals';
import { decideComment, isWorthSaying, renderComment } from '../../../src/report/comment.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { POLICY, PROJECT, ROLE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { noticeOf, problemOf, proofOf, reportOf, targetOf, verdictOf, verified } from './report-of.ts';

const missing = planOf(stepOf(ROLE, [differs('role.missing', { kind: 'missing' })]));
const runUrl = (id: number): Pick<RunReport, 'origin'> => ({
  origin: { workflowFile: undefined, runUrl: `https://github.com/a/b/actions/runs/${String(id)}` },
});

describe('the comment', () => {
  test('marker: one per target, at the very beginning', () => {
    expect(renderComment(reportOf()).body).toMatch(
      new RegExp(`^<!-- segment-reverse-etl-bigquery ${PROJECT}/segment-reverse-etl -->`),
    );
    const other = reportOf(targetOf({ account_id: 'segment-crm' }));
    expect(renderComment(other).marker).toContain(`${PROJECT}/segment-crm`);
  });

  test('another run that says the same → the same state; something else to say → another', () => {
    const [first, second] = [1, 2].map((id) => renderComment(reportOf(runUrl(id))));
    expect(first?.state).toBe(second?.state);
    expect(first?.body).toContain('View workflow run');
    expect(first?.body).not.toBe(second?.body);
    expect(renderComment(reportOf({ plan: missing })).state).not.toBe(first?.state);
  });

  test.each([
    ['on-change', false, 'none', 'update'],
    ['on-change', true, 'create', 'update'],
    ['always', false, 'create', 'update'],
    ['never', true, 'none', 'none'],
  ] as const)('comment: %s, worth saying: %s → %s where there is none, else %s', (comment, isWorth, first, next) => {
    const text = renderComment(reportOf());
    const when = { comment, isWorthSaying: isWorth };
    expect(decideComment(text, undefined, when)).toBe(first);
    expect(decideComment(text, 'of before', when)).toBe(next);
    expect(decideComment(text, text.body, when)).toBe('none');
  });

  test.each<readonly [string, Partial<RunReport>, boolean]>([
    ['nothing', {}, false],
    ['a note and a warning', { diagnostics: [noticeOf('note', 'a'), noticeOf('warning', 'b')] }, false],
    ['a difference', { plan: missing }, true],
    ['something unread', { plan: planOf(stepOf(POLICY, [], { action: 'unknown' })) }, true],
    ['a problem', { diagnostics: [problemOf('create a role')] }, true],
    ['a claim that fails', { verification: verified(proofOf('x', { outcome: 'fails' })) }, true],
    ['claims that hold', { verification: verified(proofOf('x')) }, false],
    ['a step that fails', { verdict: verdictOf({ fails: true }) }, true],
  ])('%s → worth saying: %s', (_name, more, expected) => {
    expect(isWorthSaying(reportOf(more))).toBe(expected);
  });

  test('400 differences with long names → fits, and counts what it leaves out', () => {
    const differences = Array.from({ length: 400 }, (_none, index) =>
      differs('project-role.surplus', { field: `${String(index)} ${'_*[](|)`<b>'.repeat(9)}`, kind: 'surplus' }),
    );
    const { body } = renderComment(reportOf({ plan: planOf(stepOf(POLICY, differences)) }));
    expect(body.length).toBeLessThan(65_536);
    const rows = body.split('\n').filter((line) => /^\| <code>.*surplus/.test(line)).length;
    const cut = Number(/… and (\d+) more: the log and/.exec(body)?.[1] ?? 0);
    expect(rows + cut).toBe(400);
    expect(rows).toBeGreaterThanOrEqual(25);
    expect(body).not.toContain('<b>');
  });
});
