import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log, Result } from 'sarif';
import type { FindingCode } from '../../../src/engine/finding.ts';
import type { StepView } from '../../../src/engine/plan.ts';
import { ruleOf, rulesDocument, rulesTable, sarifRules } from '../../../src/report/sarif-rules.ts';
import { renderSarif } from '../../../src/report/sarif.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { VERSION } from '../../../src/report/version.ts';
import { ACCOUNT, POLICY, ROLE, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { outcomeOf, problemOf, proofOf, reportOf, verified } from './report-of.ts';

const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
/** The official schema of OASIS, from the repository of its technical committee. */
const schema = JSON.parse(read('__tests__/contract/sarif-schema-2.1.0.json')) as object;
const ajv = new Ajv04.default({ strict: false, allErrors: true });
addFormats.default(ajv);
/** Ajv compares all rules in pairs, deeply: seconds in all. That nothing is there twice is looked at below. */
const withoutUnique = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(withoutUnique);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, one]) => (name === 'uniqueItems' ? [] : [[name, withoutUnique(one)]])),
  );
};
const validate = ajv.compile(withoutUnique(schema) as object);

function logOf(more: Partial<RunReport>): Log {
  const log = JSON.parse(renderSarif(reportOf(more))) as Log;
  expect({ valid: validate(log), errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
  for (const { results = [], tool } of log.runs)
    for (const all of [results, tool.driver.rules ?? []])
      expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
  return log;
}
const withSteps = (...steps: StepView[]): Log => logOf({ plan: planOf(...steps) });
const resultsOf = (log: Log): Result[] => log.runs[0]?.results ?? [];
const fingerprintsOf = (log: Log): string[] =>
  resultsOf(log).map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));

const codes = sarifRules().map(({ id }) => id as FindingCode);

describe('the SARIF report', () => {
  test.each(codes)('a difference with code %s → a result of its rule', (code) => {
    const log = withSteps(stepOf(STATE, [differs(code, { field: 'f', live: 'l', desired: 'd' })]), stepOf(ROLE, []));
    const [result, ...others] = resultsOf(log);
    expect(others).toEqual([]);
    expect(result?.ruleId).toBe(code);
    expect(log.runs[0]?.tool.driver.rules?.[result?.ruleIndex ?? -1]?.id).toBe(code);
    expect(result?.level).toBe(ruleOf(code).level);
    expect(result?.message.text).toContain('dataset/__segment_reverse_etl: f is l, should be d. ');
    expect(result?.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName).toBe('dataset/__segment_reverse_etl');
  });

  test('rules: each has a name, help and a level, and docs/sarif-rules.md has them all', () => {
    for (const rule of sarifRules()) {
      expect(rule.name).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(rule.help?.markdown?.length).toBeGreaterThan(40);
      expect(rule.shortDescription?.text).not.toMatch(/\.\.$/);
    }
    const folded = (markdown: string): string => markdown.replace(/ +/g, ' ').replace(/-+/g, '-');
    expect(folded(read('docs/sarif-rules.md'))).toContain(folded(rulesTable()));
    expect(rulesDocument()).toContain(rulesTable());
  });

  test('something unread → a result that says why; the invocation is not successful', () => {
    const log = withSteps(
      stepOf(POLICY, [], { action: 'unknown', problems: [problemOf('read', { because: 'denied' })] }),
    );
    expect(resultsOf(log).map(({ ruleId, message }) => [ruleId, message.text])).toEqual([
      ['resource.unreadable', 'project-policy/acme-analytics could not be read: denied. Set adopt: true.'],
    ]);
    expect(log.runs[0]?.invocations?.[0]?.executionSuccessful).toBe(false);
    expect(withSteps().runs[0]?.invocations?.[0]?.executionSuccessful).toBe(true);
  });

  test('claims that fail, and unexpected access → a result each, with words, cause and remedy', () => {
    const diagnosis = { code: 'verify.not-effective', cause: 'the role is gone', remedy: 'Restore it.' } as const;
    const log = logOf({
      verification: verified(
        proofOf('run a query', { outcome: 'fails', words: 'Access Denied.', diagnosis }),
        proofOf('use x.y.z', { outcome: 'fails', expected: 'cannot' }),
        proofOf('mint a token'),
      ),
    });
    expect(
      resultsOf(log)
        .map(({ ruleId, message }) => [ruleId, message.text])
        .sort(),
    ).toEqual([
      ['access.excess', 'The service account can use x.y.z.'],
      ['access.missing', 'The service account cannot run a query: Access Denied; the role is gone. Restore it.'],
    ]);
  });

  test('nothing to tell → no results, which closes what was told before', () => {
    expect(resultsOf(withSteps(stepOf(ROLE, [])))).toEqual([]);
    expect(resultsOf(withSteps(stepOf(ROLE, [differs('role.unmarked', { exempt: 'adoption' })])))).toEqual([]);
  });

  test('after apply → what is left', () => {
    const [role, account] = [stepOf(ROLE, [differs('role.disabled')]), stepOf(ACCOUNT, [differs('account.disabled')])];
    const outcomes = [outcomeOf(role, 'enabled'), outcomeOf(account, 'failed')];
    expect(resultsOf(logOf({ plan: planOf(role, account), outcomes })).map(({ ruleId }) => ruleId)).toEqual([
      'account.disabled',
    ]);
  });

  test('the workflow is known → results point at it; else at the folder of workflows', () => {
    const uriOf = (workflowFile: string | undefined): unknown =>
      resultsOf(
        logOf({ plan: planOf(stepOf(ROLE, [differs('role.disabled')])), origin: { workflowFile, runUrl: undefined } }),
      )[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    expect(uriOf('.github/workflows/nightly check.yml')).toBe('.github/workflows/nightly%20check.yml');
    expect(uriOf(undefined)).toBe('.github/workflows');
  });

  test('6,001 results → the most severe are told, the rest counted', () => {
    const many = Array.from({ length: 6_000 }, (_none, index) =>
      differs('role.permission-excess', { change: { remove: String(index) } }),
    );
    const log = withSteps(stepOf(ROLE, many), stepOf(POLICY, [differs('project-role.missing')]));
    expect(resultsOf(log)).toHaveLength(5_000);
    expect(resultsOf(log)[0]?.ruleId).toBe('project-role.missing');
    expect(log.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toMatch(/^1001 more results/);
  });

  test('hostile text → stays text, in every field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        const field = `entry ${other}[x](https://evil.example){0}`;
        const difference = differs('source-dataset.access-surplus', { field, live: one, desired: other, change: one });
        const log = withSteps(stepOf({ kind: 'dataset', name: one }, [difference]));
        const text = resultsOf(log)[0]?.message.text ?? '';
        expect(text.replace(/\\[\\[\]]/g, '').replace(/\{\{|\}\}/g, '')).not.toMatch(/[[\]{}]/);
      }),
    );
  });

  test('fingerprints: other words, other order → the same; two different changes never share one', () => {
    const drift = fc.uniqueArray(fc.tuple(fc.constantFrom(...codes), fc.string()), {
      ...{ minLength: 1, maxLength: 8, selector: (one: unknown) => JSON.stringify(one) },
    });
    fc.assert(
      fc.property(drift, fc.string(), fc.string(), (list, before, after) => {
        const make = (field: string, kind: 'missing' | 'changed', some: typeof list): string[] =>
          fingerprintsOf(
            withSteps(
              stepOf(
                ROLE,
                some.map(([code, name]) => differs(code, { field, kind, change: { add: name } })),
              ),
            ),
          );
        const first = make(before, 'missing', list);
        const second = make(after, 'changed', [...list].reverse());
        expect(new Set(second)).toEqual(new Set(first));
        expect(new Set(first).size).toBe(list.length);
      }),
    );
  });

  test('fingerprints: the same twice, another target, another resource → different', () => {
    const same = differs('source-dataset.access-surplus');
    const prints = [
      ...fingerprintsOf(withSteps(stepOf(ROLE, [same, same]))),
      ...fingerprintsOf(withSteps(stepOf(POLICY, [same]))),
    ];
    expect(new Set(prints).size).toBe(3);
  });

  test('names the version of package.json', () => {
    expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(VERSION);
  });
});
