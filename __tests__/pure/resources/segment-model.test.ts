import { describe, expect, test } from '@jest/globals';
import type { Model } from '../../../src/cloud/segment/models.ts';
import { isCarriedOut } from '../../../src/engine/plan.ts';
import { isOfRepository, readModelMark, writeModelMark } from '../../../src/ownership/model-mark.ts';
import type { ModelDesign, ModelLive, PublishDesign } from '../../../src/resources/segment-model/design.ts';
import { examineLeftOver, examineModel } from '../../../src/resources/segment-model/examine.ts';
import { leftOver, matchOf } from '../../../src/resources/segment-model/match.ts';
import { fewAtATime } from '../../../src/resources/segment-model/queue.ts';

/** Models in Segment: whose they are, and what differs. */
const MARK = '[acme/data:segment/models.yml]';
const design = (more: Partial<ModelDesign> = {}): ModelDesign => ({
  ...{ name: 'Users', previousName: undefined, description: 'All', query: 'SELECT 1', identifier: 'id' },
  ...{ enabled: true, path: 'segment/models.yml', allowsIdentifier: false, ...more },
});
const model = (more: Partial<Model> = {}): Model => ({
  ...{ id: 'm1', sourceId: 's1', name: 'Users', description: `All ${MARK}`, isEnabled: true },
  ...{ query: 'SELECT 1', identifier: 'id', ...more },
});
const publish = (more: Partial<PublishDesign> = {}): PublishDesign => ({
  ...{ repository: 'acme/data', adopt: false, prune: false, isReviewed: false, ...more },
});
const FILES = ['segment/models.yml', 'crm/models.yml'];
const grounds = { repository: 'acme/data', exists: (path: string): boolean => FILES.includes(path) };

describe('the mark', () => {
  test.each<[string, string, string | undefined]>([
    [`All ${MARK}`, 'All', 'segment/models.yml'],
    [MARK, '', 'segment/models.yml'],
    [` ${MARK} `, '', 'segment/models.yml'],
    ['two\nlines [acme/data:a b/c.yml]', 'two\nlines', 'a b/c.yml'],
    ['[acme/data:a%5B1%5D.yml]', '', 'a[1].yml'],
    ['[acme/data:100%.yml]', '', '100%.yml'],
    ['All', 'All', undefined],
    [' ', '', undefined],
    [`${MARK} All`, `${MARK} All`, undefined],
    ['[see docs]', '[see docs]', undefined],
    ['[https://acme.example:x]', '[https://acme.example:x]', undefined],
  ])('%j → text %j, path %j', (description, text, path) => {
    const read = readModelMark(description);
    expect([read.text, read.mark?.path]).toEqual([text, path]);
  });

  test.each(['segment/models.yml', 'a]b[c/100%.yml', 'ü/ä.sql'])('%s → written and read back', (path) => {
    const mark = { repository: 'acme/data', path };
    expect(readModelMark(writeModelMark('Text [1]', mark))).toEqual({ text: 'Text [1]', mark });
    expect(isOfRepository(mark, 'Acme/Data')).toBe(true);
    expect(isOfRepository(mark, 'acme/data-2')).toBe(false);
  });
});

describe('which model of Segment it is', () => {
  test.each<[string, Partial<ModelDesign>, readonly Partial<Model>[], string]>([
    ['none of the name', {}, [{ name: 'Others' }], 'absent'],
    ['marked with its file', {}, [{}], 'ours m1'],
    ['marked with a file that is gone', {}, [{ description: '[acme/data:old.yml]' }], 'ours m1'],
    ['marked with another file that is there', {}, [{ description: '[acme/data:crm/models.yml]' }], 'another m1'],
    ['marked with another repository', {}, [{ description: '[acme/website:segment/models.yml]' }], 'another m1'],
    ['not marked', {}, [{ description: ' ' }], 'unmarked m1'],
    ['made by Segment', {}, [{ description: 'Automatically Created, Do not Edit' }], 'automatic m1'],
    [
      'made by Segment for an audience',
      {},
      [{ description: 'Programatically generated rETL model that is …' }],
      'automatic m1',
    ],
    ['renamed', { name: 'People', previousName: 'Users' }, [{}], 'ours m1'],
    ['renamed already', { name: 'People', previousName: 'Users' }, [{ id: 'm2', name: 'People' }, {}], 'ours m2'],
    ['the name twice, one of them ours', {}, [{ id: 'm0', description: ' ' }, {}], 'ours m1'],
    ['the name twice, both ours', {}, [{ id: 'm0' }, {}], 'ambiguous'],
    ['the name twice, none ours', {}, [{ id: 'm0', description: ' ' }, { description: ' ' }], 'ambiguous'],
  ])('%s → %4$s', (_title, wanted, models, expected) => {
    const match = matchOf(design(wanted), models.map(model), grounds);
    expect(`${match.state}${'model' in match ? ` ${match.model.id}` : ''}`).toBe(expected);
  });

  test.each<[string, Partial<Model>, boolean]>([
    ['of a file in scope', {}, true],
    ['of a file that is not looked at', { description: '[acme/data:other/x.yml]' }, false],
    ['of another repository', { description: '[acme/website:segment/models.yml]' }, false],
    ['without a mark', { description: 'All' }, false],
    ['made by Segment', { description: 'Automatically Created, Do not Edit' }, false],
  ])('no file asks for one %s → left over: %p', (_title, more, expected) => {
    const isGone = (path: string): boolean => path.startsWith('segment/');
    expect(leftOver([model(more)], { repository: 'acme/data', matched: [], isGone })).toHaveLength(expected ? 1 : 0);
    const matched = [{ state: 'ours', model: model(more) }] as const;
    expect(leftOver([model(more)], { repository: 'acme/data', matched, isGone })).toEqual([]);
  });
});

describe('what differs', () => {
  const ours = (more: Partial<Model> = {}, rest: Partial<ModelLive> = {}): ModelLive => ({
    ...{ match: { state: 'ours', model: model(more) }, mappings: [], isCommitted: true, ...rest },
  });
  const unmarked = (more: Partial<Model> = {}): ModelLive => ({
    match: { state: 'unmarked', model: model({ description: 'By Ann', ...more }) },
    ...{ mappings: [], isCommitted: true },
  });
  const used = { mappings: ['Upsert (CRM)'] };

  test.each<[string, Partial<PublishDesign>, Partial<ModelDesign>, ModelLive, readonly string[], readonly string[]]>([
    ['in sync', {}, {}, ours({}, used), [], []],
    ['absent', {}, {}, { match: { state: 'absent' }, mappings: [], isCommitted: true }, ['missing'], []],
    ['a final semicolon and white space', {}, {}, ours({ query: '\nSELECT 1;\n\n' }), [], []],
    ['another query', {}, {}, ours({ query: 'SELECT 2' }), ['query'], []],
    ['… that mappings sync', {}, {}, ours({ query: 'SELECT 2' }, used), ['query'], ['in-use']],
    [
      '… and nobody knows whether',
      {},
      {},
      ours({ query: 'x' }, { mappings: { whyNot: '503' } }),
      ['query'],
      ['in-use'],
    ],
    ['… edited in the app', {}, {}, ours({ query: 'SELECT 2' }, { isCommitted: false }), ['query'], ['edited']],
    ['… and reviewed', { isReviewed: true }, {}, ours({ query: 'SELECT 2' }, { isCommitted: false }), ['query'], []],
    ['a query that is not told', {}, {}, ours({ query: undefined }), [], []],
    ['another identifier', {}, {}, ours({ identifier: 'email' }), ['identifier'], ['identifier']],
    ['… that the file allows', {}, { allowsIdentifier: true }, ours({ identifier: 'email' }), ['identifier'], []],
    ['an identifier that is not told', {}, {}, ours({ identifier: undefined }), [], []],
    ['disabled', {}, {}, ours({ isEnabled: false }), ['enabled'], []],
    ['whether it is enabled is not told', {}, {}, ours({ isEnabled: undefined }), [], []],
    ['another name', {}, { name: 'People', previousName: 'Users' }, ours(), ['name'], []],
    ['another description', {}, {}, ours({ description: `Some ${MARK}` }), ['description'], []],
    ['no description in the file', {}, { description: undefined }, ours({ description: `Some ${MARK}` }), [], []],
    ['a file that was moved', {}, { path: 'new.yml' }, ours(), ['description'], []],
    ['unmarked', {}, {}, unmarked({ query: 'x' }), ['unmarked'], ['owner.unmarked']],
    ['adopted', { adopt: true }, {}, unmarked({ query: 'x' }), ['unmarked', 'query', 'description'], []],
    [
      'adopted, with another identifier',
      { adopt: true },
      { description: undefined },
      unmarked({ identifier: 'x' }),
      ['unmarked', 'identifier', 'description'],
      ['identifier'],
    ],
    [
      'made by Segment',
      { adopt: true },
      {},
      { ...unmarked(), match: { state: 'automatic', model: model() } },
      ['taken'],
      ['automatic'],
    ],
    [
      'of another file',
      { adopt: true },
      {},
      { ...unmarked(), match: { state: 'another', model: model(), mark: { repository: 'acme/x', path: 'y' } } },
      ['taken'],
      ['owner.another-target'],
    ],
    [
      'several',
      { adopt: true },
      {},
      { ...unmarked(), match: { state: 'ambiguous', models: [model(), model({ id: 'm2' })] } },
      ['taken'],
      ['ambiguous'],
    ],
  ])('%s', (_title, more, wanted, live, codes, told) => {
    const { differences, diagnostics } = examineModel(publish(more), design(wanted), live);
    const bare = (code: string): string => code.replace(/^segment-model\./, '');
    expect(differences.map(({ code }) => bare(code))).toEqual(codes);
    expect(diagnostics.map(({ code }) => bare(code))).toEqual(told);
    expect(differences.every(({ phase }) => phase === 'remove')).toBe(true);
  });

  test('adoption → no drift; the digest tells id, hash of the query, and what was there', () => {
    const { differences } = examineModel(publish({ adopt: true }), design(), unmarked({ query: 'SELECT 2' }));
    expect(differences.map(({ exempt }) => exempt)).toEqual(['adoption', undefined, undefined]);
    expect(differences.map(({ change }) => change)).toMatchObject([
      { adopt: 'm1', mark: MARK },
      { set: 'query', id: 'm1', sha256: 'e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5' },
      { set: 'description', id: 'm1', to: `All ${MARK}` },
    ]);
    expect(JSON.stringify(differences)).not.toContain('SELECT');
  });

  test.each<[string, boolean, readonly string[] | { readonly whyNot: string }, boolean]>([
    ['prune_models', true, [], true],
    ['without it', false, [], false],
    ['a mapping uses it', true, ['Upsert (CRM)'], false],
    ['nobody knows whether one does', true, { whyNot: '503' }, false],
  ])('a model whose file is gone, %s → deleted: %4$p', (_title, prune, mappings, isDeleted) => {
    const [difference] = examineLeftOver(publish({ prune }), model(), mappings).differences;
    expect(difference).toMatchObject({ kind: 'surplus', code: 'segment-model.left-over' });
    expect(difference !== undefined && isCarriedOut(difference, false)).toBe(isDeleted);
    expect(difference?.change).toMatchObject(isDeleted ? { delete: 'm1' } : { byHand: { id: 'm1' } });
  });
});

test('a queue → so many at a time, in order, and a failure takes no place', async () => {
  const inTurn = fewAtATime(2);
  let [running, most] = [0, 0];
  const order: number[] = [];
  const work = (index: number) => async (): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    order.push(index);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (index === 1) throw new Error('x');
    return index;
  };
  const done = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => inTurn(work(index))));
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect({ most, order }).toEqual({ most: 2, order: [0, 1, 2, 3, 4] });
});
