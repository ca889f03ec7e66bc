import { describe, expect, test } from '@jest/globals';
import type { AccessEntry, Dataset } from '../../../src/cloud/google/datasets.ts';
import type { Policy } from '../../../src/cloud/google/project-policies.ts';
import { ownership } from '../../../src/ownership/record.ts';
import { isAbout } from '../../../src/resources/source-dataset/about.ts';
import { examineSourceDataset } from '../../../src/resources/source-dataset/examine.ts';
import type { Reading, SourceDatasetDesign } from '../../../src/resources/source-dataset/examine.ts';
import type { StateDatasetDesign, StateDatasetLive } from '../../../src/resources/state-dataset/design.ts';
import { examineStateDataset } from '../../../src/resources/state-dataset/examine.ts';
import { accountsIn, countedMark, strangersIn } from '../../../src/resources/state-dataset/strangers.ts';
import { EMAIL, addresses, condition, names, outline } from './fixtures.ts';

const OTHER = EMAIL.replace('retl@', 'other@');
const RUNS = 'serviceAccount:reader@acme-ci.iam.gserviceaccount.com';
const MADE = 'provisioner@acme-ci.iam.gserviceaccount.com';
const POOL = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci';
const design: StateDatasetDesign = {
  ...{ address: addresses.stateDataset, names, location: 'EU', adopt: false, deleteDataset: false },
  ...{ want: 'present', grantAfter: [addresses.account], datasetWriters: [] },
};
const OWNERS: AccessEntry = { role: 'OWNER', specialGroup: 'projectOwners' };
const WRITES: AccessEntry = { role: 'WRITER', userByEmail: EMAIL };
const THEIRS: AccessEntry = { role: 'WRITER', userByEmail: OTHER };
const EVE: AccessEntry = { role: 'OWNER', userByEmail: 'eve@elsewhere.example' };
const labelled = (label: string): Record<string, string> => ({ 'segment-reverse-etl': label });
const live = (
  access: AccessEntry[],
  more: Partial<StateDatasetLive> = {},
  label = 'created_retl',
): StateDatasetLive => ({
  dataset: { location: 'EU', labels: labelled(label), access },
  ...{ owner: ownership('created'), isOurs: true, sources: [], principal: RUNS },
  ...more,
});
const bound = (role: string, member: string, more = {}): Policy => ({
  bindings: [{ role, members: [member], ...more }],
});

describe('who else writes to the state dataset, or owns it', () => {
  const maker = { role: 'OWNER', userByEmail: MADE };
  const direct: AccessEntry = { role: 'OWNER', iamMember: `principal:${POOL}/subject/repo:o/r:ref:refs/heads/main` };
  const custom = 'organizations/1/roles/segmentReverseEtl.provisioner';
  test.each<[string, AccessEntry, Partial<StateDatasetLive>, Partial<StateDatasetDesign>, boolean]>([
    ['a stranger who owns it', EVE, {}, {}, true],
    ['everybody', { role: 'WRITER', specialGroup: 'allAuthenticatedUsers' }, {}, {}, true],
    ['everybody, by the name of IAM', { role: 'roles/bigquery.dataEditor', iamMember: 'allUsers' }, {}, {}, true],
    ['a domain', { role: 'WRITER', domain: 'elsewhere.example' }, {}, {}, true],
    ['a group', { role: 'WRITER', groupByEmail: 'all@elsewhere.example' }, {}, {}, true],
    ['under a condition', { ...EVE, condition }, {}, {}, true],
    ['a role that nobody knows', { role: 'projects/p/roles/x', userByEmail: 'eve@elsewhere.example' }, {}, {}, true],
    ['a reader', { role: 'READER', userByEmail: 'eve@elsewhere.example' }, {}, {}, false],
    ['an authorized view', { view: { projectId: 'p', datasetId: 'd', tableId: 'v' } }, {}, {}, false],
    ['a group of the project', OWNERS, {}, {}, false],
    ['our account', WRITES, {}, {}, false],
    ['the identity that runs', { role: 'OWNER', iamMember: RUNS }, {}, {}, false],
    ['named in dataset_writers', EVE, {}, { datasetWriters: ['user:Eve@elsewhere.example'] }, false],
    ['another account that this action manages', THEIRS, { others: [{ email: OTHER, isMarked: true }] }, {}, false],
    ['another account of the project', THEIRS, { others: [{ email: OTHER, isMarked: false }] }, {}, true],
    ['another account that does not exist', THEIRS, {}, {}, true],
    ['whoever made it, seen by the reader', maker, { policy: bound(custom, `serviceAccount:${MADE}`) }, {}, false],
    ['whoever made it, without a role any more', maker, {}, {}, true],
    [
      'one who writes every dataset anyway',
      EVE,
      { policy: bound('roles/editor', 'user:eve@elsewhere.example') },
      {},
      false,
    ],
    [
      'one who only runs queries',
      EVE,
      { policy: bound('roles/bigquery.user', 'user:eve@elsewhere.example') },
      {},
      true,
    ],
    [
      'one who may at times',
      EVE,
      { policy: bound('roles/editor', 'user:eve@elsewhere.example', { condition }) },
      {},
      true,
    ],
    [
      'a job of a pool that may',
      direct,
      { policy: bound(custom, `principalSet:${POOL}/attribute.repository/o/r`) },
      {},
      false,
    ],
    [
      'a job of another pool',
      direct,
      { policy: bound(custom, `principalSet:${POOL}2/attribute.repository/o/r`) },
      {},
      true,
    ],
  ])('%s', (_name, entry, found, asked, isStranger) => {
    expect(strangersIn({ ...design, ...asked }, live([OWNERS, WRITES, entry], found))).toEqual(
      isStranger ? [entry] : [],
    );
  });

  test('counted as surplus that nobody prunes; what they read is information', () => {
    const reader = { role: 'READER', userByEmail: 'ann@acme.example' };
    const found = examineStateDataset(design, live([OWNERS, WRITES, EVE, reader]));
    expect(outline(found)).toEqual({
      differences: ['state-dataset.writer surplus'],
      told: ['note state-dataset.readers'],
    });
    expect(found.differences[0]?.change).toMatchObject({ byHand: { entry: 'OWNER', holder: 'eve@elsewhere.example' } });
  });

  test('in full access too, where Segment makes the dataset', () => {
    expect(outline(examineStateDataset({ ...design, want: 'unmanaged' }, live([OWNERS, EVE]))).differences).toEqual([
      'state-dataset.writer surplus',
    ]);
  });
});

describe('whose the state dataset is', () => {
  const others = [{ email: OTHER, isMarked: false }];
  test.each<[string, StateDatasetLive, boolean]>([
    ['ours, as it should be', live([OWNERS, WRITES]), true],
    ['ours, made by a run that died before it granted', live([OWNERS, { role: 'OWNER', iamMember: RUNS }]), true],
    ['ours, our entry taken away by hand', live([OWNERS]), true],
    ['ours, and a stranger got in', live([OWNERS, WRITES, EVE]), true],
    ['labelled as ours by a stranger who owns it', live([OWNERS, EVE]), false],
    ['shared: the other account exists, and writes', live([OWNERS, THEIRS], { others }, 'created_other'), true],
    ['the other account does not exist', live([OWNERS, THEIRS], {}, 'created_other'), false],
    ['the other account does not write', live([OWNERS], { others }, 'created_other'), false],
    ['the other account only reads', live([{ ...THEIRS, role: 'READER' }], { others }, 'created_other'), false],
    ['squatted', live([OWNERS, EVE], {}, 'created_team-b'), false],
    ['unmarked', live([OWNERS], {}, 'mine'), false],
  ])('%s', (_name, found, counts) => {
    expect(countedMark(design, found) !== undefined).toBe(counts);
    const { told } = outline(examineStateDataset(design, found));
    expect(told.some((one) => one.startsWith('error owner.'))).toBe(!counts);
    const adopting = examineStateDataset({ ...design, adopt: true }, found);
    expect(outline(adopting).told.some((one) => one.startsWith('error owner.'))).toBe(false);
    expect(adopting.differences.some(({ code }) => code === 'state-dataset.unmarked')).toBe(!counts);
  });

  test.each<[string, Dataset | undefined, string[]]>([
    ['no dataset', undefined, []],
    ['ours, with strangers of elsewhere', live([OWNERS, WRITES, EVE]).dataset, []],
    ['another target’s label', live([OWNERS], {}, 'created_other').dataset, [OTHER]],
    ['another account writes', live([OWNERS, WRITES, THEIRS]).dataset, [OTHER]],
    ['another account reads', live([{ ...THEIRS, role: 'READER' }]).dataset, []],
  ])('%s → accounts that are looked up: %j', (_name, dataset, expected) => {
    expect(accountsIn(design, dataset)).toEqual(expected);
  });
});

describe('what gives the account access to a dataset without naming it', () => {
  const source: SourceDatasetDesign = {
    ...{ address: addresses.source, names, reading: 'surplus', grantAfter: [] },
    ...{ isReadable: false, comparesOthers: true },
  };
  const state = { projectId: 'acme', datasetId: '__segment_reverse_etl' };
  const everybody: AccessEntry = { role: 'READER', specialGroup: 'allAuthenticatedUsers' };
  const authorized: AccessEntry = { dataset: { dataset: state, targetTypes: ['VIEWS'] } };
  test.each<[string, AccessEntry, Reading, Partial<SourceDatasetDesign>, string | undefined]>([
    ['everybody reads', everybody, 'surplus', {}, 'source-dataset.everybody'],
    ['everybody reads what we read anyway', everybody, 'granted', {}, undefined],
    ['everybody writes what we read', { ...everybody, role: 'WRITER' }, 'granted', {}, 'source-dataset.everybody'],
    [
      'anybody, by the name of IAM',
      { role: 'READER', iamMember: 'allUsers' },
      'withdrawn',
      {},
      'source-dataset.everybody',
    ],
    ['people of a domain', { role: 'READER', domain: 'acme.example' }, 'surplus', {}, undefined],
    ['the state dataset is authorized', authorized, 'surplus', {}, 'source-dataset.authorized'],
    ['where the account reads everything anyway', authorized, 'surplus', { isReadable: true }, undefined],
    ['where reading is granted', authorized, 'granted', {}, undefined],
    ['a view in it is authorized', { view: { ...state, tableId: 'v' } }, 'surplus', {}, 'source-dataset.authorized'],
    [
      'a routine in it is authorized',
      { routine: { ...state, routineId: 'r' } },
      'surplus',
      {},
      'source-dataset.authorized',
    ],
    ['another dataset is authorized', { dataset: { dataset: { ...state, datasetId: 'x' } } }, 'surplus', {}, undefined],
    [
      'a dataset of that name elsewhere',
      { dataset: { dataset: { ...state, projectId: 'x' } } },
      'surplus',
      {},
      undefined,
    ],
    ['destroy: the account goes', everybody, 'surplus', { comparesOthers: false }, undefined],
  ])('%s', (_name, entry, reading, more, code) => {
    const reads = { role: 'READER', userByEmail: EMAIL };
    const dataset = { location: 'EU', access: reading === 'granted' ? [reads, entry] : [entry] };
    const found = examineSourceDataset({ ...source, reading, ...more }, dataset);
    expect(outline(found).differences).toEqual(code === undefined ? [] : [`${code} surplus`]);
    for (const { change } of found.differences) expect(change).toHaveProperty('byHand');
  });

  test.each<[AccessEntry, boolean]>([
    [{ role: 'READER', userByEmail: EMAIL }, true],
    [everybody, true],
    [authorized, true],
    [EVE, false],
    [OWNERS, false],
  ])('%j is about our account: %s', (entry, expected) => {
    expect(isAbout(entry, names)).toBe(expected);
  });
});
