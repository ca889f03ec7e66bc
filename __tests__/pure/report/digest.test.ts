import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Kind } from '../../../src/address.ts';
import { digestOf, reviewable } from '../../../src/engine/digest.ts';
import type { FindingCode } from '../../../src/engine/finding.ts';
import type { PlanView, StepView } from '../../../src/engine/plan.ts';
import type { Difference } from '../../../src/engine/resource.ts';
import { compareWithReviewed } from '../../../src/report/compare-plans.ts';
import type { Planned } from '../../../src/report/compare-plans.ts';
import { planJson } from '../../../src/report/plan-json.ts';
import { KEY, POLICY, ROLE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { reportOf } from './report-of.ts';

const text = fc.string({ maxLength: 12 });
const codes: readonly FindingCode[] = [
  'role.missing',
  'role.disabled',
  'project-role.surplus',
  'state-dataset.missing',
];
const difference: fc.Arbitrary<Difference> = fc
  .record({
    code: fc.constantFrom(...codes),
    ...{ field: text, live: text, desired: text },
    kind: fc.constantFrom('missing' as const, 'changed' as const, 'surplus' as const),
    makes: fc.constantFrom('created' as const, 'updated' as const, 'key issued' as const),
    change: fc.oneof(fc.record({ add: text }), fc.record({ remove: fc.array(text, { maxLength: 2 }) })),
  })
  .map(({ code, ...more }) => differs(code, more));
const kinds = ['role', 'dataset', 'project-policy', 'credential'] as const satisfies readonly Kind[];
const step: fc.Arbitrary<StepView> = fc
  .record({
    address: fc.record({ kind: fc.constantFrom(...kinds), name: text }),
    action: fc.constantFrom('none' as const, 'create' as const, 'update' as const, 'delete' as const),
    differences: fc.array(difference, { maxLength: 4 }),
  })
  .map(({ address, action, differences }) => stepOf(address, differences, { action }));
const steps = fc.uniqueArray(step, { maxLength: 6, selector: ({ address }) => JSON.stringify(address) });
const inputs = fc.dictionary(fc.constantFrom('project_id', 'access_mode', 'prune', 'role_id'), text);

const planned = (list: readonly StepView[], reviewed: Planned['reviewed'] = {}, prune = false): Planned => ({
  plan: { steps: list, prune },
  reviewed,
});
function digest({ plan, reviewed }: Planned): string {
  const review = reviewable(plan, reviewed);
  if ('unread' in review) throw new Error('there is no digest');
  return digestOf(review);
}
/** The output `plan` of a run that would do this. */
const outputOf = ({ plan, reviewed }: Planned): string => JSON.stringify(planJson(reportOf({ plan, reviewed }), plan));

describe('the digest of a plan', () => {
  test('order, words, surplus that is kept, which keys are left alone → the same', () => {
    fc.assert(
      fc.property(steps, inputs, fc.func(fc.integer()), text, (list, reviewed, key, words) => {
        const kept = differs('project-role.surplus', { kind: 'surplus', field: words, change: { remove: words } });
        const shuffled = [...list]
          .sort((one, other) => key(one.address) - key(other.address))
          .map((one): StepView => {
            const worded = one.differences.map((other) => ({ ...other, field: words, live: words, desired: words }));
            return { ...one, differences: [...worded, kept].reverse() };
          });
        const backwards = Object.fromEntries(Object.entries(reviewed).reverse());
        expect(digest(planned(shuffled, backwards))).toBe(digest(planned(list, reviewed)));
      }),
    );
  });

  test('another change, action or input → another', () => {
    fc.assert(
      fc.property(steps, inputs, fc.nat(), text, (list, reviewed, pick, words) => {
        const before = digest(planned(list, reviewed));
        const role = { role_id: `${reviewed['role_id'] ?? ''}x` };
        expect(digest(planned(list, { ...reviewed, ...role }))).not.toBe(before);
        const active = list.filter((one) => one.action !== 'none');
        const one = active[pick % Math.max(1, active.length)];
        if (one === undefined) return;
        const replaced = (more: Partial<StepView>): StepView[] =>
          list.map((other) => (other === one ? { ...one, ...more } : other));
        const more = differs('role.permission-missing', { change: { add: words } });
        expect(digest(planned(replaced({ differences: [...one.differences, more] }), reviewed))).not.toBe(before);
        const action = one.action === 'create' ? 'delete' : 'create';
        expect(digest(planned(replaced({ action }), reviewed))).not.toBe(before);
      }),
    );
  });

  test('a key is issued, keys are disabled or deleted → covered, each by its id', () => {
    const issued = planned([stepOf(KEY, [differs('key.missing', { makes: 'key issued' })])]);
    const surplus = differs('key.foreign', { kind: 'surplus', makes: 'keys removed', change: { delete: 'a' } });
    const another = { ...surplus, change: { delete: 'b' } };
    const old = (id: string): Difference => differs('key.superseded', { change: { disable: id, why: 'superseded' } });
    const nothing = digest(planned([]));
    expect(digest(issued)).not.toBe(nothing);
    expect(digest(planned([stepOf(KEY, [surplus], { action: 'none' })], {}))).toBe(nothing);
    expect(digest(planned([stepOf(KEY, [surplus])], {}, true))).not.toBe(nothing);
    expect(digest(planned([stepOf(KEY, [surplus])], {}, true))).not.toBe(
      digest(planned([stepOf(KEY, [another])], {}, true)),
    );
    expect(digest(planned([stepOf(KEY, [old('a')])]))).not.toBe(digest(planned([stepOf(KEY, [old('b')])])));
  });

  test('surplus that would be removed → covered, so it differs from the one that is kept', () => {
    const surplus = differs('project-role.surplus', { kind: 'surplus', change: { revoke: 'roles/editor' } });
    const [kept, removed] = (['none', 'update'] as const).map((action) => [stepOf(POLICY, [surplus], { action })]);
    const without = [stepOf(POLICY, [])];
    expect(digest(planned(kept ?? []))).toBe(digest(planned(without)));
    expect(digest(planned(removed ?? [], {}, true))).not.toBe(digest(planned(without, {}, true)));
  });

  test('a known plan → a fixed digest: what was reviewed with an older version stays reviewed', () => {
    const created = differs('role.missing', { makes: 'created', change: { create: { permissions: ['a.b.c'] } } });
    const plan = planned([stepOf(ROLE, [created], { action: 'create' })], { project_id: 'p', prune: false });
    expect(digest(plan)).toMatchInlineSnapshot(`"6fa4b2a5bba04b30921b8a1656d570ffbadbd5ad072e6e9671a367425fc4432c"`);
  });
});

describe('expected_plan', () => {
  test('the same plan → nothing to say, whether given whole or by its digest', () => {
    fc.assert(
      fc.property(steps, inputs, fc.boolean(), (list, reviewed, prune) => {
        const now = planned(list, reviewed, prune);
        expect(compareWithReviewed(now, digest(now))).toBeUndefined();
        expect(compareWithReviewed(now, outputOf(now))).toBeUndefined();
        expect(compareWithReviewed(now, 'a'.repeat(64))).toBeDefined();
      }),
    );
  });

  const add = (name: string): Difference =>
    differs('role.permission-missing', {
      ...{ field: `permission ${name}`, live: 'absent', desired: 'present', kind: 'missing', change: { add: name } },
    });
  const now = planned([stepOf(ROLE, [add('a'), add('b')])], { read_api: 'rest', location: 'EU' });

  test('another plan, given whole → a line for each thing that differs, in words', () => {
    const before = planned([stepOf(ROLE, [add('b'), add('c')])], { read_api: 'storage', location: 'EU' });
    const comparison = compareWithReviewed(now, outputOf(before));
    expect(comparison?.lines).toEqual([
      'Plan does not match expected_plan:',
      '- read_api: storage',
      '- update role/segmentReverseEtl: permission c: absent → present',
      '+ read_api: rest',
      '+ update role/segmentReverseEtl: permission a: absent → present',
    ]);
    expect(comparison?.problem).toMatchObject({ severity: 'error', code: 'plan.not-as-reviewed' });
    const [expected, got] = [digest(before), digest(now)];
    expect(comparison?.problem.because).toContain(
      `the plan does not match expected_plan (expected ${expected}, got ${got}): - read_api: storage; - update`,
    );
    expect(comparison?.problem.remedy).toContain('Run mode plan again');
  });

  test('another plan, given by its digest → everything that would be done', () => {
    const comparison = compareWithReviewed(now, 'a'.repeat(64));
    expect(comparison?.lines.slice(1)).toEqual([
      '+ update role/segmentReverseEtl: permission a: absent → present',
      '+ update role/segmentReverseEtl: permission b: absent → present',
    ]);
    const nothing = compareWithReviewed(planned([]), 'a'.repeat(64));
    expect(nothing?.problem.because).toMatch(/this run would change nothing$/);
  });

  test('other words for the same change → the same plan', () => {
    const worded = planned([stepOf(ROLE, [{ ...add('a'), field: 'right a' }, add('b')])], now.reviewed);
    expect(compareWithReviewed(now, outputOf(worded))).toBeUndefined();
  });

  test.each([
    ['a changed plan', outputOf(now).replace('{"add":"a"}', '{"add":"z"}'), 'a plan that was changed'],
    [
      'another code',
      outputOf(now).replace('role.permission-missing', 'role.permission-excess'),
      'a plan that was changed',
    ],
    ['a changed input', outputOf(now).replace('"read_api":"rest"', '"read_api":"storage"'), 'a plan that was changed'],
    ['a plan without a digest', outputOf(now).replace(/"digest":"\w+",/, ''), 'a plan without a digest'],
    ['something else', '{"version":1}', 'no plan of this version'],
    ['nothing', '{}', 'no plan of this version'],
    ['null', 'null', 'no plan of this version'],
    ['no JSON', 'yes', 'no plan of this version'],
  ])('%s → refused, whatever this run would do', (_name, expected, why) => {
    expect(compareWithReviewed(now, expected)?.problem.because).toContain(`(expected ${why}`);
  });

  test('something unread → refused, and says what', () => {
    const plan: PlanView = planOf(stepOf(POLICY, [], { action: 'unknown' }), stepOf(ROLE, []));
    expect(compareWithReviewed({ plan, reviewed: {} }, 'a'.repeat(64))).toMatchObject({
      problem: { because: 'the plan of this run is not known: project-policy/acme-analytics could not be read' },
      lines: [],
    });
    expect(compareWithReviewed(now, outputOf({ plan, reviewed: {} }))?.problem.because).toContain('without a digest');
  });
});
