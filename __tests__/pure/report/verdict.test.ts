import { describe, expect, test } from '@jest/globals';
import type { PlanView } from '../../../src/engine/plan.ts';
import type { Difference } from '../../../src/engine/resource.ts';
import type { FailOn } from '../../../src/inputs/options.ts';
import { conclude } from '../../../src/report/verdict.ts';
import type { Work } from '../../../src/report/verdict.ts';
import { offlineReport, revocationReport } from '../../../src/report/uncompared.ts';
import { ACCOUNT, KEY, POLICY, ROLE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { EMAIL, noticeOf, outcomeOf, proofOf, reportOf, verified } from './report-of.ts';

const missing = differs('role.permission-missing', { kind: 'missing' });
const changed = differs('role.disabled');
const surplus = differs('project-role.surplus', { kind: 'surplus' });
const byHand = differs('project-role.everybody', { kind: 'surplus', change: { byHand: {} } });
const renewal = differs('key.due', { exempt: 'renewal' });
const unread = stepOf(POLICY, [], { action: 'unknown' });

const fails = proofOf('run a query', { outcome: 'fails' });
const late = proofOf('run a query', { outcome: 'not yet effective' });
const excess = proofOf('use x.y.z', { outcome: 'fails', expected: 'cannot' });
const listed = proofOf('use x.y.z', {
  ...{ outcome: 'fails', expected: 'cannot' },
  diagnosis: { code: 'verify.excess-in-plan', cause: 'binding roles/editor', remedy: 'Remove it.' },
});
const holds = proofOf('mint a token');
const unchecked = proofOf('use a.b.c', { outcome: 'not checked', expected: 'cannot' });
const notVerified = { isVerified: false, why: 'no key', proofs: [] } as const;

function workOf(more: Partial<Work>): Work {
  const nothing = { outcomes: [], verification: undefined, isBlocked: false, refusals: 0 };
  return { mode: 'check', failOn: 'any', verify: 'true', plan: planOf(stepOf(ROLE, [])), ...nothing, ...more };
}
const off = (...differences: Difference[]): PlanView => planOf(stepOf(ROLE, differences));

/** What, in which work → result, whether the step fails, headline. */
type Row = readonly [string, Partial<Work>, string, boolean, string];

const FIX = 'Run mode apply to fix this.';
const PRUNE = 'Run mode apply with prune: true to remove what is surplus.';
const BOTH = 'Run mode apply to fix this; with prune: true it also removes what is surplus.';
const TOLERATED = (failOn: FailOn): string => ` The step does not fail: fail_on is ${failOn}.`;

const comparing: readonly Row[] = [
  ['nothing differs', {}, 'unchanged', false, 'In sync.'],
  ['nothing differs, in plan', { mode: 'plan' }, 'unchanged', false, 'In sync.'],
  [
    'a renewal is due',
    { plan: planOf(stepOf(KEY, [renewal])) },
    'unchanged',
    false,
    'In sync. Mode apply would renew the key.',
  ],
  ['missing', { plan: off(missing) }, 'drift', true, `Drift: 1 missing. ${FIX}`],
  [
    'missing, changed and surplus',
    { plan: off(missing, changed, surplus) },
    'drift',
    true,
    `Drift: 1 missing, 1 changed, 1 surplus. ${BOTH}`,
  ],
  ['surplus', { plan: off(surplus) }, 'drift', true, `Drift: 1 surplus. ${PRUNE}`],
  [
    'surplus that no run removes',
    { plan: off(byHand) },
    'drift',
    true,
    'Drift: 1 surplus. No mode removes this surplus: its message says what to do by hand.',
  ],
  [
    'missing, and surplus that no run removes',
    { plan: off(missing, byHand) },
    'drift',
    true,
    'Drift: 1 missing, 1 surplus. Run mode apply to fix this, except for the surplus: its message says what to do by hand.',
  ],
  [
    'surplus that prune removes, and surplus that no run removes',
    { plan: off(missing, surplus, byHand) },
    'drift',
    true,
    `Drift: 1 missing, 2 surplus. ${BOTH}`,
  ],
  [
    'changed, and unexpected access that may come from it',
    { plan: off(changed), verification: verified(excess) },
    'drift',
    true,
    `Drift: 1 changed, 1 surplus. ${FIX}`,
  ],
  ['drift in plan', { mode: 'plan', plan: off(missing) }, 'drift', false, `Drift: 1 missing. ${FIX}`],
  [
    'nothing was ever set up',
    { plan: planOf(stepOf(ACCOUNT, [missing], { action: 'create' }), stepOf(ROLE, [missing], { action: 'create' })) },
    'drift',
    true,
    'To set up: 2 to add. Run mode apply to do so.',
  ],
  [
    'the account alone is gone → drift, and no first set-up',
    { plan: planOf(stepOf(ACCOUNT, [missing], { action: 'create' }), stepOf(ROLE, [])) },
    'drift',
    true,
    `Drift: 1 missing. ${FIX}`,
  ],
  [
    'nothing was ever set up, and apply would refuse',
    { plan: planOf(stepOf(ACCOUNT, [missing], { action: 'create' })), refusals: 1 },
    'drift',
    true,
    'To set up: 1 to add. Mode apply would refuse, for 1 reason: see the blocking problems.',
  ],
  [
    'surplus, and apply would refuse → no promise that prune removes it',
    { plan: off(surplus), refusals: 2 },
    'drift',
    true,
    'Drift: 1 surplus. Mode apply would refuse, for 2 reasons: see the blocking problems.',
  ],
  [
    'a renewal is due, and apply would refuse → no promise that it is renewed',
    { plan: planOf(stepOf(KEY, [renewal])), refusals: 1 },
    'unchanged',
    false,
    'In sync. Mode apply would refuse, for 1 reason: see the blocking problems.',
  ],
  [
    'unexpected access that the plan lists → counted once',
    { plan: off(surplus), verification: verified(listed) },
    'drift',
    true,
    `Drift: 1 surplus. ${PRUNE}`,
  ],
  [
    'nothing verified, and verify is required',
    { verification: notVerified, verify: 'required' },
    'failed',
    true,
    'In sync. Access was not verified, and verify is required.',
  ],
  [
    'nothing verified, verify is required, fail_on never → fails all the same',
    { verification: notVerified, verify: 'required', failOn: 'never', plan: off(missing) },
    'drift',
    true,
    `Drift: 1 missing. ${FIX} Access was not verified, and verify is required.`,
  ],
  [
    'a check could not be made, and verify is required',
    { verification: verified(holds, unchecked), verify: 'required' },
    'failed',
    true,
    'In sync. Access was not verified, and verify is required.',
  ],
  [
    'all verified, as required',
    { verification: verified(holds), verify: 'required' },
    'unchanged',
    false,
    'In sync. All 1 access check passed.',
  ],
  [
    'plan, with verify required → verifies nothing, and does not fail',
    { mode: 'plan', verify: 'required' },
    'unchanged',
    false,
    'In sync.',
  ],
  ['something unread', { plan: planOf(unread) }, 'failed', true, 'Something could not be read.'],
  ['something unread in plan', { mode: 'plan', plan: planOf(unread) }, 'failed', true, 'Something could not be read.'],
  [
    'something unread, fail_on never',
    { plan: planOf(unread), failOn: 'never' },
    'failed',
    true,
    'Something could not be read.',
  ],
  [
    'something unread, and drift',
    { plan: planOf(unread, stepOf(ROLE, [missing])) },
    'failed',
    true,
    'Something could not be read. Drift: 1 missing so far.',
  ],
  [
    'all verified',
    { verification: verified(holds, holds) },
    'unchanged',
    false,
    'In sync. All 2 access checks passed.',
  ],
  ['nothing verified', { verification: notVerified }, 'unchanged', false, 'In sync. Access was not verified.'],
  [
    'a claim fails',
    { verification: verified(holds, fails) },
    'failed',
    true,
    'The service account cannot run a query.',
  ],
  [
    'claims are late',
    { verification: verified(late, late) },
    'failed',
    true,
    'The service account cannot run a query (not yet effective), and 1 more.',
  ],
  [
    'a claim fails, fail_on surplus',
    { verification: verified(fails), failOn: 'surplus' },
    'failed',
    false,
    `The service account cannot run a query.${TOLERATED('surplus')}`,
  ],
  ['unexpected access', { verification: verified(excess) }, 'drift', true, `Drift: 1 surplus. ${PRUNE}`],
  [
    'drift, and a claim fails',
    { plan: off(missing), verification: verified(fails) },
    'drift',
    true,
    `Drift: 1 missing. ${FIX} The service account cannot run a query.`,
  ],
];

/** fail_on, and whether missing, changed, surplus, a failed claim, unexpected access fail the step. */
const failing: readonly (readonly [FailOn, readonly boolean[]])[] = [
  ['any', [true, true, true, true, true]],
  ['missing', [true, true, false, true, false]],
  ['surplus', [false, false, true, false, true]],
  ['never', [false, false, false, false, false]],
];

const account = stepOf(ACCOUNT, [missing]);
const role = stepOf(ROLE, [surplus]);
const plan = planOf(account, role);
const many = planOf(account, stepOf(ROLE, [missing]), stepOf(KEY, [missing]), stepOf(POLICY, [missing]));
const done = [outcomeOf(account, 'created'), outcomeOf(role, 'unchanged')];
const SURPLUS = 'Kept: 1 surplus; prune: true removes them.';

const writing: readonly Row[] = [
  ['blocked', { isBlocked: true }, 'failed', true, 'Refused: nothing was changed.'],
  ['nothing to do', { outcomes: [outcomeOf(stepOf(ROLE, []), 'unchanged')] }, 'unchanged', false, 'In sync.'],
  ['done', { plan, outcomes: done }, 'changed', false, `Changed: ${ADDRESS('created')}. ${SURPLUS}`],
  [
    'done and verified',
    { plan: planOf(account), outcomes: [outcomeOf(account, 'enabled')], verification: verified(holds, holds) },
    'changed',
    false,
    `Changed: ${ADDRESS('enabled')}. All 2 access checks passed.`,
  ],
  [
    'done, with unexpected access',
    { plan: planOf(account), outcomes: [outcomeOf(account, 'enabled')], verification: verified(holds, excess) },
    'changed',
    false,
    `Changed: ${ADDRESS('enabled')}. ${SURPLUS} 1 of 2 access checks passed.`,
  ],
  [
    'done, and a claim fails',
    { plan, outcomes: done, verification: verified(fails) },
    'failed',
    true,
    'The service account cannot run a query.',
  ],
  [
    'a step fails, another is skipped',
    { plan, outcomes: [outcomeOf(account, 'failed'), outcomeOf(role, 'skipped')] },
    'failed',
    true,
    'Failed at service-account/segment-reverse-etl.',
  ],
  [
    'more than can be read at once',
    {
      plan: many,
      outcomes: many.steps.map((step) => outcomeOf(step, 'created')),
      verification: verified(holds, holds),
    },
    'changed',
    false,
    '4 resources changed. All 2 access checks passed.',
  ],
  [
    'done, not verified, and verify is required',
    { plan: planOf(account), outcomes: [outcomeOf(account, 'enabled')], verification: notVerified, verify: 'required' },
    'failed',
    true,
    `Changed: ${ADDRESS('enabled')}. Access was not verified, and verify is required.`,
  ],
  [
    'destroy finds nothing',
    { mode: 'destroy', outcomes: [outcomeOf(stepOf(ROLE, []), 'unchanged')] },
    'unchanged',
    false,
    'No managed resources found.',
  ],
];

function ADDRESS(result: string): string {
  return `service-account/segment-reverse-etl (${result})`;
}

describe('the verdict', () => {
  test.each(comparing)('plan and check: %s', (_name, work, result, fails, headline) => {
    expect(conclude(workOf(work))).toMatchObject({ result, fails, headline });
  });

  test.each(writing)('apply and destroy: %s', (_name, work, result, fails, headline) => {
    expect(conclude(workOf({ mode: 'apply', ...work }))).toMatchObject({ result, fails, headline });
  });

  test.each(failing)('check: fail_on %s → which findings fail the step', (failOn, expected) => {
    const found: readonly Partial<Work>[] = [
      ...[missing, changed, surplus].map((difference) => ({ plan: off(difference) })),
      ...[fails, excess].map((proof) => ({ verification: verified(proof) })),
    ];
    const verdicts = found.map((work) => conclude(workOf({ ...work, failOn })));
    expect(verdicts.map((verdict) => verdict.fails)).toEqual(expected);
    for (const verdict of verdicts) {
      const isTold = verdict.headline.includes('The step does not fail: fail_on is ');
      expect(isTold).toBe(!verdict.fails);
    }
  });

  test('apply: after it → the drift that is left', () => {
    const drift = { missing: 0, changed: 0, surplus: 1, unknown: false };
    expect(conclude(workOf({ mode: 'apply', plan, outcomes: done })).drift).toEqual(drift);
    const failed = [outcomeOf(account, 'failed'), outcomeOf(role, 'skipped')];
    expect(conclude(workOf({ mode: 'apply', plan, outcomes: failed })).drift).toEqual({ ...drift, missing: 1 });
    expect(conclude(workOf({ mode: 'apply', plan, isBlocked: true })).drift).toEqual({ ...drift, missing: 1 });
  });
});

describe('runs that compare nothing', () => {
  test.each([
    ['plan', false, 'Not compared: GitHub gives Dependabot neither an identity nor secrets'],
    ['check', false, 'Not compared: GitHub gives Dependabot neither an identity nor secrets'],
    ['apply', true, 'Could not apply: GitHub gives Dependabot neither an identity nor secrets'],
    ['revoke', true, 'Could not revoke: GitHub gives Dependabot neither an identity nor secrets'],
    ['destroy', true, 'Could not destroy: GitHub gives Dependabot neither an identity nor secrets'],
  ] as const)('offline: mode %s → fails: %s', (mode, fails, headline) => {
    const { verdict, plan: compared } = offlineReport(reportOf({ mode }), 'Dependabot');
    expect(compared).toBeUndefined();
    expect(verdict).toMatchObject({ fails, result: fails ? 'failed' : 'unchanged', drift: { unknown: true } });
    expect(verdict.headline).toContain(headline);
    expect(verdict.next).toHaveLength(1);
  });

  test.each([
    [true, 'unchanged'],
    [false, 'changed'],
  ])('revoke: revoked before: %s → %s', (wasRevoked, result) => {
    const notices = [noticeOf('warning', 'nothing was recorded')];
    const { verdict, diagnostics } = revocationReport(reportOf({ mode: 'revoke' }), { wasRevoked, notices });
    expect(verdict).toMatchObject({ result, fails: false });
    expect(verdict.headline).toBe(`Revoked: ${EMAIL} is disabled; its keys and tokens are rejected.`);
    expect(verdict.next.join('\n')).toContain('mode rotate with restore: true deletes the old keys');
    expect(diagnostics).toEqual(notices);
  });
});
