import { describe, expect, test } from '@jest/globals';
import {
  READ_SESSIONS,
  accessModeRows,
  hasCustomRole,
  isScopedRole,
  permissionsOf,
  readingOf,
  rolesOf,
  rolesOfAnyMode,
} from '../../../src/blueprint/access-modes.ts';
import type { AccessMode } from '../../../src/inputs/target.ts';
import { MEMBER, PROJECT, condition, names } from '../resources/fixtures.ts';

const FULL = ['roles/bigquery.user', 'roles/bigquery.dataEditor'];
const LIMITED = ['bigquery.datasets.get', 'bigquery.jobs.create', 'bigquery.tables.getData'];

describe('access modes', () => {
  test.each([
    ['limited', { roles: [names.role], custom: true, permissions: LIMITED, state: true, sources: false }],
    ['full', { roles: FULL, custom: false, permissions: [], state: false, sources: false }],
    [
      'scoped',
      { roles: [names.role], custom: true, permissions: ['bigquery.jobs.create'], state: true, sources: true },
    ],
  ] as const)('%s: what it grants and manages', (mode, expected) => {
    expect({
      roles: rolesOf({ mode }, names),
      custom: hasCustomRole({ mode }),
      permissions: permissionsOf({ mode, readApi: 'rest' }),
      state: accessModeRows[mode].managesStateDataset,
      sources: accessModeRows[mode].grantsSources,
    }).toEqual(expected);
  });

  test.each(['limited', 'scoped'] as const)('%s: read_api storage → sessions besides', (mode) => {
    const core = permissionsOf({ mode, readApi: 'rest' });
    expect(permissionsOf({ mode, readApi: 'storage' })).toEqual([...core, ...READ_SESSIONS]);
  });

  test('ours to revoke → the roles of every mode', () => {
    expect(rolesOfAnyMode(names)).toEqual([names.role, ...FULL]);
  });
});

describe('isScopedRole', () => {
  const bound = { bindings: [{ role: names.role, members: [MEMBER] }] };
  const scoped = { includedPermissions: ['bigquery.jobs.create'] };
  test.each([
    ['bound, and cannot read tables', scoped, bound, true],
    [
      'bound under a condition, and cannot read tables',
      scoped,
      { bindings: [{ ...bound.bindings[0], condition }] },
      true,
    ],
    ['bound, and can read tables', { includedPermissions: LIMITED }, bound, false],
    ['not bound', scoped, {}, false],
    ['only others bound', scoped, { bindings: [{ role: names.role, members: ['user:a@b.c'] }] }, false],
    ['deleted', { ...scoped, deleted: true }, bound, false],
    ['absent', undefined, bound, false],
    ['without a policy', scoped, undefined, false],
  ])('role %s → %p', (_, role, policy, expected) => {
    expect(isScopedRole(role, policy, names)).toBe(expected);
  });
});

describe('readingOf', () => {
  const HERE = `${PROJECT}.shop`;
  const THERE = 'other.shop';
  const modes: readonly AccessMode[] = ['limited', 'full', 'scoped'];
  test.each(
    modes.flatMap((mode) => [
      { mode, name: HERE, named: true, isOurs: true, expected: 'withdrawn' },
      { mode, name: HERE, named: true, isOurs: false, expected: 'surplus' },
      { mode, name: THERE, named: false, isOurs: true, expected: 'withdrawn' },
      { mode, name: THERE, named: false, isOurs: false, expected: 'surplus' },
      { mode, name: THERE, named: true, isOurs: true, expected: mode === 'scoped' ? 'withdrawn' : 'allowed' },
      { mode, name: THERE, named: true, isOurs: false, expected: mode === 'scoped' ? 'surplus' : 'allowed' },
    ]),
  )(
    '$mode: $name, in source_datasets: $named, ours: $isOurs → $expected',
    ({ mode, name, named, isOurs, expected }) => {
      const access = { mode, sourceDatasets: named ? [name] : [] };
      expect(readingOf(name, { access, projectId: PROJECT }, isOurs)).toBe(expected);
    },
  );
});
