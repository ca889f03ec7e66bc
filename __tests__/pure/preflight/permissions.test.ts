import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { Kind } from '../../../src/address.ts';
import type { FindingCode, Permission } from '../../../src/engine/finding.ts';
import type { StepView } from '../../../src/engine/plan.ts';
import { ASKED, checkPermissions } from '../../../src/preflight/permissions.ts';
import { findings } from '../../../src/resources/findings.ts';
import { ACCOUNT, KEY, POLICY, PROJECT, ROLE, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';

const MEMBER = 'serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com';

/** What is told where these permissions alone are lacking on the project. */
function check(lacking: readonly string[] | undefined, ...steps: StepView[]) {
  const held = lacking === undefined ? undefined : ASKED.filter((permission) => !lacking.includes(permission));
  const told = checkPermissions(planOf(...steps), { held, member: MEMBER }, { projectId: PROJECT });
  const named = (severity: string): string[] => {
    const because = told.find((one) => one.severity === severity)?.because ?? '';
    return ASKED.filter((permission) => because.split(/[ ,]+/).includes(permission));
  };
  return { told, problem: named('error'), notice: named('warning') };
}

const toCreate = (code: FindingCode, at = ROLE): StepView => stepOf(at, [differs(code)], { action: 'create' });
const FIRST: readonly StepView[] = [
  toCreate('role.missing'),
  toCreate('account.missing', ACCOUNT),
  stepOf(POLICY, [differs('project-role.missing')]),
  toCreate('state-dataset.missing', STATE),
  toCreate('key.missing', KEY),
];
const FIVE: readonly Permission[] = [
  'iam.roles.create',
  'iam.serviceAccounts.create',
  'resourcemanager.projects.setIamPolicy',
  'bigquery.datasets.create',
  'iam.serviceAccountKeys.create',
];

describe('what each finding needs', () => {
  test('is in permissions/provisioner.yaml', async () => {
    const yaml = await readFile(new URL('../../../permissions/provisioner.yaml', import.meta.url), 'utf8');
    const granted = [...yaml.matchAll(/^ {2}- (\S+)$/gm)].map(([, permission]) => permission);
    const needed = new Set(Object.values(findings).flatMap(({ needs }) => needs));
    expect([...needed].filter((permission) => !granted.includes(permission))).toEqual([]);
    expect(ASKED.filter((permission) => !granted.includes(permission))).toEqual([]);
  });

  test('is asked for, each once', () => {
    expect(ASKED).toEqual([...new Set(ASKED)]);
    expect(ASKED).toEqual(expect.arrayContaining([...FIVE]));
  });

  test.each<[FindingCode, StepView['address'], Permission]>([
    ['role.missing', ROLE, 'iam.roles.create'],
    ['role.deleted', ROLE, 'iam.roles.undelete'],
    ['role.permission-missing', ROLE, 'iam.roles.update'],
    ['role.to-delete', ROLE, 'iam.roles.delete'],
    ['account.missing', ACCOUNT, 'iam.serviceAccounts.create'],
    ['account.disabled', ACCOUNT, 'iam.serviceAccounts.enable'],
    ['account.to-delete', ACCOUNT, 'iam.serviceAccounts.delete'],
    ['project-role.missing', POLICY, 'resourcemanager.projects.setIamPolicy'],
    ['project-role.excess', POLICY, 'resourcemanager.projects.setIamPolicy'],
    ['project-role.to-revoke', POLICY, 'resourcemanager.projects.setIamPolicy'],
    ['state-dataset.missing', STATE, 'bigquery.datasets.create'],
    ['state-dataset.access-missing', STATE, 'bigquery.datasets.update'],
    ['state-dataset.to-delete', STATE, 'bigquery.datasets.delete'],
    ['source-dataset.access-missing', STATE, 'bigquery.datasets.update'],
    ['key.missing', KEY, 'iam.serviceAccountKeys.create'],
    ['key.superseded', KEY, 'iam.serviceAccountKeys.disable'],
    ['key.to-delete', KEY, 'iam.serviceAccountKeys.delete'],
  ])('%s of %j → %s', (code, address, permission) => {
    const { problem, notice } = check([permission], stepOf(address, [differs(code)]));
    expect([...problem, ...notice]).toEqual([permission]);
  });

  test('an impersonator is surplus → nothing, unless it is pruned', () => {
    const step = stepOf({ kind: 'account-policy', name: 'a' }, [differs('impersonation.surplus', { kind: 'surplus' })]);
    expect(check(ASKED, step).told).toEqual([]);
    const told = checkPermissions({ steps: [step], prune: true }, { held: [], member: MEMBER }, { projectId: PROJECT });
    expect(told).toMatchObject([{ because: expect.stringContaining('iam.serviceAccounts.setIamPolicy') }]);
  });
});

describe('checkPermissions', () => {
  test('a first run lacks five → one problem that names them all, with the command that fixes it', () => {
    const { told, problem } = check(FIVE, ...FIRST);
    expect(problem).toEqual(FIVE);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      code: 'preflight.permissions',
      letsWrite: true,
      because: expect.stringMatching(
        new RegExp(`^${MEMBER} lacks iam\\.roles\\.create, .* on the project ${PROJECT}$`),
      ),
      remedy: expect.stringContaining(
        `gcloud projects add-iam-policy-binding '${PROJECT}' --condition None --member '${MEMBER}' --role 'projects/`,
      ),
    });
  });

  test('everything is held → nothing', () => {
    expect(check([], ...FIRST).told).toEqual([]);
  });

  test('nothing is planned → nothing, whatever is lacking', () => {
    expect(check(ASKED, stepOf(ROLE, []), stepOf(POLICY, [])).told).toEqual([]);
  });

  test('the question was refused → nothing', () => {
    expect(check(undefined, ...FIRST).told).toEqual([]);
  });

  test('what may be held on an account or dataset that is there → one warning', () => {
    const steps = [stepOf(KEY, [differs('key.missing')]), stepOf(STATE, [differs('state-dataset.access-missing')])];
    const lacking: Permission[] = ['bigquery.datasets.update', 'iam.serviceAccountKeys.create'];
    const { told, problem, notice } = check(lacking, ...steps);
    expect({ problem, notice, told: told.length }).toEqual({ problem: [], notice: lacking, told: 1 });
    expect(told[0]?.remedy).toMatch(/on the service account and on the dataset themselves/);
  });

  test('the same for an account that is yet to be created → a problem: there is no policy to hold it on', () => {
    const { problem, notice } = check(['iam.serviceAccountKeys.create'], ...FIRST);
    expect({ problem, notice }).toEqual({ problem: ['iam.serviceAccountKeys.create'], notice: [] });
  });

  test('surplus that is left alone → needs nothing', () => {
    const step = stepOf(POLICY, [differs('project-role.surplus', { kind: 'surplus' })]);
    expect(check(ASKED, step).told).toEqual([]);
  });

  test.each<[Kind, Permission, Permission | undefined]>([
    ['role', 'iam.roles.create', 'bigquery.datasets.create'],
    ['service-account', 'iam.serviceAccounts.create', 'iam.roles.create'],
    ['project-policy', 'resourcemanager.projects.setIamPolicy', 'iam.roles.create'],
    ['dataset', 'bigquery.datasets.create', 'iam.roles.create'],
    ['credential', 'iam.serviceAccountKeys.create', 'iam.roles.create'],
  ])('a %s that could not be read → may need %s, and not %s', (kind, needed, other) => {
    const { problem, notice } = check(ASKED, stepOf({ kind, name: 'x' }, [], { action: 'unknown' }));
    expect([...problem, ...notice]).toContain(needed);
    expect([...problem, ...notice]).not.toContain(other);
  });
});
