import { describe, expect, test } from '@jest/globals';
import type { Binding, Policy } from '../../../src/cloud/google/project-policies.ts';
import type { Account } from '../../../src/cloud/google/service-accounts.ts';
import { examineProjectPolicy } from '../../../src/resources/project-policy/examine.ts';
import type { ProjectPolicyDesign } from '../../../src/resources/project-policy/examine.ts';
import { projectPolicy } from '../../../src/resources/project-policy/project-policy.ts';
import {
  DELETED,
  MEMBER,
  PROJECT,
  addresses,
  apiError,
  changesIn,
  claimsOn,
  condition,
  described,
  edges,
  fakeDocument,
  fakeRun,
  names,
  order,
  outline,
  words,
} from './fixtures.ts';
import type { FakeDocument } from './fixtures.ts';

const FULL = ['roles/bigquery.user', 'roles/bigquery.dataEditor'];
const design: ProjectPolicyDesign = {
  address: addresses.policy,
  names,
  projectId: PROJECT,
  roles: [names.role],
  ours: [names.role, ...FULL],
  want: 'present',
  grantAfter: [addresses.role, addresses.account],
  revokeAfter: { deleted: [addresses.account], released: [addresses.credential] },
  ...{ impersonators: [], writes: false },
};
const ours = { isOurs: true, isCreated: true, principal: undefined };
const full: Partial<ProjectPolicyDesign> = { roles: FULL, grantAfter: [addresses.account] };
const destroy: Partial<ProjectPolicyDesign> = { want: 'absent', roles: [] };
const bound = (role: string, more: Binding = {}): Binding => ({
  role,
  members: [MEMBER, 'user:ann@acme.example'],
  ...more,
});

interface Row {
  readonly name: string;
  readonly design?: Partial<ProjectPolicyDesign>;
  readonly bindings: readonly Binding[];
  readonly isOurs?: boolean;
  readonly differences?: readonly string[];
}

const rows: Row[] = [
  { name: 'bound to its role → in sync', bindings: [bound(names.role)] },
  {
    name: 'bound in another spelling → in sync',
    bindings: [{ role: names.role, members: [MEMBER.toUpperCase()] }],
  },
  { name: 'not bound → missing', bindings: [], differences: ['project-role.missing missing'] },
  {
    name: 'only others bound → missing',
    bindings: [{ role: names.role, members: ['user:ann@acme.example'] }],
    differences: ['project-role.missing missing'],
  },
  {
    name: 'bound under a condition only → granted without, and the conditional one revoked',
    bindings: [bound(names.role, { condition })],
    differences: ['project-role.conditional changed', 'project-role.excess changed'],
  },
  {
    name: 'bound with and without a condition → the conditional one revoked',
    bindings: [bound(names.role, { condition }), bound(names.role)],
    differences: ['project-role.excess changed'],
  },
  {
    name: 'a role of another access mode, with or without a condition → excess',
    bindings: [bound(names.role), bound('roles/bigquery.dataEditor'), bound('roles/bigquery.user', { condition })],
    differences: ['project-role.excess changed', 'project-role.excess changed'],
  },
  {
    name: 'the same role in two bindings → excess once',
    bindings: [bound(names.role), bound(FULL[0] ?? ''), bound(FULL[0] ?? '')],
    differences: ['project-role.excess changed'],
  },
  {
    name: 'basic, predefined, conditional roles, and those of other services → surplus',
    bindings: [
      bound(names.role),
      bound('roles/editor'),
      bound('roles/bigquery.admin'),
      bound('roles/bigquery.dataOwner', { condition }),
      bound('roles/storage.admin'),
    ],
    differences: Array<string>(4).fill('project-role.surplus surplus'),
  },
  {
    name: 'a leftover of a deleted account → dropped',
    bindings: [bound(names.role), { role: 'roles/viewer', members: [DELETED] }],
    differences: ['project-role.leftover changed'],
  },
  {
    name: 'a leftover in two bindings → dropped once',
    bindings: [
      bound(names.role),
      { role: 'roles/viewer', members: [DELETED] },
      { role: 'roles/editor', members: [DELETED] },
    ],
    differences: ['project-role.leftover changed'],
  },
  {
    name: 'full: not bound → both roles missing',
    design: full,
    bindings: [],
    differences: ['project-role.missing missing', 'project-role.missing missing'],
  },
  {
    name: 'full: bound to the custom role → that is excess',
    design: full,
    bindings: [...FULL.map((role) => bound(role)), bound(names.role)],
    differences: ['project-role.excess changed'],
  },
  { name: 'destroy: not bound → nothing', design: destroy, bindings: [] },
  {
    name: 'destroy: bound to ours and to another → ours revoked, the other surplus',
    design: destroy,
    bindings: [bound(names.role), bound('roles/bigquery.user', { condition }), bound('roles/editor')],
    differences: ['project-role.to-revoke changed', 'project-role.to-revoke changed', 'project-role.surplus surplus'],
  },
  {
    name: 'destroy: a leftover → dropped',
    design: destroy,
    bindings: [{ role: names.role, members: [DELETED] }],
    differences: ['project-role.leftover changed'],
  },
  {
    name: 'destroy: the account is not ours → nothing',
    design: destroy,
    isOurs: false,
    bindings: [bound(names.role), { role: names.role, members: [DELETED] }],
  },
];

describe('examineProjectPolicy', () => {
  test.each(rows)('project policy: $name', ({ design: change, bindings, isOurs = true, differences = [] }) => {
    const live = { ...ours, policy: { bindings: [...bindings] }, isOurs };
    expect(outline(examineProjectPolicy({ ...design, ...change }, live))).toEqual({ differences, told: [] });
  });

  test('project policy: each difference → its phase, its deed and what it stands on', () => {
    const bindings = [bound(names.role, { condition }), bound('roles/editor'), { role: 'r', members: [DELETED] }];
    const found = examineProjectPolicy(design, { ...ours, policy: { bindings } });
    expect(order(found)).toEqual([
      'project-role.leftover: grant, leftovers removed, role/segmentRole, service-account/retl',
      'project-role.conditional: grant, access granted, given, role/segmentRole, service-account/retl',
      'project-role.excess: narrow, access revoked, taken',
      'project-role.surplus: narrow, access revoked, taken',
    ]);
    expect(words(found)).toEqual([
      `member ${DELETED}: left over from a deleted account → absent`,
      `binding ${names.role}: only if "office hours" → present`,
      `binding ${names.role} if "office hours": present → absent`,
      'binding roles/editor: present → absent',
    ]);
  });

  test('project policy: missing → the role by its full name', () => {
    const found = examineProjectPolicy(design, { ...ours, policy: {} });
    expect(words(found)).toEqual([`binding ${names.role}: absent → present`]);
  });

  test('project policy: edges → the custom role by its id, conditions named, and none for a leftover', () => {
    const bindings = [bound(names.role, { condition }), bound('roles/editor'), { role: 'r', members: [DELETED] }];
    expect(edges(examineProjectPolicy(design, { ...ours, policy: { bindings } }))).toEqual([
      '–',
      'retl → project acme: segmentRole',
      'retl → project acme: segmentRole if "office hours"',
      'retl → project acme: roles/editor',
    ]);
  });

  test('project policy: destroy → leftovers wait for nothing; our binding goes after the account, or after all that its mark is needed for', () => {
    const bindings = [bound(names.role), { role: 'r', members: [DELETED] }];
    const found = examineProjectPolicy({ ...design, ...destroy }, { ...ours, policy: { bindings } });
    expect(order(found)).toEqual([
      'project-role.leftover: narrow, leftovers removed',
      'project-role.to-revoke: remove, access revoked, taken, service-account/retl',
    ]);
    const adopted = { ...ours, isCreated: false, policy: { bindings } };
    expect(order(examineProjectPolicy({ ...design, ...destroy }, adopted)).at(-1)).toBe(
      'project-role.to-revoke: remove, access revoked, taken, credential/retl',
    );
  });

  test('project policy: changes → plain data that tells one deed from another', () => {
    const bindings = [bound(names.role, { condition }), { role: 'r', members: [DELETED] }];
    const { differences } = examineProjectPolicy(design, { ...ours, policy: { bindings } });
    expect(differences.map(({ change }) => change)).toEqual([
      { dropLeftover: DELETED },
      { grant: names.role },
      { revoke: { role: names.role, condition: 'office hours' } },
    ]);
  });
});

describe('projectPolicy', () => {
  const keep = (document: FakeDocument<Policy>, account?: Account, isConfirmed = true) =>
    projectPolicy({
      ...{ ...design, document, principal: () => undefined },
      claims: claimsOn(fakeDocument<Account>(account), isConfirmed),
    });

  test('project policy: one write a phase; what others hold goes back as it came', async () => {
    const others = { role: 'roles/owner', members: ['user:ann@acme.example'] };
    const document = fakeDocument<Policy>({
      bindings: [others, bound(names.role, { condition }), { role: 'roles/viewer', members: [DELETED] }],
      auditConfigs: [{ service: 'allServices' }],
    });
    const resource = keep(document);
    const found = await resource.read();
    const examined = resource.examine(found);
    await resource.change(found, changesIn(examined, 'grant'), fakeRun());
    expect(document.now()).toEqual({
      bindings: [others, bound(names.role, { condition }), { role: names.role, members: [MEMBER] }],
      auditConfigs: [{ service: 'allServices' }],
    });
    await resource.change(found, changesIn(examined, 'narrow'), fakeRun());
    expect(document.now()?.bindings).toEqual([
      others,
      { role: names.role, members: ['user:ann@acme.example'], condition },
      { role: names.role, members: [MEMBER] },
    ]);
    expect(document.log).toEqual(['read', 'write', 'write']);
  });

  test.each([
    ['no account', undefined, true, true],
    ['our account', { description: described('created') }, true, true],
    ['an unmarked account', { description: 'By hand' }, true, false],
    ['a marked account, and nothing confirms it', { description: described('created') }, false, false],
  ])('project policy: %s → ours', async (_, account, isConfirmed, isOurs) => {
    expect((await keep(fakeDocument<Policy>({}), account, isConfirmed).read())?.isOurs).toBe(isOurs);
  });

  test('project policy: what replaces a role is gone since the plan → nothing is revoked', async () => {
    const others = [{ role: 'roles/bigquery.user', members: [MEMBER] }];
    const document = fakeDocument<Policy>({ bindings: others });
    const revoke = { revoke: { role: 'roles/bigquery.user' } };
    await expect(keep(document).change(undefined, [revoke], fakeRun())).rejects.toMatchObject({
      problems: [{ code: 'project-policy.changed', because: expect.stringContaining(names.role) }],
    });
    expect(document.now()?.bindings).toEqual(others);
  });

  test('project policy: the account is too new for Resource Manager → waited for, and said', async () => {
    const document = fakeDocument<Policy>({});
    const edit = document.edit.bind(document);
    let refusals = 4;
    document.edit = (change) => {
      refusals -= 1;
      const words = `Service account ${names.email} does not exist.`;
      return refusals >= 0 ? Promise.reject(apiError(400, 'INVALID_ARGUMENT', words)) : edit(change);
    };
    const run = fakeRun();
    await keep(document).change(undefined, [{ grant: names.role }], run);
    expect(document.now()?.bindings).toEqual([{ role: names.role, members: [MEMBER] }]);
    expect(run.said[0]).toMatch(/does not know the new account or role yet/);
  });
});
