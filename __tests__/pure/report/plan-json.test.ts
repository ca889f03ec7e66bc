import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { outputRows } from '../../../src/inputs/outputs.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { listOutputs } from '../../../src/report/fleet/outputs.ts';
import { offlineReport } from '../../../src/report/uncompared.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { KEY, POLICY, ROLE, SHOP, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { modelsReportOf } from './models-of.ts';
import { noticeOf, problemOf, proofOf, reportOf, targetOf, verdictOf, verified } from './report-of.ts';

const schema = JSON.parse(readFileSync(new URL('../../../docs/plan.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ strict: true }).compile(schema);

const diagnosis = { code: 'verify.not-effective', cause: 'the role is gone', remedy: 'Restore it.' } as const;
const reports: readonly (readonly [string, Partial<RunReport>])[] = [
  ['an empty plan', {}],
  [
    'every kind of step and difference',
    {
      plan: planOf(
        stepOf(ROLE, [differs('role.missing', { makes: 'created' })], { action: 'create' }),
        stepOf(POLICY, [], { action: 'unknown', problems: [problemOf('read the policy')] }),
        stepOf(STATE, [differs('state-dataset.unmarked', { exempt: 'adoption' })], { want: 'unmanaged' }),
        stepOf(SHOP, [differs('source-dataset.access-surplus', { kind: 'surplus', change: { revoke: 'READER' } })]),
        stepOf(KEY, [differs('key.due', { exempt: 'renewal' })], {
          want: 'absent',
          notices: [noticeOf('warning', 'x')],
        }),
        stepOf({ kind: 'github-secret', name: 'repository/X' }, []),
        stepOf({ kind: 'secret-manager', name: 'projects/p/secrets/s' }, []),
        stepOf({ kind: 'step-output', name: 'key' }, []),
      ),
      diagnostics: [noticeOf('unseen', 'datasets of another project')],
    },
  ],
  [
    'a verification',
    { verification: verified(proofOf('run a query', { outcome: 'fails', words: 'Denied', diagnosis }), proofOf('x')) },
  ],
  ['no verification', { verification: { isVerified: false, why: 'no key', proofs: [] } }],
  ['every input', targetOf({ access_mode: 'scoped', source_datasets: 'shop', secret_scope: 'environment:prod' })],
];

describe('the output plan', () => {
  test.each(reports)('%s → fits its schema', (_name, more) => {
    const { plan = '' } = outputsOf(reportOf(more));
    const json: unknown = JSON.parse(plan);
    expect({ valid: validate(json), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  test('something unread → no digest', () => {
    const plan = planOf(stepOf(POLICY, [], { action: 'unknown' }));
    const outputs = outputsOf(reportOf({ plan }));
    expect(outputs['plan_digest']).toBe('');
    expect(JSON.parse(outputs['plan'] ?? '')).not.toHaveProperty('digest');
  });
});

describe('the outputs', () => {
  test('a run that issued a key → all of action.yml but the key itself, which goes where keys go, and what tells of a file', () => {
    const plan = planOf(
      stepOf(ROLE, [], { outputs: { role: 'projects/p/roles/r', service_account_email: 'a@b' } }),
      stepOf(STATE, [], { outputs: { dataset: 'd', location: 'EU', key_id: 'old' } }),
    );
    const models = modelsReportOf({});
    const outputs = outputsOf(reportOf({ plan, models, issuedKeyId: '0123' }));
    const ofFile = Object.keys(listOutputs([]));
    expect([...Object.keys(outputs), ...ofFile, 'key'].sort()).toEqual(Object.keys(outputRows).sort());
    expect(outputs).toMatchObject({ key_id: '0123', role: 'projects/p/roles/r', location: 'EU', result: 'unchanged' });
  });

  test.each([
    [{ missing: 0, changed: 0, surplus: 0, unknown: false }, 'false'],
    [{ missing: 0, changed: 0, surplus: 2, unknown: false }, 'true'],
    [{ missing: 1, changed: 0, surplus: 0, unknown: true }, 'unknown'],
  ])('drift %j → %s', (drift, expected) => {
    const outputs = outputsOf(reportOf({ verdict: verdictOf({ drift }) }));
    expect(outputs).toMatchObject({ drift: expected, drift_surplus: String(drift.surplus) });
  });

  test('nothing was compared → no counts and no plan', () => {
    expect(outputsOf(offlineReport(reportOf(), 'Dependabot'))).toEqual({
      ...{ service_account_email: expect.stringContaining('@'), drift: 'unknown', result: 'unchanged' },
      report: expect.stringContaining('Not compared'),
    });
  });
});
