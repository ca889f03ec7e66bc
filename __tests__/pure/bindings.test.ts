import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Policy } from '../../src/cloud/google/project-policies.ts';
import { addGrant, grantsOf, othersBoundTo, removeMember, twinsOf } from '../../src/cloud/google/bindings.ts';

const ME = 'serviceAccount:segment-reverse-etl@acme.iam.gserviceaccount.com';
const TWIN = `deleted:${ME}?uid=123`;
const condition = { title: 'until June', expression: 'request.time < timestamp("2027-06-01T00:00:00Z")' };

const member = fc.oneof(
  fc.constant(ME),
  fc.constant(TWIN),
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

describe('edits of a policy', () => {
  test('adding a grant touches nobody else, and is there once', () => {
    fc.assert(
      fc.property(policy, (before) => {
        const after = addGrant(before, 'roles/a', ME);
        expect(foreign(after, ME)).toEqual(foreign(before, ME));
        expect(grantsOf(after, ME)).toContainEqual({ role: 'roles/a', condition: undefined });
        expect(addGrant(after, 'roles/a', ME)).toEqual(after);
      }),
    );
  });

  test('removing a member touches nobody else, and leaves no empty binding', () => {
    fc.assert(
      fc.property(policy, (before) => {
        const after = removeMember(before, (one) => one.role === 'roles/b', ME);
        expect(foreign(after, ME)).toEqual(foreign(before, ME));
        expect(grantsOf(after, ME)).toEqual(grantsOf(before, ME).filter(({ role }) => role !== 'roles/b'));
        expect((after.bindings ?? []).every((one) => (one.members ?? []).length > 0)).toBe(true);
      }),
    );
  });

  test('a grant never joins a conditional binding of the same role', () => {
    const before: Policy = { bindings: [{ role: 'roles/a', members: ['user:x@y.z'], condition }] };
    expect(addGrant(before, 'roles/a', ME).bindings).toEqual([
      { role: 'roles/a', members: ['user:x@y.z'], condition },
      { role: 'roles/a', members: [ME] },
    ]);
  });

  test('e-mails are compared without case, twins are told apart from the living', () => {
    const before: Policy = { bindings: [{ role: 'roles/a', members: [ME.toLowerCase(), TWIN, 'user:x@y.z'] }] };
    expect(grantsOf(before, ME)).toHaveLength(1);
    expect(twinsOf(before, ME)).toEqual([TWIN]);
    expect(othersBoundTo(before, 'roles/a', ME)).toEqual(['user:x@y.z']);
  });
});
