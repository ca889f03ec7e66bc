import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { modelFindings } from '../../../src/models/findings.ts';
import { shapeOfFile, shapeOfModel } from '../../../src/models/shape.ts';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { isWorthSaying, renderComment } from '../../../src/report/comment.ts';
import { NO_MODELS, modelsOutputs } from '../../../src/report/models-json.ts';
import { concludeModels, modelsLine, withModels } from '../../../src/report/models-verdict.ts';
import { renderSarif } from '../../../src/report/sarif.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { factsWith, placeOf } from '../models/model-of.ts';
import { findingOf, modelsReportOf, resultOf } from './models-of.ts';
import { reportOf, verdictOf } from './report-of.ts';

/** What is shown of models, everywhere: counted right, in its place, and never too much. */
const schemaOf = (name: string): ReturnType<Ajv2020['compile']> =>
  new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')) as object,
  );
const broken = resultOf({
  name: 'Broken',
  facts: undefined,
  findings: [findingOf(), findingOf({ id: 'unstable-rows', weight: 'warning' })],
});
const allowed = resultOf({
  name: 'Meant',
  findings: [findingOf({ id: 'identifier-changed', weight: 'notice', isAllowed: true })],
});
const some = modelsReportOf({
  models: [resultOf(), broken, allowed],
  findings: [findingOf({ id: 'file', message: 'It is gone.' })],
});
const ALONE = { problems: [], verification: undefined };
const only = { mode: 'models', plan: undefined, models: some } as const;

describe('the verdict', () => {
  test.each([
    ['error', true],
    ['warning', true],
    ['never', false],
  ] as const)('errors, and models_fail_on %s → fails: %s', (failOn, fails) => {
    expect(concludeModels(some, failOn, ALONE)).toMatchObject({ fails, result: fails ? 'failed' : 'unchanged' });
  });

  test('warnings alone → fail with models_fail_on warning only; what is allowed counts for nothing', () => {
    const warned = modelsReportOf({ models: [resultOf({ findings: [findingOf({ weight: 'warning' })] }), allowed] });
    expect(concludeModels(warned, 'warning', ALONE).fails).toBe(true);
    expect(concludeModels(warned, 'error', ALONE)).toMatchObject({ fails: false, headline: '2 models: 1 warning.' });
  });

  test('what a change can break → counted; not tried → said', () => {
    const findings = [
      findingOf({ id: 'column-removed', weight: 'warning' }),
      findingOf({ id: 'column-removed', weight: 'notice' }),
      findingOf({ id: 'model-removed' }),
    ];
    const report = modelsReportOf({ models: [resultOf({ findings })], trying: { whyNot: 'nobody may' } });
    expect(modelsLine(report)).toBe('1 model: 1 error, 1 warning. 2 changes can break a sync. They were not tried.');
    expect(modelsOutputs(report)).toMatchObject({ models_errors: '1', models_warnings: '1', models_breaking: '2' });
  });

  test('beside another mode → adds to its headline, and fails it', () => {
    expect(withModels(verdictOf(), some, 'error')).toMatchObject({
      fails: true,
      result: 'failed',
      headline: 'In sync. 3 models: 2 errors, 1 warning.',
    });
    expect(withModels(verdictOf(), undefined, 'error')).toEqual(verdictOf());
  });
});

describe('annotations', () => {
  test('findings → beside their lines, errors first, each with its id; allowed ones are not shown', () => {
    const { errors, warnings, notices } = annotationsOf(reportOf({ ...only, verdict: verdictOf({ fails: true }) }));
    const place = placeOf(3, 8, 'segment/users.sql');
    expect(errors).toEqual([
      { message: 'It is gone.', at: { title: 'file', ...place } },
      { message: 'BigQuery rejects it.', at: { title: 'query', ...place } },
    ]);
    expect([warnings.length, notices.length]).toEqual([1, 0]);
  });
});

describe('the output models', () => {
  const validate = schemaOf('models-result.schema.json');
  test.each([
    ['some models', modelsOutputs(some)],
    ['none', NO_MODELS],
  ])('%s → fits its schema', (_title, { models = '' }) => {
    expect({ valid: validate(JSON.parse(models)), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });
});

describe('500 models, each with twelve findings', () => {
  const hostile = '::error::x ##[y <b>@team</b> [a](b) | `c` '.repeat(8);
  const models = Array.from({ length: 500 }, (_none, index) =>
    resultOf({
      name: `${String(index)} ${hostile}`,
      facts: factsWith({
        columns: Array.from({ length: 60 }, (_column, at) => ({ name: `column_${String(at)}`, type: 'STRING' })),
      }),
      findings: Array.from({ length: 12 }, (_finding, at) => findingOf({ message: `${hostile}${String(at)}` })),
    }),
  );
  const report = reportOf({ ...only, models: modelsReportOf({ models }), verdict: verdictOf({ fails: true }) });

  test('outputs → fit, and count all', () => {
    const outputs = modelsOutputs(report.models);
    expect(outputs).toMatchObject({ models_errors: '6000' });
    expect(outputs['models']?.length).toBeLessThan(500_000);
    const told = JSON.parse(outputs['models'] ?? '') as { cut?: boolean; models: { name: string }[] };
    expect([told.cut, told.models.length]).toEqual([true, 500]);
    expect(schemaOf('models-result.schema.json')(told)).toBe(true);
    expect(outputs['models']).not.toContain('##[');
  });

  test('summary, comment and annotations → fit, and say how much is left out', () => {
    const summary = renderSummary(report);
    const { body } = renderComment(report);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(body.length).toBeLessThan(65_536);
    for (const text of [summary, body]) {
      expect(text).not.toContain('<b>');
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
      const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('query ×12')).length;
      const cut = Number(/… and (\d+) more models/.exec(text)?.[1] ?? 0);
      expect(rows + cut).toBe(500);
    }
    const { errors, rest } = annotationsOf(report);
    expect([errors.length, rest.length]).toEqual([9, 5_992]);
  });

  test('SARIF → at most 5,000 results, each with its region', () => {
    const { runs } = JSON.parse(renderSarif(report)) as {
      runs: { results: unknown[]; automationDetails: { id: string } }[];
    };
    expect(runs[0]?.results).toHaveLength(5_000);
    expect(runs[0]?.automationDetails.id).toMatch(/\/models\/$/);
    expect(runs[0]?.results[0]).toMatchObject({
      ...{ ruleId: 'model.query', level: 'error' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'segment/users.sql' },
            region: { startLine: 3, startColumn: 8 },
          },
        },
      ],
    });
  });
});

describe('the comment', () => {
  test('nothing changed, nothing found → not worth one; a change or a finding → worth one', () => {
    const quiet = { ...only, verdict: verdictOf() };
    expect(isWorthSaying(reportOf({ ...quiet, models: modelsReportOf({}) }))).toBe(false);
    const changed = resultOf({ change: { kind: 'query', added: ['a'], removed: [], bytesBefore: 1 } });
    expect(isWorthSaying(reportOf({ ...quiet, models: modelsReportOf({ models: [changed] }) }))).toBe(true);
    expect(isWorthSaying(reportOf({ ...quiet, models: some }))).toBe(true);
  });

  test('a run that looks at models alone → a comment of its own', () => {
    expect(renderComment(reportOf({ ...only })).marker).not.toBe(renderComment(reportOf({ mode: 'plan' })).marker);
  });
});

describe('the schema of models files', () => {
  const validate = schemaOf('models.schema.json');
  const files = [
    'models:\n  - { name: A, query: SELECT 1, query_identifier_column: id }\n',
    'models:\n  - { name: A, query_file: a.sql, query_identifier_column: id, enabled: false, columns: [id], max_bytes: 20 GB, verify_unique: true, allow: [unstable-column], previous_name: B, description: x }\n',
    'models: []\n',
    '{ $schema: x, models: [] }',
    'models:\n  - { name: A, query_identifier_column: id }\n',
    'models:\n  - { name: A, query: SELECT 1, query_file: a.sql, query_identifier_column: id }\n',
    'models:\n  - { name: A, query: SELECT 1 }\n',
    'models:\n  - { name: A, query: SELECT 1, query_identifier_column: id, querry: x }\n',
    'models:\n  - { name: A, query: SELECT 1, query_identifier_column: id, allow: [query] }\n',
    'models:\n  - { name: A, query: SELECT 1, query_identifier_column: id, max_bytes: lots }\n',
    'models:\n  - { name: 5, query: SELECT 1, query_identifier_column: id }\n',
    '- a\n',
    'other: []\n',
  ];
  test.each(files)('%j → what editors say is what the action says', (text) => {
    const value: unknown = parse(text);
    const shaped = shapeOfFile(value);
    const isTaken = 'value' in shaped && shaped.value.every((one) => 'value' in shapeOfModel(one));
    expect(validate(value)).toBe(isTaken);
  });

  test('what can be allowed → the same in both', () => {
    const schema = JSON.parse(readFileSync(new URL('../../../docs/models.schema.json', import.meta.url), 'utf8')) as {
      properties: { models: { items: { properties: { allow: { items: { enum: string[] } } } } } };
    };
    const rows = Object.entries(modelFindings).filter(([, { allowable }]) => allowable);
    expect(schema.properties.models.items.properties.allow.items.enum.sort()).toEqual(rows.map(([id]) => id).sort());
  });
});
