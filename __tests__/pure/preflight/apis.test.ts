import { describe, expect, test } from '@jest/globals';
import { isApiOff } from '../../../src/errors/api-off.ts';
import { sentence } from '../../../src/errors/diagnostic.ts';
import { explain } from '../../../src/errors/explain.ts';
import { apisOf, checkApis } from '../../../src/preflight/apis.ts';
import { refusal } from '../verify/wire.ts';

describe('apis', () => {
  test.each([
    ['rest', ['bigquery.googleapis.com']],
    ['storage', ['bigquery.googleapis.com', 'bigquerystorage.googleapis.com']],
  ] as const)('read_api %s → %j', (readApi, apis) => {
    expect(apisOf({ access: { readApi } })).toEqual(apis);
  });

  test.each([
    [['a.googleapis.com'], 'a.googleapis.com is disabled there. Set enable_apis: true'],
    [
      ['a.googleapis.com', 'b.googleapis.com'],
      'a.googleapis.com, b.googleapis.com are disabled there. Set enable_apis',
    ],
  ])('%j are off → one problem with both ways to enable them', (off, words) => {
    const [problem, ...more] = checkApis(off, { projectId: 'acme-analytics' });
    const told = problem === undefined ? '' : sentence(problem);
    expect(told).toContain(words);
    expect(told).toContain(
      `gcloud services enable ${off.map((name) => `'${name}'`).join(' ')} --project 'acme-analytics'`,
    );
    expect({ code: problem?.code, more }).toEqual({ code: 'preflight.api-disabled', more: [] });
  });

  test('nothing is off → nothing', () => {
    expect(checkApis([], { projectId: 'p' })).toEqual([]);
  });

  test.each([
    ['SERVICE_DISABLED', refusal('API has not been used', { service: 'iam', reason: 'SERVICE_DISABLED' }), true],
    ["BigQuery's own words", refusal('The project p has not enabled BigQuery.', { code: 400 }), true],
    ['a missing permission', refusal('Access Denied'), false],
  ])('%s → API off: %s', (_title, error, expected) => {
    expect(explain(error).some(isApiOff)).toBe(expected);
  });
});
