import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareWithReviewed, digestOf, reviewedIn } from '../../src/engine/digest.ts';
import type { PlanJson } from '../../src/report/plan-json.ts';

type Step = PlanJson['steps'][number];

const text = fc.string({ maxLength: 12 });
const difference = fc.record({
  field: text,
  live: text,
  desired: text,
  kind: fc.constantFrom('missing' as const, 'changed' as const, 'surplus' as const),
  drift: fc.boolean(),
  carried_out: fc.boolean(),
});
const step = fc.record({
  address: fc
    .constantFrom('role', 'dataset', 'project-policy', 'credential')
    .chain((kind) => text.map((name) => `${kind}/${name}`)),
  want: fc.constant('present'),
  action: fc.constantFrom('none' as const, 'create' as const, 'update' as const, 'delete' as const),
  differences: fc.array(difference, { maxLength: 4 }),
  refusals: fc.array(text, { maxLength: 2 }),
  warnings: fc.array(text, { maxLength: 2 }),
});
const steps = fc.uniqueArray(step, { maxLength: 6, selector: ({ address }) => address });
const target = fc.dictionary(fc.constantFrom('project_id', 'access_mode', 'prune', 'role_id'), text);
const planOf = (list: readonly Step[], inputs: Record<string, unknown> = {}): PlanJson => ({
  version: 1,
  project: 'p',
  access_mode: 'limited',
  target: inputs,
  steps: list,
  not_seen: [],
});
const digest = (plan: PlanJson): string => {
  const reviewed = reviewedIn(plan);
  if ('why' in reviewed) throw new Error(reviewed.why);
  return digestOf(reviewed);
};

describe('the digest of a plan', () => {
  test('does not depend on order, on messages, on what is not carried out, or on which keys there are', () => {
    fc.assert(
      fc.property(steps, target, fc.func(fc.integer()), text, (list, inputs, key, words) => {
        const shuffled = [...list]
          .sort((one, other) => key(one.address) - key(other.address))
          .map((one) => ({
            ...one,
            refusals: [words],
            warnings: [words],
            differences: [
              ...one.differences,
              { field: words, live: words, desired: words, kind: 'surplus' as const, drift: true, carried_out: false },
            ].reverse(),
          }))
          .map((one) =>
            one.address.startsWith('credential/')
              ? {
                  ...one,
                  differences: one.differences.map((other) =>
                    other.field === 'key' ? other : { ...other, live: words },
                  ),
                }
              : one,
          );
        const backwards = Object.fromEntries(Object.entries(inputs).reverse());
        expect(digest(planOf(shuffled, backwards))).toBe(digest(planOf(list, inputs)));
      }),
    );
  });

  test('differs with everything that would be done, and with every input', () => {
    fc.assert(
      fc.property(steps, target, fc.nat(), text, (list, inputs, pick, words) => {
        const before = digest(planOf(list, inputs));
        expect(digest(planOf(list, { ...inputs, role_id: `${inputs['role_id'] ?? ''}x` }))).not.toBe(before);
        const active = list.filter(({ action, address }) => action !== 'none' && !address.startsWith('credential/'));
        const one = active[pick % Math.max(1, active.length)];
        if (one === undefined) return;
        const more = {
          field: `${words}!`,
          live: 'absent',
          desired: 'present',
          kind: 'missing' as const,
          drift: true,
          carried_out: true,
        };
        const changed = list.map((other) =>
          other === one ? { ...one, differences: [...one.differences, more] } : other,
        );
        expect(digest(planOf(changed, inputs))).not.toBe(before);
        const acted = list.map((other) =>
          other === one
            ? { ...one, action: one.action === 'create' ? ('delete' as const) : ('create' as const) }
            : other,
        );
        expect(digest(planOf(acted, inputs))).not.toBe(before);
      }),
    );
  });

  test('is a fixed function of the plan: what was reviewed with an older version stays reviewed', () => {
    const plan = planOf(
      [
        {
          address: 'role/r',
          want: 'present',
          action: 'create',
          differences: [
            { field: 'role', live: 'absent', desired: 'present', kind: 'missing', drift: true, carried_out: true },
          ],
          refusals: [],
          warnings: [],
        },
      ],
      { project_id: 'p', prune: false },
    );
    expect(digest(plan)).toMatchInlineSnapshot(`"8ac0b754df6ecde6e5cba7170d1c8650769fa95df89dfb52d3e28fd3a11094fa"`);
  });

  test('of a plan with an unknown step there is none, and it says why', () => {
    const unknown: Step = {
      address: 'role/r',
      want: 'present',
      action: 'unknown',
      differences: [],
      refusals: [],
      warnings: [],
    };
    expect(reviewedIn(planOf([unknown]))).toEqual({ why: 'role/r could not be looked at' });
    expect(compareWithReviewed(planOf([unknown]), 'a'.repeat(64))?.refusal.because).toContain(
      'role/r could not be looked at',
    );
  });

  test('a reviewed plan is recognised, whole or by its digest', () => {
    fc.assert(
      fc.property(steps, target, (list, inputs) => {
        const plan = planOf(list, inputs);
        expect(compareWithReviewed(plan, digest(plan))).toBeUndefined();
        expect(compareWithReviewed(plan, JSON.stringify({ ...plan, digest: digest(plan) }))).toBeUndefined();
        expect(compareWithReviewed(plan, 'a'.repeat(64))).toBeDefined();
      }),
    );
  });
});
