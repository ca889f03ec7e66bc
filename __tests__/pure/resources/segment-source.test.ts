import { describe, expect, test } from '@jest/globals';
import type { Mapping } from '../../../src/cloud/segment/mappings.ts';
import type { Model } from '../../../src/cloud/segment/models.ts';
import type { Source } from '../../../src/cloud/segment/sources.ts';
import type { Seen } from '../../../src/destinations/segment/look.ts';
import { ownership } from '../../../src/ownership/record.ts';
import type { RecordedSource } from '../../../src/ownership/record.ts';
import type { SourceDesign, SourceLive } from '../../../src/resources/segment-source/design.ts';
import { examineSource } from '../../../src/resources/segment-source/examine.ts';
import { EMAIL, addresses } from './fixtures.ts';

const KIND = { metadataId: 'bq', options: [] };
const SETTING = { name: 'credentials', as: 'string', by: 'catalog' } as const;
const workspace = { id: '9aQ1Lj62S4', slug: 'acme' };
const healthy: Source = {
  ...{ id: 'id1', slug: 'bigquery-p', enabled: true, metadataId: 'bq' },
  ...{ name: 'BigQuery p', location: 'eu', showsSettings: true, exposed: [] },
};
const created: RecordedSource = { id: 'id1', mark: 'created', isPending: false };
const pending: RecordedSource = { ...created, isPending: true };
const adopted: RecordedSource = { ...created, mark: 'adopted' };

const design = (more: Partial<SourceDesign> = {}): SourceDesign => ({
  address: { kind: 'segment-source', name: 'bigquery-p' },
  ...{ wanted: 'bigquery-p', isNamed: false, name: undefined, nameAtCreation: 'BigQuery p', email: EMAIL },
  ...{ want: 'present', adopt: false, restore: false, deleteSource: false, repository: 'acme/data' },
  after: { account: addresses.account, key: addresses.credential },
  ...more,
});

const found = (source: RecordedSource | undefined, more: Partial<Seen> = {}): Seen => ({
  ...{ state: 'seen', workspace, kind: KIND, choice: { setting: SETTING }, candidates: [], models: [], mappings: [] },
  owned: ownership('created', { source }),
  ...{ source: healthy, standing: 'ours' },
  ...more,
});

const live = (looked: SourceLive['looked'], more: Partial<SourceLive> = {}): SourceLive => ({
  looked,
  owned: looked?.state === 'seen' ? looked.owned : undefined,
  ...{ hasRoom: true, location: 'EU', reading: undefined, exposed: [], foreign: [], recordedBy: [] },
  ...more,
});

const nobody = { source: undefined, standing: 'absent' } as const;
const unmarked = { standing: 'unmarked' } as const;
const off = { ...healthy, enabled: false };
const mapping = { id: 'map1', name: 'Upsert', destination: 'CRM', isEnabled: true } as Mapping;
const model = (description: string): Model => ({
  id: 'm1',
  sourceId: 'id1',
  name: 'Orders',
  description,
  isEnabled: true,
  query: 'SELECT 1',
  identifier: 'id',
});

/** Title, design, what was seen; codes of differences (with their exemption) and of diagnostics. */
const present: readonly (readonly [string, Partial<SourceDesign>, SourceLive, readonly string[], readonly string[]])[] =
  [
    ['in sync', {}, live(found(created)), [], []],
    ['no token', {}, live(undefined), [], ['unseen segment-source.not-looked-at']],
    [
      'another workspace',
      {},
      live({ state: 'elsewhere', workspace, expected: 'initech' }),
      ['segment-source.missing'],
      ['error segment-source.elsewhere'],
    ],
    [
      'a region without BigQuery',
      {},
      live({ state: 'not offered', workspace }),
      ['segment-source.missing'],
      ['error segment-source.not-offered'],
    ],
    ['absent', {}, live(found(undefined, nobody)), ['segment-source.missing'], []],
    [
      'recorded, and gone',
      {},
      live(found(created, { ...nobody, standing: 'gone' })),
      ['segment-source.missing'],
      ['warning segment-source.created-anew'],
    ],
    [
      'absent, and no setting can be chosen',
      {},
      live(found(undefined, { ...nobody, choice: { because: 'x', remedy: 'y' } })),
      ['segment-source.missing'],
      ['error segment.setting-unknown'],
    ],
    [
      'absent, and nobody says where',
      {},
      live(found(undefined, nobody), { location: undefined }),
      ['segment-source.missing'],
      ['error segment-source.no-location'],
    ],
    [
      'absent, asked for by what is no slug',
      { wanted: 'ID1', isNamed: true },
      live(found(undefined, nobody)),
      ['segment-source.missing'],
      ['error segment-source.candidates'],
    ],
    [
      'absent, and adopting with candidates',
      { adopt: true },
      live(found(undefined, { ...nobody, candidates: [off] })),
      ['segment-source.missing'],
      ['error segment-source.candidates'],
    ],
    [
      'absent, adopting, but asked for by name',
      { adopt: true, isNamed: true },
      live(found(undefined, { ...nobody, candidates: [off] })),
      ['segment-source.missing'],
      [],
    ],
    ['unmarked', {}, live(found(undefined, unmarked)), ['segment-source.unmarked'], ['error owner.unmarked']],
    ['unmarked, adopting', { adopt: true }, live(found(undefined, unmarked)), ['segment-source.unmarked adoption'], []],
    [
      'unmarked, adopting, recorded by another',
      { adopt: true },
      live(found(undefined, unmarked), { recordedBy: ['x@p'] }),
      ['segment-source.unmarked adoption'],
      ['error segment-source.recorded-by-another'],
    ],
    [
      'unmarked, adopting, others may not be read',
      { adopt: true },
      live(found(undefined, unmarked), { recordedBy: { why: 'denied' } }),
      ['segment-source.unmarked adoption'],
      ['error segment-source.recorded-by-another'],
    ],
    [
      'unmarked, adopting, disabled, nothing syncs',
      { adopt: true },
      live(found(undefined, { ...unmarked, source: off })),
      ['segment-source.unmarked adoption', 'segment-source.disabled'],
      [],
    ],
    [
      'unmarked, adopting, disabled, a mapping would sync',
      { adopt: true },
      live(found(undefined, { ...unmarked, source: off, mappings: [mapping] })),
      ['segment-source.unmarked adoption', 'segment-source.disabled'],
      ['error segment-source.disabled'],
    ],
    [
      'another kind',
      {},
      live(found(created, { standing: 'other-kind' })),
      ['segment-source.other-kind'],
      ['error segment-source.other-kind'],
    ],
    [
      'renamed by hand',
      {},
      live(found(created, { standing: 'renamed' })),
      ['segment-source.renamed'],
      ['error segment-source.renamed'],
    ],
    ['another name, and none asked for', {}, live(found(created, { source: { ...healthy, name: 'X' } })), [], []],
    ['another name than asked for', { name: 'Y' }, live(found(created)), ['segment-source.name'], []],
    ['elsewhere than the data', {}, live(found(created), { location: 'US' }), ['segment-source.location'], []],
    [
      'settings that are not shown are unknown',
      {},
      live(found(created, { source: { ...healthy, location: undefined, showsSettings: false } })),
      [],
      [],
    ],
    [
      'the location was taken away',
      {},
      live(found(created, { source: { ...healthy, location: undefined } })),
      ['segment-source.location'],
      [],
    ],
    [
      'disabled by a person',
      {},
      live(found(created, { source: off })),
      ['segment-source.disabled'],
      ['error segment-source.disabled'],
    ],
    [
      'disabled by a person, restoring',
      { restore: true },
      live(found(created, { source: off })),
      ['segment-source.disabled'],
      [],
    ],
    ['never enabled by a run that died', {}, live(found(pending, { source: off })), ['segment-source.pending'], []],
    ['created by a run that died', {}, live(found('new', { source: off })), ['segment-source.pending'], []],
    [
      'adopted, never given a key, disabled',
      {},
      live(found({ ...adopted, isPending: true }, { source: off })),
      ['segment-source.disabled'],
      ['error segment-source.disabled'],
    ],
    [
      'a key of the account shows',
      {},
      live(found(created), { exposed: [{ setting: 'x', keyId: 'a'.repeat(40) }] }),
      ['segment-source.exposed'],
      [],
    ],
    [
      'a key of somebody else shows',
      {},
      live(found(created), { foreign: ['x'] }),
      [],
      ['warning segment-source.exposed'],
    ],
    ['no room in the record', {}, live(found(created), { hasRoom: false }), [], ['error owner.no-room']],
    [
      'the audit trail is closed',
      {},
      live(found(created), { reading: { state: 'unreadable', why: 'denied' } }),
      [],
      ['unseen segment-source.trail'],
    ],
  ];

const absent: typeof present = [
  ['no token, and nothing recorded', {}, live(undefined), [], []],
  [
    'no token, and a source is recorded',
    {},
    live(undefined, { owned: ownership('created', { source: created }) }),
    [],
    ['error segment-source.not-looked-at'],
  ],
  [
    'another workspace',
    {},
    live({ state: 'elsewhere', workspace, expected: 'initech' }),
    [],
    ['error segment-source.elsewhere'],
  ],
  ['ours', {}, live(found(created)), ['segment-source.to-disable'], ['warning segment-source.left']],
  ['ours, delete_source', { deleteSource: true }, live(found(created)), ['segment-source.to-delete'], []],
  [
    'ours, delete_source, a model of somebody else',
    { deleteSource: true },
    live(found(created, { models: [model(' ')] })),
    ['segment-source.to-delete'],
    ['error segment-source.in-use'],
  ],
  [
    'ours, delete_source, a model of ours',
    { deleteSource: true },
    live(found(created, { models: [model('Orders [acme/data:orders.sql]')] })),
    ['segment-source.to-delete'],
    [],
  ],
  [
    'ours, delete_source, a model of another repository',
    { deleteSource: true },
    live(found(created, { models: [model('Orders [acme/web:orders.sql]')] })),
    ['segment-source.to-delete'],
    ['error segment-source.in-use'],
  ],
  [
    'ours, delete_source, a mapping',
    { deleteSource: true },
    live(found(created, { mappings: [mapping] })),
    ['segment-source.to-delete'],
    ['error segment-source.in-use'],
  ],
  ['adopted', {}, live(found(adopted)), [], ['warning segment-source.left']],
  ['adopted, delete_source', { deleteSource: true }, live(found(adopted)), [], ['warning segment-source.left']],
  ['renamed, as by a forged record', { deleteSource: true }, live(found(created, { standing: 'renamed' })), [], []],
  ['unmarked', { deleteSource: true }, live(found(undefined, unmarked)), [], []],
  ['gone', {}, live(found(created, { ...nobody, standing: 'gone' })), [], []],
];

function codes(more: Partial<SourceDesign>, seen: SourceLive): { differences: string[]; diagnostics: string[] } {
  const { differences, diagnostics } = examineSource(design(more), seen);
  return {
    differences: differences.map(({ code, exempt }) => (exempt === undefined ? code : `${code} ${exempt}`)),
    diagnostics: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

describe('a source that is wanted', () => {
  test.each(present)('%s', (_title, more, seen, differences, diagnostics) => {
    expect(codes(more, seen)).toEqual({ differences, diagnostics });
  });

  test('to be created → the change names slug, kind, place, name and setting: a review covers them', () => {
    const [missing] = examineSource(design(), live(found(undefined, nobody))).differences;
    expect(missing?.change).toEqual({
      create: { slug: 'bigquery-p', metadataId: 'bq', location: 'EU', name: 'BigQuery p', setting: SETTING },
    });
  });

  test('not looked at → no drift, no digest', () => {
    expect(examineSource(design(), live(undefined))).toMatchObject({ isPartial: true, differences: [] });
  });
});

describe('a source that is to go', () => {
  test.each(absent)('%s', (_title, more, seen, differences, diagnostics) => {
    expect(codes({ want: 'absent', ...more }, seen)).toEqual({ differences, diagnostics });
  });
});
