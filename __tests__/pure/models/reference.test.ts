import { describe, expect, test } from '@jest/globals';
import type { Mapping as SegmentMapping } from '../../../src/cloud/segment/mappings.ts';
import type { Model as SegmentModel } from '../../../src/cloud/segment/models.ts';
import type { MaybeRunning } from '../../../src/destinations/segment/running.ts';
import { compare, previousOf, removedFrom } from '../../../src/models/compare.ts';
import { syncsAMonthOf } from '../../../src/models/reference-model.ts';
import { referenceOf } from '../../../src/models/reference.ts';
import type { Based, ComparedWith, MaybeCompared } from '../../../src/models/reference.ts';
import { whyUnsound } from '../../../src/models/soundness.ts';
import { findingOf, modelsReportOf, resultOf } from '../report/models-of.ts';
import { factsWith, modelWith, placeOf, told } from './model-of.ts';

/** What models are compared with, and whether that is known. */
const base: Based = {
  what: 'the base commit 1f2e3d4',
  hasManifest: false,
  models: [
    { name: 'Users', query: 'SELECT old', identifier: 'id', enabled: true, place: placeOf(2) },
    { name: 'Orders', query: 'SELECT 1', identifier: 'id', enabled: true, place: placeOf(9) },
  ],
};
const live = (more: Partial<SegmentModel> = {}): SegmentModel => ({
  ...{ id: 'm1', sourceId: 's1', name: 'Users', description: ' ', isEnabled: true },
  ...{ query: 'SELECT id FROM shop.users;\n', identifier: 'id', ...more },
});
const mapping = (more: Partial<SegmentMapping> = {}): SegmentMapping => ({
  ...{ id: 'map1', name: 'Identify', modelId: 'm1', destination: 'Braze', isEnabled: true, isDestinationEnabled: true },
  ...{ columns: { uses: [], takesAll: false }, interval: 3_600_000, syncsAMonth: 730, ...more },
});
const running = (more: object = {}): MaybeRunning => ({
  ...{ slug: 'bigquery-acme', location: 'EU', models: [live()], mappings: [mapping()], ...more },
});
const known = (reference: MaybeCompared): ComparedWith => {
  if ('whyNot' in reference) throw new Error(reference.whyNot);
  return reference;
};
const none: Based = { whyNot: 'the event schedule tells no base commit' };

describe('what there is to compare with', () => {
  test('no token → the base commit alone, and it says so; users of a model are not known', () => {
    const reference = known(referenceOf(base, undefined));
    expect(reference.words).toBe('the base commit 1f2e3d4 alone: Segment was not asked (no segment_token was given)');
    expect(removedFrom(reference, []).map(({ finding }) => told(finding))).toEqual([
      'warning model-removed segment/models.yml:2:1',
      'warning model-removed segment/models.yml:9:1',
    ]);
    expect(reference.knows({ isCompiled: true })).toBe(false);
  });

  test('Segment cannot be read → the base commit, and why; never that nobody uses a column', () => {
    const reference = known(referenceOf(base, { whyNot: 'could not list: 503', fault: 'unread' }));
    expect(reference.words).toContain('Segment could not be read (could not list: 503)');
    const before = previousOf(modelWith(), reference);
    const facts = factsWith({ columns: [...factsWith().columns, { name: 'plan', type: 'STRING' }] });
    const { findings } = compare({ model: modelWith(), facts: factsWith() }, before && { model: before, facts });
    expect(findings.map(told)).toContain('warning column-removed segment/users.sql:1:1');
    expect(findings.map(({ message }) => message).join()).toContain('not known, because Segment could not be read');
  });

  test('no such source → nobody uses what is not there', () => {
    const reference = known(referenceOf(base, { whyNot: 'the source does not exist in Segment', fault: 'none' }));
    expect(reference.models.map(({ mappings }) => mappings)).toEqual([[], []]);
  });

  test('neither → not compared, with both reasons', () => {
    expect(referenceOf(none, undefined)).toEqual({
      whyNot: 'the event schedule tells no base commit; Segment was not asked (no segment_token was given)',
    });
  });

  test('Segment → its query, not that of the commit; what only the commit has is used by nobody', () => {
    const reference = known(referenceOf(base, running()));
    expect(reference.words).toBe('what runs in Segment (bigquery-acme), and the base commit 1f2e3d4');
    expect(reference.models.map(({ name, query, place }) => [name, query, place?.line])).toEqual([
      ['Users', 'SELECT id FROM shop.users;\n', 2],
      ['Orders', 'SELECT 1', 9],
    ]);
    const gone = removedFrom(reference, []).map(({ finding }) => finding);
    expect(gone.map(told)).toEqual([
      'error model-removed segment/models.yml:2:1',
      'notice model-removed segment/models.yml:9:1',
    ]);
    expect(gone[0]?.message).toContain('of the base commit 1f2e3d4 is removed. It stops Identify (Braze)');
  });

  test('a model that stands in no file → is not missed', () => {
    const reference = known(referenceOf(none, running({ models: [live({ name: 'Of the app' })] })));
    expect(removedFrom(reference, [])).toEqual([]);
  });

  test.each<[string, object, object]>([
    ['its query is not told', { models: [live({ query: undefined })] }, { kind: 'none' }],
    ['its identifier is not told', { models: [live({ identifier: undefined })] }, { kind: 'none' }],
    ['whether it is enabled is not told', { models: [live({ isEnabled: undefined })] }, { kind: 'none' }],
    ['another query', { models: [live({ query: 'SELECT 2' })] }, { kind: 'query' }],
    ['another identifier', { models: [live({ identifier: 'email' })] }, { kind: 'identifier' }],
    [
      'the same name twice: the one that syncs',
      { models: [live({ isEnabled: false, query: 'x' }), live({ id: 'm2' })] },
      { kind: 'none' },
    ],
    ['no model of this name', { models: [] }, { kind: 'new' }],
  ])('a live model, %s → %p', (_title, more, change) => {
    const reference = known(referenceOf(none, running(more)));
    const before = previousOf(modelWith(), reference);
    const compared = compare(
      { model: modelWith(), facts: factsWith() },
      before && { model: before, facts: factsWith() },
    );
    expect(compared.change).toMatchObject(change);
  });

  test.each<[string, object, number | undefined]>([
    ['one mapping', {}, 730],
    ['two', { mappings: [mapping(), mapping({ id: 'map2', syncsAMonth: 30 })] }, 760],
    ['one that is disabled', { mappings: [mapping({ isEnabled: false })] }, 0],
    ['one whose destination is disabled', { mappings: [mapping({ isDestinationEnabled: false })] }, 0],
    [
      'one whose schedule nobody can read: at least',
      { mappings: [mapping(), mapping({ syncsAMonth: undefined })] },
      730,
    ],
    ['mappings of others', { mappings: [mapping({ modelId: 'm9' })] }, 0],
    ['mappings that cannot be read', { mappings: { whyNot: '503' } }, undefined],
  ])('syncs a month, %s', (_title, more, expected) => {
    const [model] = known(referenceOf(none, running(more))).models;
    expect(model && syncsAMonthOf(model)).toBe(expected);
  });
});

describe('whether a model may be published', () => {
  const report = modelsReportOf({
    models: [
      resultOf(),
      resultOf({ name: 'Broken', findings: [findingOf()] }),
      resultOf({ name: 'Warned', findings: [findingOf({ weight: 'warning' })] }),
      resultOf({ name: 'Refused', facts: undefined }),
    ],
  });
  test.each<[string, string | undefined]>([
    ['Users', undefined],
    ['Warned', undefined],
    ['Broken', 'it has errors: query at segment/users.sql:3:8'],
    ['Refused', 'it was not tried'],
    ['Nobody', 'it was not looked at'],
  ])('%s → %p', (name, expected) => expect(whyUnsound(report, name)).toBe(expected));

  test('nothing was tried → none may', () => {
    expect(whyUnsound({ ...report, trying: { whyNot: 'no right' } }, 'Users')).toBe('it was not tried: no right');
  });
});
