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

  const when = { comment: 'on-change', isWorthSaying: true } as const;

  test('another run that says the same → left as it is; something else to say → another', () => {
    const [first, second] = [1, 22].map((id) => renderComment(reportOf(runUrl(id))));
    const other = renderComment(reportOf({ ...runUrl(3), plan: missing }));
    expect(first?.body).toContain('View workflow run');
    expect(first?.body).not.toBe(second?.body);
    for (const body of [first?.body, first?.body.replaceAll('\n', '\r\n'), `${first?.body ?? ''}\n`])
      expect(decideComment(second ?? other, body, when)).toBe('none');
    expect(decideComment(other, first?.body, when)).toBe('update');
  });

  test('run and commit → named; the same said of another commit → left as it is', () => {
    const of = (runNumber: string, commit: string): RunReport['origin'] => ({ ...runUrl(1).origin, runNumber, commit });
    const [first, second] = [of('12', 'abc1234def'.repeat(4)), of('13', 'f00'.repeat(14))].map((origin) =>
      renderComment(reportOf({ origin })),
    );
    expect(first?.body).toMatch(/>Run #12<\/a> for abc1234<\/sub>$/);
    expect(decideComment(second ?? { marker: '', body: '' }, first?.body, when)).toBe('none');
  });

  test.each<readonly [string, (body: string) => string]>([
    ['a word was changed', (body) => body.replace('In sync', 'All is well')],
    ['something was added', (body) => `${body}\n\nApproved.`],
    ['something was put before the link', (body) => body.replace('<sub>', 'Approved. <sub>')],
    ['the link leads elsewhere', (body) => body.replace('github.com', 'evil.example')],
    ['another link was added', (body) => body.replace('/runs/1', '/runs/1"><a href="x')],
    ['only the marker was left', (body) => body.split('\n')[0] ?? ''],
  ])('somebody edited it: %s → written anew', (_name, edit) => {
    const text = renderComment(reportOf(runUrl(1)));
    expect(edit(text.body)).not.toBe(text.body);
    expect(decideComment(text, edit(text.body), when)).toBe('update');
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
    const rows = body.split('\n').filter((line) => line.startsWith('| 🟣\u00A0surplus |')).length;
    const cut = Number(/… and (\d+) more: the log and/.exec(body)?.[1] ?? 0);
    expect(rows + cut).toBe(400);
    expect(rows).toBeGreaterThanOrEqual(25);
    expect(body).not.toContain('<b>');
  });
});
