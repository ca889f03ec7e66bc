import { describe, expect, test } from '@jest/globals';
import { digestIn } from '../../../src/report/plan-json.ts';
import { appliedOf, withApplied } from '../../../src/report/applied.ts';
import { decideComment, renderComment } from '../../../src/report/comment.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { ROLE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { reportOf, verdictOf } from './report-of.ts';

/** What the comment of a merged pull request says of its plan. */
const plan = planOf(stepOf(ROLE, [differs('role.missing', { kind: 'missing' })]));
const other = planOf(stepOf(ROLE, [differs('role.disabled')]));
const origin = (run: number): RunReport['origin'] => ({
  workflowFile: undefined,
  runUrl: `https://github.com/a/b/actions/runs/${String(run)}`,
  runNumber: String(run),
  commit: 'abc1234d'.repeat(5),
});
const planned = renderComment(reportOf({ mode: 'plan', plan, origin: origin(12) }));
const run = (more: Partial<RunReport>): RunReport => reportOf({ mode: 'apply', plan, origin: origin(13), ...more });
const done = verdictOf({ result: 'changed', headline: '1 resource changed.' });
const note = (body: string): string => /^<!-- applied -->\n\n(.*)\n\n<!-- \/applied -->$/m.exec(body)?.[1] ?? '';

describe('the plan of a merged pull request', () => {
  const RUN = '<a href="https&#58;//github.com/a/b/actions/runs/13">Run #13</a> for abc1234';

  test.each<readonly [string, Partial<RunReport>, string]>([
    ['the same plan, done', { verdict: done }, `**✅ Applied in ${RUN}:** 1 resource changed.`],
    ['the same plan, empty', { verdict: verdictOf() }, `**✅ Applied in ${RUN}:** In sync.`],
    [
      'another plan, done',
      { plan: other, verdict: done },
      `**⚠️ Another plan than this one was applied in ${RUN}:** 1 resource changed.`,
    ],
    ['nothing left', { plan: planOf() }, `**✅ Nothing was left to apply in ${RUN}:** In sync.`],
    [
      'refused',
      { verdict: verdictOf({ fails: true, result: 'failed', headline: 'Refused: `x`.' }) },
      `**❌ Mode apply failed in ${RUN}:** Refused: &#96;x&#96;.`,
    ],
  ])('%s → says so above the plan, which stays', (_name, more, expected) => {
    const body = withApplied(planned.body, appliedOf(run(more)));
    expect(note(body)).toBe(expected);
    expect(body.startsWith(`${planned.marker}\n`)).toBe(true);
    expect(body.endsWith(planned.body.slice(planned.marker.length))).toBe(true);
  });

  test('GitHub respells the ends of lines → still the same plan', () => {
    const body = withApplied(planned.body.replaceAll('\n', '\r\n'), appliedOf(run({ verdict: done })));
    expect(note(body)).toContain('✅ Applied in');
  });

  test('run again → only the last run is named', () => {
    const failed = { verdict: verdictOf({ fails: true, result: 'failed', headline: 'Refused.' }) };
    const first = withApplied(planned.body, appliedOf(run(failed)));
    const second = withApplied(first, appliedOf(run({ verdict: done, origin: origin(14) })));
    expect(second).toBe(withApplied(planned.body, appliedOf(run({ verdict: done, origin: origin(14) }))));
    expect(second).not.toContain('/runs/13');
  });

  test('another plan of the same pull request → what became of the one before is no longer said', () => {
    const body = withApplied(planned.body, appliedOf(run({ verdict: done })));
    expect(decideComment(planned, body, { comment: 'on-change', isWorthSaying: true })).toBe('update');
  });

  test('a comment hides the digest of its plan, and none where something could not be read', () => {
    expect(planned.body).toContain(`<!-- plan ${digestIn(reportOf({ plan })) ?? ''} -->`);
    const unread = planOf(stepOf(ROLE, [], { action: 'unknown' }));
    expect(renderComment(reportOf({ mode: 'plan', plan: unread })).body).not.toContain('<!-- plan');
  });
});
