import { describe, expect, test } from '@jest/globals';
import { accepting, surplusId } from '../../../src/engine/accept.ts';
import { measureDrift, remaining } from '../../../src/engine/drift.ts';
import { apply } from '../../../src/engine/apply.ts';
import { UNINTERRUPTED } from '../../../src/engine/interruption.ts';
import { chosenOf, makePlan } from '../../../src/engine/plan.ts';
import type { AnyResource, Difference } from '../../../src/engine/resource.ts';
import { fakeClock } from '../resources/fixtures.ts';
import { differs } from '../verify/plan-of.ts';

const address = { kind: 'project-policy', name: 'acme' } as const;
const surplus = (change: unknown): Difference => differs('project-role.surplus', { kind: 'surplus', change });
const byHand = surplus({ byHand: { role: 'r', member: 'user:a@b.c', command: 'gcloud x' } });
const resource = (differences: readonly Difference[], more: Partial<AnyResource> = {}): AnyResource => ({
  ...{ address, want: 'present', read: () => Promise.resolve({}), change: () => Promise.resolve(undefined) },
  examine: () => ({ differences, diagnostics: [] }),
  ...more,
});

describe('what surplus is called', () => {
  test.each<[string, unknown, string]>([
    ['a role', { revoke: { role: 'roles/viewer' } }, 'project-role.surplus acme roles/viewer'],
    ['whatever the order', { revoke: { role: 'r', member: 'm' } }, 'project-role.surplus acme m r'],
    ['how and why name nothing', { disable: 'abc', why: 'foreign' }, 'project-role.surplus acme abc'],
    ['nor does the command', byHand.change, 'project-role.surplus acme user:a@b.c r'],
    ['one line, whatever others wrote', { revoke: 'READER if "a,\n b"' }, 'project-role.surplus acme READER_if_"a_b"'],
    ['one that is disabled now, and deleted later', { delete: 'abc', why: 'foreign' }, 'project-role.surplus acme abc'],
  ])('%s', (_name, change, expected) => {
    expect(surplusId(address, surplus(change))).toBe(expected);
  });
});

describe('accepted surplus', () => {
  const role = surplus({ revoke: { role: 'roles/viewer' } });
  const planned = async (accepted: string[], prune = true, more = {}) =>
    makePlan([accepting(resource([role, byHand], more), accepted)], prune);

  test('is found, does not count, and is not pruned', async () => {
    const plan = await planned(['project-role.surplus acme roles/viewer', 'project-role.surplus acme user:a@b.c r']);
    expect(plan.steps[0]?.differences.map(({ exempt }) => exempt)).toEqual(['accepted', 'accepted']);
    expect(plan.steps.map((step) => chosenOf(step, true))).toEqual([[]]);
    expect(measureDrift(plan).surplus).toBe(0);
    expect(plan.steps[0]?.notices).toEqual([]);
  });

  test('accepts nothing else: other words, other things, other findings', async () => {
    const others = ['project-role.surplus acme roles/view', 'project-role.surplus other roles/viewer', 'roles/viewer'];
    expect(measureDrift(await planned(others)).surplus).toBe(2);
  });

  test('what is missing cannot be accepted', async () => {
    const missing = differs('project-role.missing', { kind: 'missing', change: { grant: 'r' } });
    const plan = await makePlan([accepting(resource([missing]), ['project-role.missing acme r'])], false);
    expect(measureDrift(plan).missing).toBe(1);
  });

  test('also of what reading finds', async () => {
    const further = () => ({ differences: [], diagnostics: [], further: [resource([role])] });
    const plan = await makePlan(
      [accepting(resource([], { examine: further }), ['project-role.surplus acme roles/viewer'])],
      true,
    );
    expect(plan.steps[1]?.differences[0]?.exempt).toBe('accepted');
  });
});

describe('what is left to a person', () => {
  test('is never carried out, counts, and is told with its command and its name', async () => {
    const plan = await makePlan([accepting(resource([byHand]), [])], true);
    expect(plan.steps.map((step) => chosenOf(step, true))).toEqual([[]]);
    expect(measureDrift(plan).surplus).toBe(1);
    expect(plan.steps[0]?.notices).toMatchObject([
      { severity: 'warning', code: 'surplus.by-hand', remedy: expect.stringContaining('gcloud x') },
    ]);
    expect(plan.steps[0]?.notices[0]?.because).toContain('project-role.surplus acme user:a@b.c r');
  });
});

test('what was begun only still counts when the run is over', async () => {
  const [begun, done] = [surplus({ disable: 'a' }), surplus({ disable: 'b' })];
  const keys = resource([begun, done], {
    change: (_live, changes, run) => {
      run.leave(changes[0]);
      return Promise.resolve(undefined);
    },
  });
  const plan = await makePlan([keys], true);
  const outcomes = await apply(plan, {
    interruption: UNINTERRUPTED,
    ...{ clock: fakeClock(), beforeTaking: () => Promise.resolve(), onDone: () => undefined, say: () => undefined },
  });
  expect(remaining(plan, outcomes).steps[0]?.differences).toEqual([begun]);
});
