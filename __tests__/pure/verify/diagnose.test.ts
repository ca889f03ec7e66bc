import { describe, expect, test } from '@jest/globals';
import type { FindingCode } from '../../../src/engine/finding.ts';
import type { PlanView, StepView } from '../../../src/engine/plan.ts';
import type { ApiError } from '../../../src/errors/api-error.ts';
import { findings } from '../../../src/resources/findings.ts';
import { examineRole } from '../../../src/resources/role/examine.ts';
import type { Trial } from '../../../src/verify/attempts.ts';
import { MINT } from '../../../src/verify/claims.ts';
import type { Attempt, Claim } from '../../../src/verify/claims.ts';
import { diagnose } from '../../../src/verify/diagnose.ts';
import { ACCOUNT, KEY, POLICY, PROJECT, ROLE, SHOP, STATE, differs, planOf, stepOf } from './plan-of.ts';
import { refusal } from './wire.ts';

const EMAIL = `segment-reverse-etl@${PROJECT}.iam.gserviceaccount.com`;
const facts = (plan: PlanView) => ({ plan, projectId: PROJECT, email: EMAIL });

const can = (what: string, attempt: Attempt): Claim => ({ what, expected: 'can', attempt });
const query = can('run a query', { kind: 'statement', statement: 'SELECT 1', on: 'project' });
const create = can('create tables', { kind: 'statement', statement: 'CREATE TABLE …', on: 'dataset' });
const see = can('see the state dataset', { kind: 'dataset', location: 'EU' });
const list = can('read the dataset', { kind: 'tables', dataset: SHOP.name });
const use = (permission: string): Claim => can(`use ${permission}`, { kind: 'permission', permission });
const readTable = (table: string): Claim =>
  can(`read ${table}`, { kind: 'statement', statement: 'SELECT …', table, on: 'project' });
const cannot = (permission: string): Claim => ({ ...use(permission), expected: 'cannot' });

const denied = refusal('Access Denied: Project acme-analytics: User does not have permission.');
const fails = (claim: Claim, error: ApiError | undefined = denied, seen?: string): Trial => ({
  ...{ claim, holds: false, error, seen },
});

/** What the role's own rules find where it holds these permissions. */
const roleHolding = (...held: string[]) =>
  examineRole(
    {
      address: ROLE,
      name: `projects/${PROJECT}/roles/segmentReverseEtl`,
      permissions: ['bigquery.datasets.get', 'bigquery.jobs.create', 'bigquery.tables.getData'],
      ...{ target: 'segment-reverse-etl', adopt: true, want: 'present', deleteAfter: [] },
      edge: { from: { text: 'a', shape: 'account' }, to: { text: 'b', shape: 'store' }, label: 'c' },
    },
    { role: { includedPermissions: held }, others: [] },
  ).differences;
const WITHOUT_JOBS = roleHolding('bigquery.datasets.get', 'bigquery.tables.getData');
const WITHOUT_DATA = roleHolding('bigquery.datasets.get', 'bigquery.jobs.create');
const WITHOUT_GET = roleHolding('bigquery.jobs.create', 'bigquery.tables.getData');

describe('diagnose: what the plan found to be off', () => {
  test.each<[string, FindingCode, Trial, StepView]>([
    ['mint', 'account.disabled', fails(MINT), stepOf(ACCOUNT, [differs('account.disabled')])],
    ['mint', 'account.missing', fails(MINT), stepOf(ACCOUNT, [differs('account.missing')])],
    ['mint', 'key.missing', fails(MINT), stepOf(KEY, [differs('key.missing')])],
    ['mint', 'key.invalid', fails(MINT), stepOf(KEY, [differs('key.invalid')])],
    ['a query', 'role.permission-missing', fails(query), stepOf(ROLE, WITHOUT_JOBS)],
    ['a query', 'role.deleted', fails(query), stepOf(ROLE, [differs('role.deleted')])],
    ['a query', 'role.disabled', fails(query), stepOf(ROLE, [differs('role.disabled')])],
    ['a query', 'project-role.missing', fails(query), stepOf(POLICY, [differs('project-role.missing')])],
    ['a query', 'project-role.conditional', fails(query), stepOf(POLICY, [differs('project-role.conditional')])],
    ['a permission', 'role.permission-missing', fails(use('bigquery.datasets.get')), stepOf(ROLE, WITHOUT_GET)],
    ['a permission', 'role.permission-missing', fails(use('bigquery.tables.getData')), stepOf(ROLE, WITHOUT_DATA)],
    [
      'a permission',
      'project-role.missing',
      fails(use('bigquery.tables.updateData')),
      stepOf(POLICY, [differs('project-role.missing')]),
    ],
    ['a table', 'role.permission-missing', fails(readTable('shop.orders')), stepOf(ROLE, WITHOUT_DATA)],
    [
      'a table',
      'project-role.missing',
      fails(readTable('shop.orders')),
      stepOf(POLICY, [differs('project-role.missing')]),
    ],
    ['tables', 'state-dataset.access-missing', fails(create), stepOf(STATE, [differs('state-dataset.access-missing')])],
    ['tables', 'state-dataset.missing', fails(create), stepOf(STATE, [differs('state-dataset.missing')])],
    ['the state dataset', 'state-dataset.missing', fails(see), stepOf(STATE, [differs('state-dataset.missing')])],
    ['the state dataset', 'role.permission-missing', fails(see), stepOf(ROLE, WITHOUT_GET)],
    [
      'a source dataset',
      'source-dataset.access-missing',
      fails(list),
      stepOf(SHOP, [differs('source-dataset.access-missing')]),
    ],
  ])('%s fails, %s → that is the cause, with its remedy', (_claim, code, trial, step) => {
    const [difference] = step.differences.filter((one) => one.code === code);
    const address = `${step.address.kind}/${step.address.name}`;
    expect(diagnose(trial, facts(planOf(step)))).toMatchObject({
      code: 'verify.drift',
      cause: `${address}: ${difference?.field ?? ''} is ${difference?.live ?? ''}, should be ${difference?.desired ?? ''}`,
      remedy: findings[code].remedy,
    });
    if (code !== 'account.disabled') expect(findings[code].remedy).toMatch(/^Run mode `apply`|source_datasets/);
  });

  test('the role and its binding lack at once → the permission says more', () => {
    const plan = planOf(stepOf(POLICY, [differs('project-role.missing')]), stepOf(ROLE, WITHOUT_JOBS));
    expect(diagnose(fails(query), facts(plan))?.cause).toMatch(/permission bigquery\.jobs\.create is absent/);
  });

  test('BigQuery names the permission → that one is looked for', () => {
    const error = refusal('Access Denied: Table x: lacks bigquery.tables.getData');
    const both = planOf(stepOf(ROLE, [...WITHOUT_JOBS, ...WITHOUT_DATA]));
    expect(diagnose(fails(query, error), facts(both))?.cause).toMatch(/permission bigquery\.tables\.getData is absent/);
  });

  test('an account that is disabled → the remedy is restore', () => {
    const plan = planOf(stepOf(ACCOUNT, [differs('account.disabled')]));
    expect(diagnose(fails(MINT), facts(plan))?.remedy).toContain('restore: true');
  });

  test.each([
    ['another permission', fails(use('bigquery.datasets.get')), stepOf(ROLE, WITHOUT_DATA)],
    ['a permission that is too much', fails(query), stepOf(ROLE, [differs('role.permission-excess')])],
    ['a missing marker', fails(query), stepOf(ROLE, [differs('role.unmarked')])],
    ['a role that is surplus', fails(query), stepOf(POLICY, [differs('project-role.surplus', { kind: 'surplus' })])],
    ['what adoption will do', fails(MINT), stepOf(ACCOUNT, [differs('account.missing', { exempt: 'adoption' })])],
    [
      'another source dataset',
      fails(list),
      stepOf({ kind: 'dataset', name: 'p.crm' }, [differs('source-dataset.missing')]),
    ],
    ['nothing', fails(query), stepOf(ROLE, [])],
  ])('%s → no cause, so it may be lag', (_title, trial, step) => {
    expect(diagnose(trial, facts(planOf(step)))).toBeUndefined();
  });

  test('a claim that holds → no cause', () => {
    expect(diagnose({ ...fails(query), holds: true }, facts(planOf(stepOf(ROLE, WITHOUT_JOBS))))).toBeUndefined();
  });
});

describe('diagnose: the key in use', () => {
  const dead = planOf(
    stepOf(KEY, [], { notices: [{ severity: 'warning', code: 'key.in-use-invalid', because: 'it was deleted' }] }),
  );

  test('a token is refused, and a notice says that the key is dead → that is the cause', () => {
    const error = refusal('Invalid JWT Signature.', { service: 'oauth2', code: 400 });
    expect(diagnose(fails(MINT, error), facts(dead))).toMatchObject({
      code: 'verify.key-in-use',
      cause: 'it was deleted',
      remedy: expect.stringMatching(/\S/),
    });
  });

  test('anything else fails → the key is not its cause', () => {
    expect(diagnose(fails(query), facts(dead))).toBeUndefined();
  });
});

describe('diagnose: what a service said', () => {
  const off = {
    reason: 'SERVICE_DISABLED',
    details: [{ metadata: { service: 'bigquery.googleapis.com', consumer: 'projects/1' } }],
  };
  const mint = (words: string): Trial => fails(MINT, refusal(words, { service: 'oauth2', code: 400 }));
  const table = (words: string, code = 403, name = 'shop.orders'): Trial =>
    fails(readTable(name), refusal(words, { code }));
  const TAG = 'projects/acme-analytics/locations/eu/taxonomies/1/policyTags/2';

  test.each<[string, Trial, string, RegExp, RegExp]>([
    [
      'an API that is off',
      fails(query, refusal('BigQuery API has not been used in project 1', off)),
      ...(['verify.api-disabled', /an API is disabled/, /gcloud services enable 'bigquery\.googleapis\.com'/] as const),
    ],
    ['a disabled account', mint('Account disabled'), 'verify.token-refused', /Account disabled/, /disabled/],
    [
      'an account that is gone',
      mint('Invalid grant: account not found'),
      ...(['verify.token-refused', /account not found/, /deleted/] as const),
    ],
    [
      'a policy tag',
      table(`Access Denied: User does not have access to policy tag "${TAG}" on column`),
      ...(['verify.policy-tag', new RegExp(`columns of shop\\.orders: ${TAG}$`), /categoryFineGrainedReader/] as const),
    ],
    [
      'a policy tag without its name',
      table('neither fine-grained reader nor masked reader: see policy tag'),
      ...(['verify.policy-tag', /columns of shop\.orders$/, new RegExp(EMAIL)] as const),
    ],
    [
      'a policy tag with spaces in its name',
      table(
        'User has neither fine-grained reader nor masked get permission to get data protected by policy tag "PII : e-mail" on column(s) x.',
      ),
      ...(['verify.policy-tag', /columns of shop\.orders: PII : e-mail$/, /categoryFineGrainedReader/] as const),
    ],
    [
      'a sheet',
      table('Access Denied: BigQuery BigQuery: Permission denied while getting Drive credentials.'),
      ...(['verify.drive-file', /Google Drive/, new RegExp(`Share the file with ${EMAIL}`)] as const),
    ],
    [
      'files in a bucket',
      table('Access Denied: BigQuery BigQuery: Permission denied while globbing file pattern.'),
      ...(['verify.bucket', /Cloud Storage/, /roles\/storage\.objectViewer/] as const),
    ],
    [
      'one file in a bucket',
      table(`${EMAIL} does not have storage.objects.get access to the Google Cloud Storage object.`),
      ...(['verify.bucket', /Cloud Storage/, /roles\/storage\.objectViewer/] as const),
    ],
    [
      'a connection',
      table('Access Denied: Connection p.eu.lake: User does not have bigquery.connections.use permission'),
      ...(['verify.connection', /BigQuery connection/, /roles\/bigquery\.connectionUser/] as const),
    ],
    [
      'a view in legacy SQL',
      table('Cannot reference a legacy SQL view in a standard SQL query.', 400),
      ...(['verify.legacy-view', /legacy SQL/, /GoogleSQL/] as const),
    ],
    [
      'a table elsewhere',
      table('Not found: Dataset p:shop was not found in location US', 404),
      ...(['verify.table-elsewhere', /is not in US/, /source of their own/] as const),
    ],
    ['no such table', table('Not found: Table', 404), 'verify.table-missing', /does not exist/, /Check its name/],
    ['no statement', table('Syntax error', 400), 'verify.table-invalid', /Syntax error/, /proof_tables/],
    [
      'a view',
      table(`Access Denied: Table ${PROJECT}:hidden.orders: User does not have permission`),
      ...(['verify.view-base', new RegExp(`view over ${PROJECT}\\.hidden\\.orders`), /Authorize the view/] as const),
    ],
    [
      'a table of another project',
      table('Access Denied: Table acme-ci:shop.orders: no', 403, 'acme-ci.shop.orders'),
      ...(['verify.table-in-other-project', /in another project/, /roles\/bigquery\.dataViewer/] as const),
    ],
    [
      'a state dataset elsewhere',
      fails(see, undefined, 'it is in US'),
      ...(['verify.dataset-elsewhere', /it is in US/, /`location`/] as const),
    ],
  ])('%s → said as its own cause', (_title, trial, code, cause, remedy) => {
    // The plan is off as well: what the service says wins.
    const plan = planOf(stepOf(ACCOUNT, [differs('account.missing')]));
    expect(diagnose(trial, facts(plan))).toEqual({
      code,
      cause: expect.stringMatching(cause),
      remedy: expect.stringMatching(remedy),
    });
  });

  test('the table that was asked for is refused → nothing is said of a view', () => {
    const trial = table(`Access Denied: Table ${PROJECT}:shop.orders: User does not have permission`);
    expect(diagnose(trial, facts(planOf()))).toBeUndefined();
  });
});

describe('diagnose: a right that should not be there', () => {
  const owner = differs('project-role.surplus', {
    kind: 'surplus',
    field: 'binding roles/owner',
    live: 'present',
    desired: 'absent',
  });
  const user = differs('project-role.excess', {
    field: 'binding roles/bigquery.user',
    live: 'present',
    desired: 'absent',
  });
  const trial = fails(cannot('bigquery.datasets.create'), undefined, 'it holds it');

  test.each([
    ['a surplus role → prune removes it', stepOf(POLICY, [owner]), /binding roles\/owner/, /prune: true/],
    [
      'a role of another access mode → apply does',
      stepOf(POLICY, [user]),
      /roles\/bigquery\.user/,
      /^Run mode `apply` to fix/,
    ],
    [
      'both → apply first',
      stepOf(POLICY, [owner, user]),
      /roles\/owner.*roles\/bigquery\.user/,
      /^Run mode `apply` to fix/,
    ],
    [
      'a permission added to the role → apply does',
      stepOf(
        ROLE,
        roleHolding(
          'bigquery.datasets.get',
          'bigquery.jobs.create',
          'bigquery.tables.getData',
          'bigquery.tables.updateData',
        ),
      ),
      /permission bigquery\.tables\.updateData/,
      /^Run mode `apply` to fix/,
    ],
  ])('%s', (_title, step, cause, remedy) => {
    expect(diagnose(trial, facts(planOf(step)))).toEqual({
      code: 'verify.excess-in-plan',
      cause: expect.stringMatching(cause),
      remedy: expect.stringMatching(remedy),
    });
  });

  test('what is missing at the same time → no part of the cause', () => {
    const plan = planOf(stepOf(POLICY, [differs('project-role.missing', { field: 'binding ours' }), owner]));
    expect(diagnose(trial, facts(plan))?.cause).not.toContain('ours');
  });

  test.each([
    ['nothing', stepOf(POLICY, [])],
    [
      'a dataset’s own entry, which gives nothing on the project',
      stepOf(SHOP, [differs('source-dataset.access-surplus')]),
    ],
  ])('%s of ours explains it → a group, the folder or the organization', (_what, step) => {
    expect(diagnose(trial, facts(planOf(step)))).toMatchObject({
      code: 'verify.excess-inherited',
      cause: expect.stringContaining('group'),
      remedy: expect.stringContaining(`--identity 'serviceAccount:${EMAIL}'`),
    });
  });
});
