import { describe, expect, test } from '@jest/globals';
import type { AccessEntry, Dataset, DatasetDocument, Source } from '../../../src/cloud/google/datasets.ts';
import type { Account } from '../../../src/cloud/google/service-accounts.ts';
import { makePlan } from '../../../src/engine/plan.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { StateDatasetDesign, StateDatasetLive } from '../../../src/resources/state-dataset/design.ts';
import { examineStateDataset } from '../../../src/resources/state-dataset/examine.ts';
import { stateDataset } from '../../../src/resources/state-dataset/state-dataset.ts';
import {
  DELETED,
  EMAIL,
  MEMBER,
  addresses,
  alreadyExists,
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

const design: StateDatasetDesign = {
  ...{ address: addresses.stateDataset, names, location: 'EU', adopt: false, deleteDataset: false },
  ...{ want: 'present', grantAfter: [addresses.account], datasetWriters: [] },
};
const CREATED = { 'segment-reverse-etl': 'created_retl' };
const ADOPTED = { 'segment-reverse-etl': 'adopted_retl' };
const OTHERS = { 'segment-reverse-etl': 'created_other' };
const WRITES: AccessEntry = { role: 'WRITER', userByEmail: EMAIL };
const OWNERS: AccessEntry = { role: 'OWNER', specialGroup: 'projectOwners' };
const LEFT: AccessEntry = { role: 'WRITER', iamMember: DELETED };
const OTHER = EMAIL.replace('retl@', 'other@');
const THEIRS: AccessEntry = { role: 'WRITER', userByEmail: OTHER };
const dataset = (change: Dataset = {}): Dataset => ({
  ...{ location: 'EU', labels: CREATED, access: [OWNERS, WRITES] },
  ...change,
});
const live = (change: Partial<StateDatasetLive> = {}): StateDatasetLive => ({
  ...{ dataset: dataset(), owner: ownership('created'), isOurs: true, sources: [], principal: undefined },
  ...change,
});
const holding = (...access: AccessEntry[]): Partial<StateDatasetLive> => ({ dataset: dataset({ access }) });
const source = (name: string, location: string | undefined, why?: string): Source => ({ name, location, why });

interface Row {
  readonly name: string;
  readonly design?: Partial<StateDatasetDesign>;
  readonly live?: Partial<StateDatasetLive>;
  readonly differences?: readonly string[];
  readonly told?: readonly string[];
  /** In what is told. */
  readonly says?: RegExp;
  /** The output `location`; that of the dataset unless said. */
  readonly location?: string;
}

const destroy = { want: 'absent' } as const;
const unmanaged = { want: 'unmanaged' } as const;
const MISSING = ['state-dataset.missing missing', 'state-dataset.access-missing missing'];

const presence: Row[] = [
  { name: 'as it should be → in sync' },
  { name: 'absent → missing, and so is our entry', live: { dataset: undefined }, differences: MISSING },
  { name: 'adopted → in sync', live: { dataset: dataset({ labels: ADOPTED }) } },
  {
    name: 'unmarked → refused',
    live: { dataset: dataset({ labels: { team: 'data' } }) },
    differences: ['state-dataset.unmarked missing'],
    told: ['error owner.unmarked'],
    says: /adopt: true to take it over: only the ownership marker/,
  },
  {
    name: 'unmarked, with adopt → adopted',
    design: { adopt: true },
    live: { dataset: dataset({ labels: {} }) },
    differences: ['state-dataset.unmarked missing'],
  },
  {
    name: 'marked for another target → shared',
    live: {
      dataset: dataset({ labels: OTHERS, access: [OWNERS, WRITES, THEIRS] }),
      others: [{ email: OTHER, isMarked: true }],
    },
    told: ['warning state-dataset.shared'],
    says: /managed for other/,
  },
  {
    name: 'marked for another target, without our entry → shared, and only our entry is missing',
    live: {
      dataset: dataset({ labels: OTHERS, access: [OWNERS, THEIRS] }),
      others: [{ email: OTHER, isMarked: true }],
    },
    differences: ['state-dataset.access-missing missing'],
    told: ['warning state-dataset.shared'],
  },
  {
    name: 'tables that expire → a warning',
    live: { dataset: dataset({ defaultTableExpirationMs: '5184000000' }) },
    told: ['warning state-dataset.expiration'],
    says: /deleted after 60 days.*--default_table_expiration=0/,
  },
  {
    name: 'partitions that expire, names without case, a collation → a warning for each',
    live: {
      dataset: dataset({
        defaultPartitionExpirationMs: '43200000',
        isCaseInsensitive: true,
        defaultCollation: 'und:ci',
      }),
    },
    told: [
      'warning state-dataset.expiration',
      'warning state-dataset.case-insensitive',
      'warning state-dataset.collation',
    ],
    says: /after 0\.5 days.*the collation und:ci/,
  },
];

const access: Row[] = [
  {
    name: 'our entry in its IAM spelling → in sync',
    live: holding({ role: 'roles/bigquery.dataEditor', iamMember: MEMBER }),
  },
  { name: 'no entry → missing', live: holding(OWNERS), differences: ['state-dataset.access-missing missing'] },
  {
    name: 'a reader → granted besides, and the reader revoked',
    live: holding({ role: 'READER', userByEmail: EMAIL }),
    differences: ['state-dataset.access-missing changed', 'state-dataset.access-excess changed'],
  },
  {
    name: 'a writer under a condition → granted without, and that one revoked',
    live: holding({ ...WRITES, condition }),
    differences: ['state-dataset.access-missing changed', 'state-dataset.access-excess changed'],
  },
  {
    name: 'an owner besides → revoked',
    live: holding(WRITES, { role: 'OWNER', userByEmail: EMAIL }),
    differences: ['state-dataset.access-excess changed'],
  },
  {
    name: 'an owner in both spellings → revoked once',
    live: holding(
      WRITES,
      { role: 'OWNER', userByEmail: EMAIL },
      { role: 'roles/bigquery.dataOwner', iamMember: MEMBER },
    ),
    differences: ['state-dataset.access-excess changed'],
  },
  {
    name: 'a leftover of a deleted account → dropped',
    live: holding(WRITES, LEFT),
    differences: ['state-dataset.leftover changed'],
  },
  {
    name: 'readers of others → named, and not compared',
    live: holding(
      WRITES,
      { role: 'READER', userByEmail: 'ann@acme.example' },
      { view: { projectId: 'p', datasetId: 'd', tableId: 'v' } },
    ),
    told: ['note state-dataset.readers'],
    says: /keys and hashes of records: ann@acme.example \(READER\), the view p\.d\.v/,
  },
];

const types: Row[] = [
  { name: 'of the usual type → in sync', live: { dataset: dataset({ type: 'DEFAULT' }) } },
  {
    name: 'linked → refused',
    live: { dataset: dataset({ type: 'LINKED' }) },
    told: ['error state-dataset.read-only'],
    says: /linked to a dataset that somebody shares.*read-only.*Delete the dataset/,
  },
  {
    name: 'external, with adopt → refused',
    design: { adopt: true },
    live: { dataset: dataset({ type: 'EXTERNAL' }) },
    told: ['error state-dataset.read-only'],
  },
  {
    name: 'full: linked → refused',
    design: { want: 'unmanaged' },
    live: { dataset: dataset({ type: 'LINKED' }) },
    told: ['error state-dataset.read-only'],
  },
];

const locations: Row[] = [
  { name: 'the location in another case → in sync', design: { location: 'eu' } },
  {
    name: 'another location → refused',
    design: { location: 'europe-west1' },
    differences: ['state-dataset.elsewhere changed'],
    told: ['error state-dataset.elsewhere'],
    says: /it is in EU.*A multi-region and a region.*Set location: EU.*delete_dataset: true/,
  },
  { name: 'no location is given, and it exists → in sync', design: { location: undefined } },
  {
    name: 'no location is given, and it does not exist → refused',
    design: { location: undefined },
    live: { dataset: undefined },
    differences: MISSING,
    told: ['error state-dataset.no-location'],
    says: /no location was given.*Set location.*source_datasets/,
    location: '',
  },
  {
    name: 'no location is given, and all sources lie in one → that one',
    design: { location: undefined },
    live: { dataset: undefined, sources: [source('a.x', 'US'), source('a.y', 'us')] },
    differences: MISSING,
    location: 'US',
  },
  {
    name: 'no location is given, and it lies elsewhere than all sources → refused',
    design: { location: undefined },
    live: { sources: [source('a.x', 'US')] },
    differences: ['source-dataset.elsewhere changed', 'state-dataset.elsewhere changed'],
    told: ['error source-datasets.apart', 'error state-dataset.elsewhere'],
  },
  {
    name: 'sources in several locations → refused for that alone',
    design: { location: undefined },
    live: { dataset: undefined, sources: [source('a.x', 'US'), source('a.y', 'EU'), source('a.z', 'US')] },
    differences: ['source-dataset.elsewhere changed', ...MISSING],
    told: ['error source-datasets.apart'],
    says: /they are in US: a\.x, a\.z; EU: a\.y.*even if one is within/,
    location: '',
  },
  {
    name: 'sources elsewhere than the location → refused',
    live: { sources: [source('a.x', 'europe-west1')] },
    differences: ['source-dataset.elsewhere changed'],
    told: ['error source-datasets.apart'],
    says: /use source_datasets in EU.*they are in europe-west1/,
  },
  {
    name: 'sources of unknown location, and none is known → refused for that alone',
    design: { location: undefined },
    live: { dataset: undefined, sources: [source('a.x', undefined, 'it does not exist')] },
    differences: MISSING,
    told: ['error source-datasets.unlocated'],
    says: /a\.x: it does not exist/,
    location: '',
  },
  {
    name: 'a source of unknown location, and the location is known → a warning',
    live: { sources: [source('a.x', undefined, 'Access Denied'), source('a.y', 'EU')] },
    told: ['warning source-datasets.unlocated'],
    says: /the location of a\.x could not be read \(Access Denied\)/,
  },
];

const others: Row[] = [
  { name: 'full: absent → nothing', design: unmanaged, live: { dataset: undefined }, location: 'EU' },
  { name: 'full: unmarked, without our entry → nothing', design: unmanaged, live: { dataset: { location: 'EU' } } },
  {
    name: 'full: another location → refused',
    design: { ...unmanaged, location: 'US' },
    differences: ['state-dataset.elsewhere changed'],
    told: ['error state-dataset.elsewhere'],
  },
  {
    name: 'full: tables that expire → a warning',
    design: unmanaged,
    live: { dataset: dataset({ labels: OTHERS, defaultTableExpirationMs: '1000' }) },
    told: ['warning state-dataset.expiration'],
  },
];

const removal: Row[] = [
  { name: 'destroy: absent → nothing', design: destroy, live: { dataset: undefined }, location: 'EU' },
  {
    name: 'destroy: created → kept without our entry',
    design: destroy,
    differences: ['state-dataset.access-to-revoke changed'],
    told: ['warning state-dataset.left'],
    says: /is kept; it holds Segment's state/,
  },
  {
    name: 'destroy with delete_dataset: created → deleted',
    design: { ...destroy, deleteDataset: true },
    differences: ['state-dataset.to-delete changed'],
  },
  {
    name: 'destroy with delete_dataset: others have access → refused',
    design: { ...destroy, deleteDataset: true },
    live: holding(OWNERS, WRITES, { role: 'READER', userByEmail: 'ann@acme.example' }, { view: { tableId: 'v' } }),
    differences: ['state-dataset.to-delete changed'],
    told: ['error state-dataset.others-have-access'],
    says: /ann@acme\.example \(READER\), the view/,
  },
  {
    name: 'destroy with delete_dataset: only the identity that runs has access besides → deleted',
    design: { ...destroy, deleteDataset: true },
    live: {
      ...holding(WRITES, LEFT, { role: 'OWNER', userByEmail: 'ci@acme.example' }),
      principal: 'serviceAccount:ci@acme.example',
    },
    differences: ['state-dataset.to-delete changed'],
  },
  {
    name: 'destroy with delete_dataset: adopted → released, and kept',
    design: { ...destroy, deleteDataset: true },
    live: { dataset: dataset({ labels: ADOPTED }) },
    differences: ['state-dataset.access-to-revoke changed', 'state-dataset.to-release changed'],
    told: ['warning state-dataset.left'],
    says: /although delete_dataset is set/,
  },
  {
    name: 'destroy with delete_dataset: of another target → kept without our entry',
    design: { ...destroy, deleteDataset: true },
    live: { dataset: dataset({ labels: OTHERS }) },
    differences: ['state-dataset.access-to-revoke changed'],
    told: ['warning state-dataset.left'],
  },
  {
    name: 'destroy: all kinds of entries of ours, and a leftover → all go',
    design: destroy,
    live: holding(WRITES, { ...WRITES, condition }, { role: 'OWNER', iamMember: MEMBER }, LEFT),
    differences: ['state-dataset.leftover changed', ...Array<string>(3).fill('state-dataset.access-to-revoke changed')],
    told: ['warning state-dataset.left'],
  },
  {
    name: 'destroy: our entry in both spellings → revoked once',
    design: destroy,
    live: holding(WRITES, { role: 'roles/bigquery.dataEditor', iamMember: MEMBER }),
    differences: ['state-dataset.access-to-revoke changed'],
    told: ['warning state-dataset.left'],
  },
  {
    name: 'destroy: the account is not ours → nothing',
    design: destroy,
    live: { ...holding(WRITES, LEFT), isOurs: false, owner: undefined },
    told: ['warning state-dataset.left'],
  },
  {
    name: 'destroy: sources apart → no matter',
    design: { ...destroy, deleteDataset: true },
    live: {
      sources: [source('a.x', 'US'), source('a.y', undefined)],
    },
    differences: ['state-dataset.to-delete changed'],
  },
];

describe('examineStateDataset', () => {
  const rows = [...presence, ...access, ...types, ...locations, ...others, ...removal];
  test.each(rows)('state dataset: $name', ({ design: change, live: found, differences = [], told = [], ...row }) => {
    const { says = /^/, location = 'EU' } = row;
    const examined = examineStateDataset({ ...design, ...change }, live(found));
    expect(outline(examined)).toEqual({ differences, told });
    expect(JSON.stringify(examined.diagnostics)).toMatch(says);
    expect(examined.outputs).toEqual({ location });
    expect(examined.isThere).toBe(live(found).dataset !== undefined);
  });

  test('state dataset: sources elsewhere → the difference names each place with its datasets', () => {
    const sources = [source('a.x', 'US'), source('a.y', 'us'), source('a.z', 'asia-east1')];
    expect(examineStateDataset(design, live({ sources })).differences).toMatchObject([
      { field: 'location of source_datasets', live: 'US: a.x, a.y; asia-east1: a.z', desired: 'EU' },
    ]);
  });

  test.each([
    ['an account that was there', ownership('created'), true],
    ['an account that was not', undefined, false],
  ])(
    'state dataset: missing, %s → the plan says where it will lie; a deleted one is sought: %#',
    (_, owner, undelete) => {
      const found = examineStateDataset(design, live({ dataset: undefined, owner }));
      expect(found.differences[0]).toMatchObject({
        desired: 'present, in EU',
        change: { create: { location: 'EU', undelete } },
      });
    },
  );

  test('state dataset: missing → created at once; only the grant waits for the account', () => {
    expect(order(examineStateDataset(design, live({ dataset: undefined })))).toEqual([
      'state-dataset.missing: grant, created',
      'state-dataset.access-missing: grant, access granted, given, service-account/retl',
    ]);
  });

  test('state dataset: unmarked, without our entry, with a leftover → all of it waits, for one write', () => {
    const unmarked = dataset({ labels: {}, access: [LEFT, { role: 'READER', userByEmail: EMAIL }] });
    const found = examineStateDataset({ ...design, adopt: true }, live({ dataset: unmarked }));
    expect(order(found)).toEqual([
      'state-dataset.unmarked: grant, adopted, service-account/retl',
      'state-dataset.leftover: grant, leftovers removed, service-account/retl',
      'state-dataset.access-missing: grant, access granted, given, service-account/retl',
      'state-dataset.access-excess: narrow, access revoked, taken',
    ]);
    const dataset_ = 'retl → __segment_reverse_etl';
    expect(edges(found)).toEqual(['–', '–', `${dataset_}: WRITER`, `${dataset_}: READER`]);
    expect(words(found)).toEqual([
      'owner: unmarked → marked for retl',
      `entry ${DELETED}: left over from a deleted account → absent`,
      `access of ${EMAIL}: READER → WRITER`,
      'entry READER: present → absent',
    ]);
    expect(found.differences.map(({ exempt }) => exempt)).toEqual(['adoption', undefined, undefined, undefined]);
  });

  test.each<[string, AccessEntry[], string[]]>([
    ['no entry', [], [`access of ${EMAIL}: absent → WRITER`]],
    [
      'a writer under a condition',
      [{ ...WRITES, condition }],
      [`access of ${EMAIL}: WRITER if "office hours" → WRITER`, 'entry WRITER if "office hours": present → absent'],
    ],
    ['an owner besides', [WRITES, { role: 'OWNER', userByEmail: EMAIL }], ['entry OWNER: present → absent']],
  ])('state dataset: %s → in words', (_name, entries, expected) => {
    expect(words(examineStateDataset(design, live(holding(...entries))))).toEqual(expected);
  });

  test('state dataset: unmarked and a leftover, with our entry → nothing waits', () => {
    const unmarked = dataset({ labels: {}, access: [LEFT, WRITES] });
    expect(order(examineStateDataset({ ...design, adopt: true }, live({ dataset: unmarked })))).toEqual([
      'state-dataset.unmarked: grant, adopted',
      'state-dataset.leftover: grant, leftovers removed',
    ]);
  });

  test('state dataset: destroy → entries in phase narrow, the marker and the dataset in phase remove', () => {
    const adopted = live({ dataset: dataset({ labels: ADOPTED, access: [WRITES, LEFT] }) });
    expect(order(examineStateDataset({ ...design, ...destroy }, adopted))).toEqual([
      'state-dataset.leftover: narrow, leftovers removed',
      'state-dataset.access-to-revoke: narrow, access revoked, taken',
      'state-dataset.to-release: remove, released',
    ]);
    expect(order(examineStateDataset({ ...design, ...destroy, deleteDataset: true }, live()))).toEqual([
      'state-dataset.to-delete: remove, deleted',
    ]);
  });
});

type FakeDataset = DatasetDocument & {
  readonly deeds: string[];
  readonly log: string[];
  readonly now: () => Dataset | undefined;
  readonly put: (live: Dataset | undefined) => void;
};

/** @param deleted - what an undelete brings back */
function fakeDataset(first: Dataset | undefined, deleted?: Dataset): FakeDataset {
  const document = fakeDocument<Dataset>(first);
  const deeds: string[] = [];
  return {
    ...document,
    deeds,
    create: ({ location, labels }) => {
      deeds.push('create');
      document.put({ location, labels, access: [OWNERS] });
      return Promise.resolve();
    },
    undelete: () => {
      deeds.push('undelete');
      if (deleted === undefined) return Promise.reject(apiError(404, 'NOT_FOUND'));
      document.put(deleted);
      return Promise.resolve();
    },
    deleteWithContents: () => {
      deeds.push('delete');
      document.put(undefined);
      return Promise.resolve();
    },
  };
}

describe('stateDataset', () => {
  const keep = (document: DatasetDocument, change: Partial<StateDatasetDesign> = {}, account?: Account) =>
    stateDataset({
      ...{ ...design, ...change, document, description: 'State.', principal: () => undefined },
      ...{ sources: () => Promise.resolve([]), claims: claimsOn(fakeDocument<Account>(account)) },
      ...{ policy: fakeDocument({}), others: () => Promise.resolve([]) },
    });
  const ours = { description: described('created', { key: 'abcdef' }) };

  /** Carries out a phase as the engine does: what is free, then what waits. */
  async function carryOut(resource: ReturnType<typeof keep>, isWaiting = false): Promise<ReturnType<typeof fakeRun>> {
    const run = fakeRun();
    const found = await resource.read();
    const { differences } = resource.examine(found);
    const due = differences.filter(({ phase }) => phase === 'grant');
    const free = due.filter(({ after }) => !isWaiting || after === undefined);
    for (const part of [free, due.filter((one) => !free.includes(one))]) {
      if (part.length > 0)
        await resource.change(
          found,
          part.map(({ change }) => change),
          run,
        );
    }
    return run;
  }

  test('state dataset: absent, no account → created without looking for a deleted one, then read, then granted', async () => {
    const document = fakeDataset(undefined);
    const run = await carryOut(keep(document), true);
    expect(document.deeds).toEqual(['create']);
    expect(document.log).toEqual(['read', 'read', 'write']);
    expect(document.now()).toEqual({ location: 'EU', labels: CREATED, access: [OWNERS, WRITES] });
    expect(run.told).toEqual([]);
  });

  test('state dataset: vanished, and it can be undeleted → undeleted, with a warning; one write', async () => {
    const document = fakeDataset(undefined, dataset({ access: [OWNERS] }));
    const run = await carryOut(keep(document, {}, ours));
    expect(document.deeds).toEqual(['undelete']);
    expect(document.log).toEqual(['read', 'read', 'write']);
    expect(run.told.map(({ code }) => code)).toEqual(['state-dataset.restored']);
  });

  test('state dataset: vanished, and it cannot be undeleted → created anew, with a warning', async () => {
    const document = fakeDataset(undefined);
    const run = await carryOut(keep(document, {}, ours));
    expect(document.deeds).toEqual(['undelete', 'create']);
    expect(run.told).toMatchObject([
      { code: 'state-dataset.created-anew', because: expect.stringMatching(/every record/) },
    ]);
  });

  test('state dataset: a first run that was cut short → created, without a warning', async () => {
    const document = fakeDataset(undefined);
    const run = await carryOut(keep(document, {}, { description: described('created', { issuingBefore: [] }) }));
    expect(document.deeds).toEqual(['undelete', 'create']);
    expect(run.told).toEqual([]);
  });

  test.each([
    ['in another location', dataset({ location: 'US' }), false, /it is in US.*delete_dataset: true, then apply/],
    ['unmarked', dataset({ labels: {} }), false, /not managed by this action/],
  ])('state dataset: undeleted %s → stops before anything is granted', async (_, deleted, adopt, says) => {
    const document = fakeDataset(undefined, deleted);
    await expect(carryOut(keep(document, { adopt }, ours))).rejects.toThrow(says);
    expect(document.log).not.toContain('write');
  });

  test('state dataset: undeleted, and its tables expire → a warning', async () => {
    const document = fakeDataset(undefined, dataset({ defaultTableExpirationMs: '1000' }));
    const run = await carryOut(keep(document, {}, ours));
    expect(run.told.map(({ code }) => code)).toEqual(['state-dataset.restored', 'state-dataset.expiration']);
  });

  test('state dataset: found to exist while it is created → read and granted, if it is ours', async () => {
    const document = fakeDataset(undefined);
    document.create = () => {
      document.put(dataset({ access: [OWNERS] }));
      return alreadyExists();
    };
    const run = await carryOut(keep(document));
    expect(document.now()?.access).toEqual([OWNERS, WRITES]);
    expect(run.told).toEqual([]);
  });

  test('state dataset: unmarked, without our entry, with a leftover → one write', async () => {
    const ann = { role: 'READER', userByEmail: 'ann@acme.example' };
    const document = fakeDataset(dataset({ labels: { team: 'data' }, access: [ann, LEFT] }));
    await carryOut(keep(document, { adopt: true }), true);
    expect(document.log).toEqual(['read', 'write']);
    expect(document.now()).toEqual({ location: 'EU', labels: { team: 'data', ...ADOPTED }, access: [ann, WRITES] });
  });

  test('state dataset: in sync, then narrowed → only the entries named go', async () => {
    const document = fakeDataset(dataset({ access: [WRITES, { ...WRITES, condition }, OWNERS] }));
    const resource = keep(document);
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'narrow'), fakeRun());
    expect(document.now()?.access).toEqual([WRITES, OWNERS]);
  });

  test('state dataset: destroy, adopted → our entries go, then the marker; other labels stay', async () => {
    const document = fakeDataset(dataset({ labels: { team: 'data', ...ADOPTED } }));
    const resource = keep(document, destroy, ours);
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'narrow'), fakeRun());
    expect(document.now()).toEqual(dataset({ labels: { team: 'data', ...ADOPTED }, access: [OWNERS] }));
    await resource.change(found, changesIn(resource.examine(found), 'remove'), fakeRun());
    expect(document.now()?.labels).toEqual({ team: 'data' });
  });

  test('state dataset: destroy with delete_dataset → deleted', async () => {
    const document = fakeDataset(dataset());
    const resource = keep(document, { ...destroy, deleteDataset: true }, ours);
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'remove'), fakeRun());
    expect(document.deeds).toEqual(['delete']);
  });

  test.each([
    [undefined, false, 'create'],
    [dataset(), true, 'none'],
  ] as const)('state dataset: in a plan, %j → there: %p, action %s', async (first, isThere, action) => {
    const { steps } = await makePlan([keep(fakeDataset(first))], false);
    expect(steps[0]).toMatchObject({ isThere, action, outputs: { dataset: '__segment_reverse_etl', location: 'EU' } });
  });
});
