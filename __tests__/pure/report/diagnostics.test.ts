import { describe, expect, test } from '@jest/globals';
import { gathered, refusalsIn } from '../../../src/report/diagnostics.ts';
import { ROLE, planOf, stepOf } from '../verify/plan-of.ts';
import { noticeOf, problemOf } from './report-of.ts';

const PROJECT = 'acme-analytics';
const enable = { code: 'api.disabled', remedy: 'Run gcloud services enable x.' } as const;

describe('causes', () => {
  test('an API that is off, met while reading and foreseen → one problem', () => {
    const remedy = "Set enable_apis: true, or run gcloud services enable 'bigquery.googleapis.com' --project 'p'.";
    const problems = [
      problemOf('read the dataset', { code: 'bigquery.api-disabled', because: 'BigQuery said so', remedy }),
      problemOf('set up the project', { code: 'preflight.api-disabled', because: 'it is disabled there', remedy }),
    ];
    expect(gathered(problems, PROJECT).map(({ attempted }) => attempted)).toEqual([
      'read the dataset, nor set up the project',
    ]);
  });

  test('one cause that stopped three things → one problem, which names them all', () => {
    const problems = ['read a', 'read b', 'read c'].map((attempted) => problemOf(attempted, enable));
    expect(gathered(problems, PROJECT)).toEqual([problemOf('read a, nor read b, nor read c', enable)]);
  });

  test('one cause that stopped six → four are named, the others counted', () => {
    const problems = ['a', 'b', 'c', 'd', 'e', 'f'].map((attempted) => problemOf(attempted, enable));
    expect(gathered(problems, PROJECT)[0]?.attempted).toBe('a, nor b, nor c, nor d, nor 2 more things');
  });

  test('the same said twice → said once', () => {
    expect(gathered([problemOf('a', enable), problemOf('a', enable)], PROJECT)).toEqual([problemOf('a', enable)]);
  });

  test('two remedies → two problems, in their order', () => {
    const problems = [problemOf('a', enable), problemOf('b'), problemOf('c', enable)];
    expect(gathered(problems, PROJECT).map(({ attempted }) => attempted)).toEqual(['a, nor c', 'b']);
  });

  test('several permissions of one identity → one cause', () => {
    const code = 'service.permission-missing';
    const [first, ...others] = gathered(
      [problemOf('a', { code, remedy: 'Grant x.' }), problemOf('b', { code, remedy: 'Grant y.' })],
      PROJECT,
    );
    expect(others).toEqual([]);
    expect(first?.remedy).toBe(
      "Several permissions are missing, this one first. Check that project_id names the project that you mean: gcloud projects describe 'acme-analytics' prints it, if it exists and you may see it. Grant x.",
    );
  });

  test('what the plan says and what was asked besides → refusals; notices are none', () => {
    const problem = problemOf('use the role');
    const plan = planOf(stepOf(ROLE, [], { problems: [problem] }));
    const besides = problemOf('make keys', enable);
    expect(refusalsIn(plan, [noticeOf('warning', 'x'), besides], { projectId: PROJECT })).toEqual([problem, besides]);
  });
});
