import { describe, expect, test } from '@jest/globals';
import { claimsIn, claimsOf, grantClaimsIn } from '../../../src/verify/claims.ts';
import type { Claim, ClaimTarget } from '../../../src/verify/claims.ts';
import { PROJECT, STATE, planOf, stepOf } from './plan-of.ts';

const READING = ['bigquery.datasets.get', 'bigquery.tables.getData'];
const WRITING = ['bigquery.datasets.create', 'bigquery.tables.updateData'];
const SESSIONS = ['create', 'getData', 'update'].map((verb) => `bigquery.readsessions.${verb}`);
const NEVER = ['resourcemanager.projects.setIamPolicy', 'iam.serviceAccountKeys.create'];
const ON_STATE = [
  'see the state dataset __segment_reverse_etl, in EU',
  'create tables in __segment_reverse_etl (dry run of CREATE TABLE)',
];

function targetOf(access: Partial<ClaimTarget['access']>, proofTables: readonly string[] = []): ClaimTarget {
  const standard = { sourceDatasets: [`${PROJECT}.shop`], readApi: 'rest' } as const;
  return { projectId: PROJECT, access: { mode: 'limited', ...standard, ...access }, proofTables };
}

const whats = (claims: readonly Claim[], expected: Claim['expected']): string[] =>
  claims.filter((claim) => claim.expected === expected).map(({ what }) => what);
const permissionsIn = (claims: readonly Claim[], expected: Claim['expected']): string[] =>
  claims.flatMap(({ attempt, ...claim }) =>
    attempt.kind === 'permission' && claim.expected === expected ? [attempt.permission] : [],
  );

describe('claimsOf', () => {
  test.each([
    ['limited, rest', { mode: 'limited' }, READING, [...NEVER, ...WRITING, ...SESSIONS]],
    ['limited, storage', { mode: 'limited', readApi: 'storage' }, [...READING, ...SESSIONS], [...NEVER, ...WRITING]],
    ['full, rest', { mode: 'full' }, [...WRITING, ...READING], NEVER],
    ['full, storage', { mode: 'full', readApi: 'storage' }, [...WRITING, ...READING, ...SESSIONS], NEVER],
    ['scoped, rest', { mode: 'scoped' }, [], [...NEVER, ...WRITING, ...READING, ...SESSIONS]],
    ['scoped, storage', { mode: 'scoped', readApi: 'storage' }, SESSIONS, [...NEVER, ...WRITING, ...READING]],
  ] as const)('%s → what it can use on the project, and what not', (_title, access, can, cannot) => {
    const claims = claimsOf(targetOf(access), { isDatasetThere: true, location: 'EU' });
    expect({ can: permissionsIn(claims, 'can'), cannot: permissionsIn(claims, 'cannot') }).toEqual({ can, cannot });
  });

  test.each([
    ['limited', true, ON_STATE],
    ['limited', false, ON_STATE],
    ['full', true, ON_STATE],
    ['full', false, []],
    ['scoped', true, [...ON_STATE, `read the dataset ${PROJECT}.shop (list of its tables)`]],
  ] as const)('%s, state dataset there: %s → what is tried besides', (mode, isDatasetThere, besides) => {
    const claims = claimsOf(targetOf({ mode }, ['shop.orders']), { isDatasetThere, location: 'EU' });
    const tried = whats(claims, 'can').filter((what) => !what.startsWith('use '));
    expect(tried).toEqual(['run a query (dry run of SELECT 1)', ...besides, 'read shop.orders (dry run of SELECT)']);
  });

  test('positive claims come first', () => {
    const order = claimsOf(targetOf({}), { isDatasetThere: true, location: 'EU' }).map(({ expected }) => expected);
    expect(order).toEqual([...order].sort());
  });

  test('a statement runs where the state dataset lies, and the others wherever BigQuery finds', () => {
    const claims = claimsOf(targetOf({}, ['shop.orders']), { isDatasetThere: true, location: 'EU' });
    const statements = claims.flatMap(({ attempt }) => (attempt.kind === 'statement' ? [attempt] : []));
    expect(statements).toMatchObject([
      { statement: 'SELECT 1', on: 'project' },
      {
        statement: `CREATE TABLE \`${PROJECT}.__segment_reverse_etl.segment_reverse_etl_probe\` (x INT64)`,
        on: 'dataset',
        location: 'EU',
      },
      { statement: 'SELECT * FROM `shop.orders`', table: 'shop.orders', on: 'project' },
    ]);
  });
});

describe('claims of a plan', () => {
  const state = (outputs: object, isThere = true) => planOf(stepOf(STATE, [], { isThere, outputs }));

  test.each([
    [
      'a location that reading found → said',
      state({ location: 'EU' }),
      'see the state dataset __segment_reverse_etl, in EU',
    ],
    ['no location known → not compared', state({ location: '' }), 'see the state dataset __segment_reverse_etl'],
    ['no state dataset in the plan → not compared', planOf(), 'see the state dataset __segment_reverse_etl'],
  ])('%s', (_title, plan, what) => {
    expect(whats(claimsIn(plan, targetOf({})), 'can')).toContain(what);
  });

  test.each([
    ['full', true, true],
    ['full', false, false],
    ['limited', false, true],
    ['scoped', false, true],
  ] as const)('%s, state dataset there: %s → seen: %s', (mode, isThere, isSeen) => {
    const claims = claimsIn(state({ location: 'EU' }, isThere), targetOf({ mode }));
    expect(claims.some(({ attempt }) => attempt.kind === 'dataset')).toBe(isSeen);
  });

  test('what is tried before anything is taken away → positive claims alone, and no tables of models', () => {
    const claims = grantClaimsIn(state({ location: 'EU' }), targetOf({}, ['shop.orders']));
    expect(claims.every(({ expected }) => expected === 'can')).toBe(true);
    expect(claims.map(({ what }) => what)).not.toContain('read shop.orders (dry run of SELECT)');
    expect(claims.map(({ what }) => what)).toEqual(expect.arrayContaining(ON_STATE));
  });

  test('the same in full → nothing of the state dataset, which Segment creates', () => {
    const claims = grantClaimsIn(state({ location: 'EU' }), targetOf({ mode: 'full' }));
    expect(whats(claims, 'can')).not.toEqual(expect.arrayContaining(ON_STATE));
  });
});
