import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../src/errors/api-error.ts';
import { factsOf } from '../../../src/models/columns.ts';
import { compare, previousOf, removedFrom } from '../../../src/models/compare.ts';
import type { Mapping, ReferenceModel, Users } from '../../../src/models/reference-model.ts';
import { modelFindings } from '../../../src/models/findings.ts';
import type { ModelFindingId } from '../../../src/models/findings.ts';
import { judge } from '../../../src/models/judge.ts';
import type { Model, ModelFinding, QueryFacts } from '../../../src/models/model.ts';
import { queryInLines } from '../../../src/models/places.ts';
import { refusedFinding } from '../../../src/models/refused.ts';
import { countingUnique, wrapped } from '../../../src/models/wrap.ts';
import { FILE, factsWith, foundIn, modelWith, placeOf, told } from './model-of.ts';

/** Every finding: when, where, and in which words. */
const YML = 'segment/models.yml';
const reader = {
  projectId: 'acme',
  email: 'segment@acme.iam.gserviceaccount.com',
  accessMode: 'limited',
  location: 'EU',
} as const;
const seen = new Set<ModelFindingId>(['schema', 'file', 'duplicate-name', 'not-unique', 'override-unclear']); // These have tests of their own.

function expectOne(findings: readonly ModelFinding[], place: string, words: RegExp): void {
  expect(findings.map(told)).toEqual([place]);
  expect(findings[0]?.message).toMatch(words);
  findings.forEach(({ id }) => seen.add(id));
}

describe('offline', () => {
  test.each<[string, Partial<Parameters<typeof modelWith>[0]> & object, string, RegExp]>([
    [
      'a query of 65,536 characters',
      { query: `SELECT 1 AS id ${' '.repeat(65_521)}` },
      `error too-long ${FILE}:1:65536`,
      /65536 characters, and Segment allows 65535/,
    ],
    [
      'an identifier of 192',
      { identifier: 'x'.repeat(192) },
      `error too-long ${YML}:4:1`,
      /192 characters, and Segment allows 191/,
    ],
    [
      'two statements',
      { query: 'SELECT 1 AS id;\nSELECT 2' },
      `error statements ${FILE}:2:1`,
      /^Something follows the semicolon on line 1/,
    ],
    [
      'a comment after the semicolon',
      { query: 'SELECT 1 AS id; -- x' },
      `error statements ${FILE}:1:17`,
      /^A comment follows/,
    ],
    [
      'an open string',
      { query: "SELECT 1,\n  'a" },
      `error unclosed ${FILE}:2:3`,
      /string that begins here is not closed/,
    ],
    ['a parameter', { query: 'SELECT\n  @day AS id' }, `error parameters ${FILE}:2:3`, /^@day is a parameter/],
    ['a final semicolon', { query: 'SELECT 1 AS id\n;\n' }, `warning final-semicolon ${FILE}:2:1`, /remove it\.$/],
    ['a comment at the end', { query: 'SELECT 1 AS id -- x' }, `warning comment-at-end ${FILE}:1:16`, /Move it up/],
    [
      'a column of now',
      { query: 'SELECT 1 AS id,\n  CURRENT_DATE() AS d' },
      `warning unstable-column ${FILE}:2:3`,
      /^CURRENT_DATE changes by itself/,
    ],
    [
      'rows by chance',
      { query: 'SELECT id FROM t\nLIMIT 5' },
      `warning unstable-rows ${FILE}:2:1`,
      /^LIMIT without ORDER BY/,
    ],
    ['nothing', { query: ' ' }, `error file ${FILE}:1:1`, /The query is empty/],
  ])('%s → in its place', (_title, given, place, words) => expectOne(foundIn(modelWith(given)), place, words));
});

describe('what a dry run tells', () => {
  const columns = (...types: readonly string[]): Partial<QueryFacts> => ({
    columns: types.map((type, index) => ({ name: index === 0 ? 'id' : `c${String(index)}`, type })),
  });
  test.each<[string, Partial<QueryFacts>, Partial<Omit<Model, 'query'>>, string, RegExp]>([
    ['another statement', { statementType: 'SCRIPT' }, {}, `error not-a-select ${FILE}:1:1`, /is a SCRIPT/],
    [
      '513 columns',
      columns(...Array<string>(513).fill('STRING')),
      {},
      `error columns-limit ${FILE}:1:1`,
      /513 columns, and Segment syncs 512/,
    ],
    [
      'a reserved column',
      {
        columns: [
          { name: 'id', type: 'STRING' },
          { name: '__Segment_id', type: 'STRING' },
        ],
      },
      {},
      `error column-name ${FILE}:1:1`,
      /__Segment_id begins with/,
    ],
    [
      'a long name',
      {
        columns: [
          { name: 'id', type: 'STRING' },
          { name: 'x'.repeat(129), type: 'STRING' },
        ],
      },
      {},
      `error column-name ${FILE}:1:1`,
      /129 characters/,
    ],
    [
      'no identifier',
      {},
      { identifier: 'user_id' },
      `error identifier-missing ${YML}:4:1`,
      /does not return its identifier user_id\. It returns id\./,
    ],
    ['another case', {}, { identifier: 'Id' }, `warning identifier-case ${YML}:4:1`, /is Id, and the column is id/],
    ...['ARRAY<STRING>', 'STRUCT<a INT64>', 'JSON', 'GEOGRAPHY', 'RANGE<DATE>', 'RANGE'].map(
      (type): [string, Partial<QueryFacts>, object, string, RegExp] => [
        `an identifier of ${type}`,
        columns(type),
        {},
        `error identifier-type ${YML}:4:1`,
        /cannot tell rows apart/,
      ],
    ),
    ['an identifier of FLOAT64', columns('FLOAT64'), {}, `warning identifier-type ${YML}:4:1`, /not exact/],
    [
      'a promised column',
      {},
      { columns: ['id', 'plan'], places: { ...modelWith().places, columns: [placeOf(5, 15), placeOf(5, 19)] } },
      `error contract ${YML}:5:19`,
      /promises the column plan/,
    ],
    [
      'a dataset that is not listed',
      { tables: ['acme.shop.t', 'acme.crm.u', 'acme.crm.v'] },
      {},
      `notice outside-source-datasets ${FILE}:1:1`,
      /reads acme\.crm, which source_datasets does not list/,
    ],
    [
      'the state dataset',
      { tables: ['acme.__segment_reverse_etl.records_1'] },
      {},
      `error state-dataset ${FILE}:1:1`,
      /keeps its own state/,
    ],
    [
      'too many bytes',
      { bytes: 3e9, accuracy: 'LOWER_BOUND' },
      {},
      `error bytes ${FILE}:1:1`,
      /at least 3\.0 GB, and max_bytes is 2\.0 GB/,
    ],
    [
      'more than the model allows',
      { bytes: 1.5e9, accuracy: 'UPPER_BOUND' },
      { maxBytes: 1e9 },
      `error bytes ${YML}:6:1`,
      /at most 1\.5 GB, and max_bytes is 1\.0 GB/,
    ],
  ])('%s → in its place', (_title, facts, model, place, words) =>
    expectOne(
      judge(modelWith(model), factsWith(facts), { sourceDatasets: ['acme.shop'], maxBytes: 2e9 }),
      place,
      words,
    ),
  );

  test('nothing wrong → nothing; no list of datasets → none is outside', () => {
    expect(judge(modelWith(), factsWith({ tables: ['x.y.z'] }), { sourceDatasets: [], maxBytes: undefined })).toEqual(
      [],
    );
  });

  test("the API's names of types → GoogleSQL's", () => {
    const fields = [
      { name: 'a', type: 'INTEGER' },
      {
        name: 'b',
        type: 'RECORD',
        mode: 'REPEATED',
        fields: [
          { name: 'c', type: 'FLOAT' },
          { name: 'd', type: 'BOOLEAN', mode: 'REPEATED' },
        ],
      },
    ];
    const facts = factsOf({
      statementType: 'SELECT',
      fields,
      tables: ['a.b.c', 'a.b.c'],
      routines: [],
      bytes: 1,
      accuracy: 'NEW',
    });
    expect(facts).toMatchObject({
      columns: [
        { name: 'a', type: 'INT64' },
        { name: 'b', type: 'ARRAY<STRUCT<c FLOAT64, d ARRAY<BOOL>>>' },
      ],
      ...{ tables: ['a.b.c'], accuracy: 'UNKNOWN' },
    });
  });
});

describe('what BigQuery refuses', () => {
  const error = (code: number | undefined, reason: string, words: string): ApiError =>
    new ApiError({
      ...{ call: 'try the model Users', service: 'bigquery', code, status: 'X', reason, words },
      requestId: undefined,
      details: [],
      retryAfter: undefined,
    });
  const refuse = (sql: string, what: ApiError, more: { liesIn?: string; mode?: 'scoped' } = {}): ModelFinding[] => {
    const query = queryInLines(sql, placeOf(1, 1, FILE));
    const refused = {
      query,
      sent: sql,
      inOriginal: (offset: number): number => offset,
      error: what,
      liesIn: more.liesIn,
    };
    return [refusedFinding(refused, { ...reader, accessMode: more.mode ?? reader.accessMode })];
  };
  const invalid = (words: string): ApiError => error(400, 'invalidQuery', words);
  const denied = (words: string): ApiError => error(403, 'accessDenied', words);

  test.each<[string, string, ApiError, string, RegExp, { liesIn?: string; mode?: 'scoped' }?]>([
    [
      'a name that is unknown',
      'SELECT id,\n  nope\nFROM t',
      invalid('Unrecognized name: nope at [3:3]'),
      `error query ${FILE}:2:3`,
      /^BigQuery rejects the query: Unrecognized name: nope\.$/,
    ],
    [
      'a column after a tab, as BigQuery counts',
      'SELECT\n\tnope',
      invalid('Unrecognized name: nope at [3:9]'),
      `error query ${FILE}:2:2`,
      /nope/,
    ],
    [
      'a column after a tab, counted as one',
      'SELECT\n\tnope',
      invalid('Unrecognized name: nope at [3:2]'),
      `error query ${FILE}:2:2`,
      /nope/,
    ],
    [
      'a column after letters of two units',
      "SELECT '😀', nope",
      invalid('Unrecognized name: nope at [2:13]'),
      `error query ${FILE}:1:14`,
      /nope/,
    ],
    [
      'words without a place',
      'SELECT 1',
      invalid('Duplicate column names in the result'),
      `error query ${FILE}:1:1`,
      /Duplicate column names/,
    ],
    [
      'a place in the first line of what was sent',
      'SELECT 1',
      invalid('Syntax error at [1:1]'),
      `error query ${FILE}:1:1`,
      /Syntax error/,
    ],
    [
      'a place after the query',
      'SELECT 1\nFROM\n',
      invalid('Syntax error: Unexpected ")" at [5:1]'),
      `error query ${FILE}:2:5`,
      /Unexpected/,
    ],
    [
      'two places',
      'SELECT 1,\n2',
      invalid('Resources in view x at [1:1] exceeded at [3:1]'),
      `error query ${FILE}:2:1`,
      /view x at \[1:1\] exceeded/,
    ],
    [
      'another statement',
      '-- x\nCREATE TABLE a (b INT64)',
      invalid('Syntax error: Expected keyword SELECT at [3:1]'),
      `error not-a-select ${FILE}:2:1`,
      /begins with CREATE/,
    ],
    [
      'a table in limited',
      'SELECT 1\nFROM `acme.crm.users`',
      denied('Access Denied: Table acme:crm.users: User does not have permission to query table acme:crm.users'),
      `error denied ${FILE}:2:6`,
      /may not read acme\.crm\.users .*run mode check, .*or grant roles\/bigquery\.dataViewer on the dataset acme\.crm/,
    ],
    [
      'a table in another project',
      'FROM other.crm.users',
      denied('Access Denied: Table other:crm.users: User does not have permission'),
      `error denied ${FILE}:1:6`,
      /Grant roles\/bigquery\.dataViewer on the dataset other\.crm to serviceAccount:segment@/,
    ],
    [
      'a table in scoped',
      'SELECT 1 FROM crm.users',
      denied('Access Denied: Table acme:crm.users: User does not'),
      `error denied ${FILE}:1:15`,
      /Add acme\.crm to source_datasets, and run mode apply\.$/,
      { mode: 'scoped' },
    ],
    [
      'a policy tag',
      'SELECT 1',
      denied(
        'Access Denied: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "taxonomy : pii" on column(s) a.b.c',
      ),
      `error denied ${FILE}:1:1`,
      /policy tag protects columns .*pii/,
    ],
    [
      'running queries at all',
      'SELECT 1',
      denied('Access Denied: Project acme: User does not have bigquery.jobs.create permission in project acme.'),
      `error denied ${FILE}:1:1`,
      /Run mode check/,
    ],
    [
      'a quota',
      'SELECT 1',
      error(403, 'quotaExceeded', 'Quota exceeded'),
      `error not-tried ${FILE}:1:1`,
      /could not be tried/,
    ],
    [
      'a table elsewhere',
      'SELECT 1 FROM far.users',
      error(404, 'notFound', 'Not found: Table acme:far.users was not found in location EU'),
      `error location ${FILE}:1:15`,
      /acme\.far lies in US; the source runs its queries in EU/,
      { liesIn: 'US' },
    ],
    [
      'a table that is not there',
      'SELECT 1 FROM shop.gone',
      error(404, 'notFound', 'Not found: Table acme:shop.gone was not found in location EU'),
      `error query ${FILE}:1:15`,
      /acme:shop\.gone was not found/,
      { liesIn: 'EU' },
    ],
    [
      'a name with a space',
      'SELECT 1 FROM `acme.far.Active Users`',
      error(404, 'notFound', 'Not found: Table acme:far.Active Users was not found in location EU'),
      `error location ${FILE}:1:15`,
      /acme\.far\.Active Users/,
      { liesIn: 'US' },
    ],
    [
      'no answer',
      'SELECT 1',
      error(undefined, 'time-limit', 'nothing came'),
      `error not-tried ${FILE}:1:1`,
      /no answer from BigQuery/,
    ],
    ['an outage', 'SELECT 1', error(503, 'backendError', 'try again'), `error not-tried ${FILE}:1:1`, /try again/],
  ])('%s → in its place', (_title, sql, what, place, words, ...[more]) =>
    expectOne(refuse(sql, what, more), place, words),
  );
});

describe('the wrapper', () => {
  test('a query → put one line below, without its semicolon, and nothing else of it changed', () => {
    expect(wrapped('SELECT 1 -- a\n;\n')).toBe(
      'WITH __segment_model AS (\nSELECT 1 -- a\n \n\n) SELECT * FROM __segment_model',
    );
    expect(countingUnique('SELECT 1', 'od`d\\')).toContain('COUNT(DISTINCT `od\\`d\\\\`)');
  });
});

describe('compared with what was', () => {
  const mapping = (more: Partial<Mapping> = {}): Mapping => ({
    name: 'Identify',
    destination: 'Braze',
    enabled: true,
    columns: { uses: [], takesAll: false },
    syncsAMonth: undefined,
    ...more,
  });
  const before = (more: Partial<ReferenceModel> = {}): ReferenceModel => ({
    ...{
      name: 'Users',
      query: 'SELECT id FROM shop.users',
      identifier: 'id',
      enabled: true,
      place: placeOf(2),
      mappings: [],
    },
    ...more,
  });
  const two = factsWith({
    columns: [
      { name: 'id', type: 'STRING' },
      { name: 'plan', type: 'STRING' },
    ],
  });
  const columns = { uses: [{ column: 'Plan', takenBy: 'traits.plan' }], takesAll: false };
  const unasked = { whyNot: 'Segment was not asked (no segment_token was given)' };

  test.each<
    [string, Partial<ReferenceModel>, Partial<Omit<Model, 'query'>>, readonly [QueryFacts, QueryFacts], string, RegExp]
  >([
    [
      'a removed column that a mapping uses',
      { mappings: [mapping({ columns })] },
      {},
      [two, factsWith()],
      `error breaks-mapping ${FILE}:1:1`,
      /column plan is removed, and the mapping Identify \(Braze\) uses it in traits\.plan/,
    ],
    [
      '… that a disabled one uses',
      { mappings: [mapping({ columns, enabled: false })] },
      {},
      [two, factsWith()],
      `warning breaks-mapping ${FILE}:1:1`,
      /which is disabled/,
    ],
    [
      '… with a mapping that takes all',
      { mappings: [mapping({ columns: { uses: [], takesAll: true } })] },
      {},
      [two, factsWith()],
      `warning breaks-mapping ${FILE}:1:1`,
      /takes all columns/,
    ],
    [
      '… that none uses',
      { mappings: [mapping()] },
      {},
      [two, factsWith()],
      `notice column-removed ${FILE}:1:1`,
      /No mapping uses it/,
    ],
    [
      '… where Segment was not asked',
      { mappings: unasked },
      {},
      [two, factsWith()],
      `warning column-removed ${FILE}:1:1`,
      /is not known, because Segment was not asked/,
    ],
    [
      '… with a mapping whose settings are not told',
      { mappings: [mapping({ columns: undefined })] },
      {},
      [two, factsWith()],
      `warning breaks-mapping ${FILE}:1:1`,
      /may use it: Segment did not tell its settings/,
    ],
    [
      '… that a mapping names in two fields',
      {
        mappings: [
          mapping({
            columns: { uses: ['a', 'trigger', 'a'].map((takenBy) => ({ column: 'plan', takenBy })), takesAll: true },
          }),
        ],
      },
      {},
      [two, factsWith()],
      `error breaks-mapping ${FILE}:1:1`,
      /uses it in a, trigger\. Keep/,
    ],
    [
      'another spelling in use',
      { mappings: [mapping({ columns })] },
      {},
      [two, factsWith({ columns: [...factsWith().columns, { name: 'PLAN', type: 'STRING' }] })],
      `error breaks-mapping ${FILE}:1:1`,
      /column plan is spelled PLAN from now on/,
    ],
    [
      'disabled, and who uses it is not known',
      { mappings: unasked },
      { enabled: false },
      [two, two],
      `warning model-disabled ${YML}:2:1`,
      /not known, because Segment was not asked/,
    ],
    [
      'another type in use',
      { mappings: [mapping({ columns })] },
      {},
      [
        two,
        factsWith({
          columns: [
            { name: 'id', type: 'STRING' },
            { name: 'PLAN', type: 'INT64' },
          ],
        }),
      ],
      `error breaks-mapping ${FILE}:1:1`,
      /changes from STRING to INT64/,
    ],
    [
      'another identifier',
      {},
      { identifier: 'email' },
      [two, two],
      `error identifier-changed ${YML}:4:1`,
      /from id to email/,
    ],
    [
      'disabled under a mapping',
      { mappings: [mapping()] },
      { enabled: false },
      [two, two],
      `error model-disabled ${YML}:2:1`,
      /it stops Identify \(Braze\)/,
    ],
    [
      'another query',
      { query: 'SELECT 1' },
      {},
      [two, two],
      `notice query-changed ${FILE}:1:1`,
      /dbt check would reject this/,
    ],
  ])('%s → in its place', (_title, was, is, [old, now], place, words) =>
    expectOne(compare({ model: modelWith(is), facts: now }, { model: before(was), facts: old }).findings, place, words),
  );

  test('a model that is gone → its weight by who uses it; one that was renamed is not gone', () => {
    const gone = (mappings: Users): string[] =>
      removedFrom({ what: 'the base commit 1', models: [before({ mappings })] }, []).map(({ finding }) =>
        told(finding),
      );
    expect([gone([mapping()]), gone([mapping({ enabled: false })]), gone(unasked)]).toEqual([
      [`error model-removed ${YML}:2:1`],
      [`notice model-removed ${YML}:2:1`],
      [`warning model-removed ${YML}:2:1`],
    ]);
    seen.add('model-removed');
    const renamed = modelWith({ name: 'People', previousName: 'Users' });
    const reference = { what: 'x', models: [before()] };
    expect(removedFrom(reference, [renamed])).toEqual([]);
    expect(previousOf(renamed, reference)?.name).toBe('Users');
  });

  test('columns and bytes → what came and went; no case; only one side known → nothing', () => {
    const now = factsWith({
      columns: [
        { name: 'ID', type: 'STRING' },
        { name: 'mail', type: 'STRING' },
      ],
    });
    const { change } = compare({ model: modelWith(), facts: now }, { model: before(), facts: { ...two, bytes: 7 } });
    expect(change).toEqual({ kind: 'none', added: ['mail'], removed: ['plan'], bytesBefore: 7 });
    expect(compare({ model: modelWith(), facts: undefined }, { model: before(), facts: two }).change.removed).toEqual(
      [],
    );
    expect(compare({ model: modelWith(), facts: now }, undefined).change.kind).toBe('new');
    const spaced = compare(
      { model: modelWith({ query: ' SELECT id FROM shop.users;\n' }), facts: now },
      { model: before(), facts: two },
    );
    expect(spaced.change.kind).toBe('none');
  });
});

test('every kind of finding → has a test here', () => {
  expect(Object.keys(modelFindings).filter((id) => !seen.has(id as ModelFindingId))).toEqual([]);
});
