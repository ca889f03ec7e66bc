import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log, Result } from 'sarif';
import { readInputs } from '../../src/inputs/inputs.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import type { Plan, Step } from '../../src/engine/plan.ts';
import type { Proofs } from '../../src/verify/prove.ts';
import type { Difference, Resource } from '../../src/engine/resource.ts';
import { rulesTable, sarifRules } from '../../src/report/sarif-rules.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { VERSION } from '../../src/report/version.ts';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
/** The official schema of OASIS, from the repository of its technical committee. */
const schema = JSON.parse(read('__tests__/contract/sarif-schema-2.1.0.json')) as object;
const ajv = new Ajv04.default({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

function inputsOf(): Inputs {
  const reading = readInputs((name) => ({ project_id: 'acme-analytics' })[name] ?? '', {
    name: 'push',
    repository: 'a/b',
  });
  if ('complaints' in reading) throw new Error(reading.complaints.join());
  return reading.inputs;
}

const resource = (address: string): Resource => ({
  address,
  want: 'present',
  read: () => Promise.resolve(undefined),
  diff: () => [],
  refuse: () => [],
  warn: () => [],
  facts: () => ({}),
  change: () => Promise.resolve([]),
});
const differing = (field: string, kind: Difference['kind'], live: string, desired: string): Difference => ({
  ...{ field, kind, live, desired },
  phase: 'grant',
});
const step = (address: string, ...differences: Difference[]): Step => ({
  ...{ resource: resource(address), differences, live: {}, refusals: [], warnings: [], facts: {} },
  ...{ action: differences.length === 0 ? 'none' : 'update', error: undefined },
});
const unknown = (address: string): Step => ({ ...step(address), action: 'unknown', error: new Error('no answer') });

const proofs: Proofs = {
  how: 'by impersonation',
  proofs: [
    {
      claim: { what: 'run a query', expected: 'can', attempt: { kind: 'mint' } },
      ...{
        outcome: 'fails',
        words: 'Access Denied',
        diagnosis: { cause: 'the role is gone', remedy: 'Mode apply mends it.' },
      },
    },
    {
      claim: { what: 'use x.y.z on the project', expected: 'cannot', attempt: { kind: 'mint' } },
      ...{ outcome: 'fails', words: 'it can', diagnosis: undefined },
    },
    {
      claim: { what: 'mint a token', expected: 'can', attempt: { kind: 'mint' } },
      ...{ outcome: 'holds', words: undefined, diagnosis: undefined },
    },
  ],
};

/** Each rule, and something that it is there for. */
const kinds: readonly (readonly [string, Step])[] = [
  ['could-not-look', unknown('dataset/__segment_reverse_etl')],
  ['foreign-key', step('credential/a', differing('key 0123', 'surplus', 'not ours: 3 days old', 'absent'))],
  ['key-not-delivered', step('credential/a', differing('key', 'missing', 'absent', 'valid and delivered'))],
  ['key-unfinished', step('credential/a', differing('key under way', 'changed', 'none issued', 'none'))],
  [
    'surplus-impersonator',
    step('account-policy/a@b', differing('binding roles/x.y for user:e@f', 'surplus', 'present', 'absent')),
  ],
  ['account-disabled', step('service-account/a', differing('disabled', 'changed', 'true', 'false'))],
  ['owner-mark-missing', step('role/r', differing('owner', 'missing', 'unmarked', 'marked for a'))],
  ['account-missing', step('service-account/a', differing('service account', 'missing', 'absent', 'present'))],
  ['permission-too-much', step('role/r', differing('permission a.b.c', 'changed', 'present', 'absent'))],
  ['permission-missing', step('role/r', differing('permission a.b.c', 'missing', 'absent', 'present'))],
  ['role-missing', step('role/r', differing('role', 'missing', 'deleted', 'present'))],
  [
    'deleted-twin',
    step('project-policy/p', differing('member deleted:x', 'changed', 'left over from a deleted account', 'absent')),
  ],
  ['surplus-project-role', step('project-policy/p', differing('binding roles/editor', 'surplus', 'present', 'absent'))],
  [
    'project-role-too-much',
    step('project-policy/p', differing('binding roles/bigquery.user', 'changed', 'present', 'absent')),
  ],
  ['project-role-missing', step('project-policy/p', differing('binding r', 'missing', 'absent', 'present'))],
  ['surplus-dataset-access', step('dataset/p.d', differing('entry OWNER', 'surplus', 'present', 'absent'))],
  ['dataset-access-too-much', step('dataset/p.d', differing('entry READER', 'changed', 'present', 'absent'))],
  ['dataset-access-missing', step('dataset/p.d', differing('access of a@b', 'missing', 'absent', 'READER'))],
  ['dataset-elsewhere', step('dataset/d', differing('location', 'changed', 'US', 'EU'))],
  ['dataset-missing', step('dataset/d', differing('dataset', 'missing', 'absent', 'present'))],
  ['drift', step('something/new', differing('field', 'changed', 'a', 'b'))],
];

function report(plan: Partial<Plan> & Pick<Plan, 'steps'>, more: { proofs?: Proofs; workflow?: string } = {}): Log {
  const text = renderSarif({
    inputs: inputsOf(),
    plan: { prune: false, ...plan },
    proofs: undefined,
    workflow: undefined,
    ...more,
  });
  const log = JSON.parse(text) as Log;
  expect({ valid: validate(log), errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
  return log;
}
const resultsOf = (log: Log): Result[] => log.runs[0]?.results ?? [];
const fingerprintsOf = (log: Log): unknown[] => resultsOf(log).map(({ partialFingerprints }) => partialFingerprints);

describe('the SARIF report', () => {
  test.each(kinds)('%s', (rule, planned) => {
    const log = report({ steps: [planned, step('role/quiet')] });
    const [result, ...others] = resultsOf(log);
    expect(others).toEqual([]);
    expect(result?.ruleId).toBe(rule);
    expect(log.runs[0]?.tool.driver.rules?.[result?.ruleIndex ?? -1]?.id).toBe(rule);
    expect(result?.message.text).toContain(planned.resource.address);
    expect(result?.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName).toBe(planned.resource.address);
    expect(log.runs[0]?.invocations?.[0]?.executionSuccessful).toBe(rule !== 'could-not-look');
  });

  test('claims that fail, and those that should have', () => {
    const log = report({ steps: [] }, { proofs });
    expect(
      resultsOf(log)
        .map(({ ruleId }) => ruleId)
        .sort(),
    ).toEqual(['claim-fails', 'claim-too-much']);
    expect(JSON.stringify(log)).toContain('Access Denied; the role is gone. Mode apply mends it.');
  });

  test('every rule is found by something, and documented', () => {
    const found = [...kinds.map(([rule]) => rule), 'claim-fails', 'claim-too-much'];
    expect(new Set(found)).toEqual(new Set(sarifRules.map(({ id }) => id)));
    expect(read('docs/sarif-rules.md').replace(/ +/g, ' ').replace(/-+/g, '-')).toContain(
      rulesTable().replace(/ +/g, ' ').replace(/-+/g, '-'),
    );
    for (const rule of report({ steps: [] }).runs[0]?.tool.driver.rules ?? []) {
      expect(rule.help?.markdown?.length).toBeGreaterThan(40);
      expect(rule.name).toMatch(/^[A-Z][A-Za-z]+$/);
    }
  });

  test('with nothing to tell it closes what was told before; what is no drift is not told', () => {
    expect(resultsOf(report({ steps: [step('role/r')] }))).toEqual([]);
    const adopted = { ...differing('owner', 'missing', 'unmarked', 'marked'), exempt: 'adoption' as const };
    expect(resultsOf(report({ steps: [step('role/r', adopted)] }))).toEqual([]);
  });

  test('points at the workflow that asks for this', () => {
    const workflow = 'acme/data/.github/workflows/nightly check.yml@refs/heads/main';
    const [result] = resultsOf(report({ steps: [kinds[0]?.[1] ?? step('x/y')] }, { workflow }));
    const place = result?.locations?.[0]?.physicalLocation;
    expect(place?.artifactLocation?.uri).toBe('.github/workflows/nightly%20check.yml');
    expect(place?.region).toEqual({ startLine: 1 });
  });

  test('of very much, the most severe is told, and the rest counted', () => {
    const many = Array.from({ length: 6_000 }, (_none, index) =>
      differing(`entry ${String(index)}`, 'changed', 'present', 'absent'),
    );
    const log = report({ steps: [step('dataset/p.d', ...many), kinds[14]?.[1] ?? step('x/y')] });
    expect(resultsOf(log)).toHaveLength(5_000);
    expect(resultsOf(log)[0]?.ruleId).toBe('project-role-missing');
    expect(log.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toMatch(/^1001 more results/);
  });

  test('hostile text stays text, in every field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        const log = report({
          steps: [
            step(`dataset/${one}`, differing(`entry ${other}[x](https://evil.example){0}`, 'surplus', one, other)),
          ],
        });
        const text = resultsOf(log)[0]?.message.text ?? '';
        expect(text.replace(/\\[\\[\]]/g, '').replace(/\{\{|\}\}/g, '')).not.toMatch(/[[\]{}]/);
      }),
    );
  });

  test('the same drift has the same fingerprint, however it is worded and whatever else there is; two never share one', () => {
    const fields = fc.uniqueArray(
      fc.tuple(fc.string(), fc.constantFrom('missing' as const, 'changed' as const, 'surplus' as const)),
      {
        minLength: 1,
        maxLength: 8,
        selector: ([field]) => field,
      },
    );
    fc.assert(
      fc.property(fields, fc.string(), fc.string(), (drift, before, after) => {
        const make = (live: string, list: typeof drift): Log =>
          report({ steps: [step('role/r', ...list.map(([field, kind]) => differing(field, kind, live, 'desired')))] });
        const first = fingerprintsOf(make(before, drift)).map((one) => JSON.stringify(one));
        const second = fingerprintsOf(make(after, [...drift].reverse())).map((one) => JSON.stringify(one));
        expect(new Set(second)).toEqual(new Set(first));
        expect(new Set(first).size).toBe(drift.length);
      }),
    );
    const same = differing('entry READER', 'surplus', 'present', 'absent');
    expect(
      new Set(fingerprintsOf(report({ steps: [step('dataset/a.b', same, same)] })).map((one) => JSON.stringify(one)))
        .size,
    ).toBe(2);
  });

  test('names the version of package.json', () => {
    expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(VERSION);
  });
});
