import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Policy } from '../../../src/cloud/google/project-policies.ts';
import { addGrant, grantsOf, othersBoundTo, removeMember, leftoversOf } from '../../../src/cloud/google/bindings.ts';

const ME = 'serviceAccount:segment-reverse-etl@acme.iam.gserviceaccount.com';
const LEFTOVER = `deleted:${ME}?uid=123`;
const condition = { title: 'until June', expression: 'request.time < timestamp("2027-06-01T00:00:00Z")' };

const member = fc.oneof(
  fc.constant(ME),
  fc.constant(LEFTOVER),
  fc.nat(30).map((number) => `user:person${String(number)}@acme.example`),
);
const binding = fc.record(
  {
    role: fc.constantFrom('roles/a', 'roles/b', 'roles/c'),
    members: fc.uniqueArray(member, { minLength: 1, maxLength: 5 }),
    condition: fc.constant(condition),
  },
  { requiredKeys: ['role', 'members'] },
);
const policy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(3),
  etag: fc.constant('BwY='),
  bindings: fc.array(binding, { maxLength: 8 }),
  auditConfigs: fc.constant([{ service: 'allServices' }]),
});

/** Everything of a policy that is not this member's. */
const foreign = (given: Policy, own: string): unknown => ({
  ...given,
  bindings: (given.bindings ?? [])
    .map((one) => ({ ...one, members: (one.members ?? []).filter((other) => other !== own) }))
    .filter((one) => one.members.length > 0),
});

describe('bindings', () => {
  test('addGrant: any policy → our grant is there once, nobody else is touched', () => {
    fc.assert(
      fc.property(policy, (before) => {
        const after = addGrant(before, 'roles/a', ME);
        expect(foreign(after, ME)).toEqual(foreign(before, ME));
        expect(grantsOf(after, ME)).toContainEqual({ role: 'roles/a', condition: undefined });
        expect(addGrant(after, 'roles/a', ME)).toEqual(after);
      }),
    );
  });

  test('removeMember: any policy → our member is gone where asked, nobody else is touched, no binding is empty', () => {
    fc.assert(
      fc.property(policy, (before) => {
        const after = removeMember(before, (one) => one.role === 'roles/b', ME);
        expect(foreign(after, ME)).toEqual(foreign(before, ME));
        expect(grantsOf(after, ME)).toEqual(grantsOf(before, ME).filter(({ role }) => role !== 'roles/b'));
        expect((after.bindings ?? []).every((one) => (one.members ?? []).length > 0)).toBe(true);
      }),
    );
  });

  test('addGrant: only a conditional binding of the role → a binding of its own', () => {
    const before: Policy = { bindings: [{ role: 'roles/a', members: ['user:x@y.z'], condition }] };
    expect(addGrant(before, 'roles/a', ME).bindings).toEqual([
      { role: 'roles/a', members: ['user:x@y.z'], condition },
      { role: 'roles/a', members: [ME] },
    ]);
  });

  test("members: other case, leftovers → same e-mail is ours, a leftover is neither ours nor others'", () => {
    const before: Policy = { bindings: [{ role: 'roles/a', members: [ME.toLowerCase(), LEFTOVER, 'user:x@y.z'] }] };
    expect(grantsOf(before, ME)).toHaveLength(1);
    expect(leftoversOf(before, ME)).toEqual([LEFTOVER]);
    expect(othersBoundTo(before, 'roles/a', ME)).toEqual(['user:x@y.z']);
  });
});
