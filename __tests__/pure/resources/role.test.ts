import { describe, expect, test } from '@jest/globals';
import type { Role, RoleDocument } from '../../../src/cloud/google/roles.ts';
import type { RoleDesign, RoleLive } from '../../../src/resources/role/design.ts';
import { examineRole } from '../../../src/resources/role/examine.ts';
import { role } from '../../../src/resources/role/role.ts';
import { projectEdge } from '../../../src/resources/picture.ts';
import {
  MEMBER,
  PROJECT,
  addresses,
  alreadyExists,
  changesIn,
  described,
  edges,
  fakeDocument,
  fakeRun,
  names,
  order,
  outline,
  words,
} from './fixtures.ts';

const PERMISSIONS = ['bigquery.datasets.get', 'bigquery.jobs.create', 'bigquery.tables.getData'];
const design: RoleDesign = {
  deleteAfter: [addresses.policy],
  address: addresses.role,
  name: names.role,
  permissions: PERMISSIONS,
  target: 'retl',
  adopt: false,
  want: 'present',
  edge: projectEdge(names, PROJECT, names.role),
};
const ours = described('created', { target: 'retl' });
const live = (change: Role = {}, others: readonly string[] = []): RoleLive => ({
  role: { name: names.role, description: ours, stage: 'GA', includedPermissions: PERMISSIONS, ...change },
  others,
});

interface Row {
  readonly name: string;
  readonly design?: Partial<RoleDesign>;
  readonly live: RoleLive | undefined;
  readonly differences?: readonly string[];
  readonly told?: readonly string[];
  /** In one of what is told. */
  readonly says?: RegExp;
}

const rows: Row[] = [
  { name: 'as it should be → in sync', live: live() },
  { name: 'absent → missing', live: undefined, differences: ['role.missing missing'] },
  { name: 'deleted → deleted', live: live({ deleted: true }), differences: ['role.deleted missing'] },
  {
    name: 'deleted after it lost a permission → both',
    live: live({ deleted: true, includedPermissions: PERMISSIONS.slice(0, 2) }),
    differences: ['role.deleted missing', 'role.permission-missing missing'],
  },
  {
    name: 'deleted, with others bound → a warning that they get access back',
    live: live({ deleted: true }, ['user:ann@acme.example']),
    differences: ['role.deleted missing'],
    told: ['warning role.others-bound'],
  },
  { name: 'disabled → disabled', live: live({ stage: 'DISABLED' }), differences: ['role.disabled changed'] },
  { name: 'another stage → in sync', live: live({ stage: 'BETA' }) },
  {
    name: 'a permission short → missing',
    live: live({ includedPermissions: PERMISSIONS.slice(1) }),
    differences: ['role.permission-missing missing'],
  },
  {
    name: 'a permission too many → excess',
    live: live({ includedPermissions: [...PERMISSIONS, 'bigquery.tables.delete'] }),
    differences: ['role.permission-excess changed'],
  },
  {
    name: 'unmarked → refused',
    live: live({ description: 'By hand' }),
    differences: ['role.unmarked missing'],
    told: ['error owner.unmarked'],
    says: /use the role .*not managed by this action.*adopt: true.*role_id/,
  },
  {
    name: 'unmarked, with adopt → adopted',
    design: { adopt: true },
    live: live({ description: 'By hand' }),
    differences: ['role.unmarked missing'],
  },
  {
    name: 'unmarked, with adopt, and a description that leaves no room → refused',
    design: { adopt: true },
    live: live({ description: 'x'.repeat(250) }),
    differences: ['role.unmarked missing'],
    told: ['error owner.no-room'],
  },
  {
    name: 'marked for another target → refused, adopt or not',
    design: { adopt: true },
    live: live({ description: described('created', { target: 'other' }) }),
    differences: ['role.marked-for-another changed'],
    told: ['error owner.another-target'],
    says: /use the role .*managed for other.*role_id/,
  },
  { name: 'destroy: absent → nothing', design: { want: 'absent' }, live: undefined },
  { name: 'destroy: deleted → nothing', design: { want: 'absent' }, live: live({ deleted: true }) },
  {
    name: 'destroy: created → deleted',
    design: { want: 'absent' },
    live: live(),
    differences: ['role.to-delete changed'],
  },
  {
    name: 'destroy: created, with others bound → kept',
    design: { want: 'absent' },
    live: live({}, ['user:ann@acme.example']),
    told: ['warning role.left'],
  },
  {
    name: 'destroy: adopted → released',
    design: { want: 'absent' },
    live: live({ description: described('adopted', { target: 'retl' }) }),
    differences: ['role.to-release changed'],
  },
  {
    name: 'destroy: unmarked → kept',
    design: { want: 'absent' },
    live: live({ description: '' }),
    told: ['warning role.left'],
  },
  {
    name: 'destroy: marked for another target → kept',
    design: { want: 'absent' },
    live: live({ description: described('created', { target: 'other' }) }),
    told: ['warning role.left'],
  },
];

describe('examineRole', () => {
  test.each(rows)('role: $name', ({ design: change, live, differences = [], told = [], says = /^/ }) => {
    const found = examineRole({ ...design, ...change }, live);
    expect(outline(found)).toEqual({ differences, told });
    expect(JSON.stringify(found.diagnostics)).toMatch(says);
  });

  test('role: missing → the plan says what it will hold', () => {
    const [difference] = examineRole(design, undefined).differences;
    expect(difference).toMatchObject({
      desired: `present, with ${PERMISSIONS.join(', ')}`,
      change: { create: { permissions: PERMISSIONS } },
    });
  });

  test('role: each difference → its phase, its deed, its words, and the edge that it is about', () => {
    const off = live({
      stage: 'DISABLED',
      deleted: true,
      description: '',
      includedPermissions: [...PERMISSIONS.slice(1), 'bigquery.tables.delete'],
    });
    const found = examineRole({ ...design, adopt: true }, off);
    expect(order(found)).toEqual([
      'role.deleted: grant, restored, given',
      'role.unmarked: grant, adopted',
      'role.disabled: grant, enabled, given',
      'role.permission-missing: grant, updated, given',
      'role.permission-excess: narrow, updated, taken',
    ]);
    expect(words(found)).toEqual([
      'role: deleted → present',
      'owner: unmarked → marked for retl',
      'stage: DISABLED → GA',
      'permission bigquery.datasets.get: absent → present',
      'permission bigquery.tables.delete: present → absent',
    ]);
    const edge = 'retl → project acme: segmentRole';
    expect(edges(found)).toEqual([edge, '–', edge, edge, edge]);
  });

  test.each([
    [true, 'adoption'],
    [false, undefined],
  ])('role: unmarked, adopt %p → exempt from drift: %s', (adopt, exempt) => {
    const [difference] = examineRole({ ...design, adopt }, live({ description: '' })).differences;
    expect(difference?.exempt).toBe(exempt);
  });
});

describe('role', () => {
  interface Kept {
    readonly resource: ReturnType<typeof role>;
    readonly document: ReturnType<typeof fakeRole>;
  }
  function fakeRole(first: Role | undefined) {
    const document = fakeDocument<Role>(first);
    const deeds: string[] = [];
    const act = (deed: string, change: Role): Promise<Role> => {
      deeds.push(deed);
      document.put({ ...document.now(), ...change });
      document.learn(document.now());
      return Promise.resolve(document.now() ?? {});
    };
    const whole = {
      ...document,
      deeds,
      name: names.role,
      create: (created: Role) => act('create', created),
      undelete: () => act('undelete', { deleted: false }),
      delete: () => act('delete', { deleted: true }).then(() => undefined),
    };
    return whole satisfies RoleDocument;
  }
  function keep(first: Role | undefined, change: Partial<RoleDesign> = {}): Kept {
    const document = fakeRole(first);
    const policy = fakeDocument({ bindings: [{ role: names.role, members: [MEMBER] }] });
    const title = { title: 'Segment', description: 'For Segment.' };
    return { resource: role({ ...design, ...change, ...title, member: MEMBER, document, policy }), document };
  }
  test('role: destroy, others are bound by the policy → kept, and they are named', async () => {
    const policy = fakeDocument({ bindings: [{ role: names.role, members: [MEMBER, 'user:ann@acme.example'] }] });
    const title = { title: 'Segment', description: 'For Segment.' };
    const document = fakeRole(live().role);
    const resource = role({ ...design, want: 'absent', ...title, member: MEMBER, document, policy });
    const { differences, diagnostics } = resource.examine(await resource.read());
    expect(differences).toEqual([]);
    expect(diagnostics[0]?.because).toContain('others are bound to it (user:ann@acme.example)');
  });

  test('role: absent → created, with its marker', async () => {
    const { resource, document } = keep(undefined);
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'grant'), fakeRun());
    expect(document.deeds).toEqual(['create']);
    expect(document.now()).toMatchObject({
      description: 'For Segment. [segment-retl created for=retl]',
      includedPermissions: PERMISSIONS,
    });
  });

  test('role: deleted, short of one permission and with one too many → each phase does its own, in one write', async () => {
    const { resource, document } = keep({
      ...live({ deleted: true, includedPermissions: [...PERMISSIONS.slice(1), 'x.y.z'] }).role,
    });
    const found = await resource.read();
    const examined = resource.examine(found);
    await resource.change(found, changesIn(examined, 'grant'), fakeRun());
    expect(document.now()?.includedPermissions).toEqual([...PERMISSIONS.slice(1), 'x.y.z', 'bigquery.datasets.get']);
    await resource.change(found, changesIn(examined, 'narrow'), fakeRun());
    expect(document.now()?.includedPermissions).toEqual([...PERMISSIONS.slice(1), 'bigquery.datasets.get']);
    expect(document.deeds).toEqual(['undelete']);
    expect(document.log).toEqual(['read', 'write', 'write']);
  });

  test('role: found to exist while it is created, unmarked → refused, with adopt too', async () => {
    const { resource, document } = keep(undefined, { adopt: true });
    const found = await resource.read();
    document.put({ name: names.role });
    document.create = alreadyExists;
    const changes = changesIn(resource.examine(found), 'grant');
    await expect(resource.change(found, changes, fakeRun())).rejects.toThrow(/not managed by this action/);
  });
});
