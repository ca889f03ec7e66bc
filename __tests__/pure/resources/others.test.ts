import { describe, expect, test } from '@jest/globals';
import { entryCommand, unbindCommand } from '../../../src/resources/command.ts';
import { examineAccountPolicy } from '../../../src/resources/account-policy/examine.ts';
import { includesAccount, isServiceAgent, memberOf } from '../../../src/resources/members.ts';
import type { ProjectPolicyDesign } from '../../../src/resources/project-policy/design.ts';
import { diffOthers, noteOthers } from '../../../src/resources/project-policy/others.ts';
import { MEMBER, PROJECT, addresses, condition, names } from './fixtures.ts';

const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const KEYS = 'roles/iam.serviceAccountKeyAdmin';
const EVE = 'user:eve@acme.example';
const RUNS = 'serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com';
const POOL = 'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci';
const ACCOUNTS = 'principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAccount';
const AGENT = 'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com';

const design: ProjectPolicyDesign = {
  ...{ address: addresses.policy, names, projectId: PROJECT, want: 'present' },
  ...{ roles: [names.role], ours: [names.role] },
  ...{ grantAfter: [], revokeAfter: { deleted: [], released: [] } },
  ...{ impersonators: [], writes: false },
};
const live = (role: string, member: string, more = {}) => ({
  policy: { bindings: [{ role, members: [member], ...more }] },
  ...{ isOurs: true, isCreated: true, principal: RUNS },
});

describe('who may act as the account by a role on the project', () => {
  test.each<[string, string, string, Partial<ProjectPolicyDesign>, boolean]>([
    ['mints tokens', CREATOR, EVE, {}, true],
    ['mints ID tokens', 'roles/iam.serviceAccountOpenIdTokenCreator', EVE, {}, true],
    ['signs in by a pool', 'roles/iam.workloadIdentityUser', `${POOL}/attribute.repository/o/r`, {}, true],
    ['attaches it to what it runs', 'roles/iam.serviceAccountUser', EVE, {}, true],
    ['makes its keys', KEYS, EVE, {}, true],
    ['lets others in', 'roles/iam.serviceAccountAdmin', EVE, {}, true],
    ['a whole pool, though it is named', CREATOR, `${POOL}/*`, { impersonators: [`${POOL}/*`] }, true],
    ['reads only', 'roles/iam.serviceAccountViewer', EVE, {}, false],
    ['owns the project', 'roles/owner', EVE, {}, false],
    ['is named in impersonators', KEYS, EVE, { impersonators: ['user:Eve@acme.example'] }, false],
    ['is the account itself: surplus of its own', CREATOR, MEMBER, {}, false],
    ['was deleted', CREATOR, `deleted:${EVE}?uid=1`, {}, false],
    ['is a service of Google’s', CREATOR, AGENT, {}, false],
    ['runs, and reads', CREATOR, RUNS, {}, true],
    ['runs, and writes', CREATOR, RUNS, { writes: true }, false],
    ['runs, writes, and may make keys', KEYS, RUNS, { writes: true }, true],
    ['runs, writes, may make keys, and is named', KEYS, RUNS, { writes: true, impersonators: [RUNS] }, false],
  ])('%s', (_name, role, member, more, isSurplus) => {
    const found = diffOthers({ ...design, ...more }, live(role, member));
    expect(found.map(({ code, kind }) => `${code} ${kind}`)).toEqual(
      isSurplus ? ['project-role.impersonator surplus'] : [],
    );
  });

  test('under a condition: named, and the command lets gcloud ask which', () => {
    const [found] = diffOthers(design, live(CREATOR, EVE, { condition }));
    expect(found?.change).toEqual({
      byHand: {
        ...{ role: CREATOR, member: EVE, condition: 'office hours' },
        command: `gcloud projects remove-iam-policy-binding 'acme' --member '${EVE}' --role '${CREATOR}'`,
      },
    });
  });

  test.each([
    [AGENT, ['note project-policy.service-agents']],
    [`deleted:${EVE}?uid=1`, ['note project-policy.deleted-members']],
    [`deleted:${MEMBER}?uid=1`, []],
    [EVE, []],
  ])('%s → told: %j', (member, told) => {
    const notices = noteOthers(design, live(CREATOR, member));
    expect(notices.map(({ severity, code }) => `${severity} ${code}`)).toEqual(told);
  });
});

describe('who may act as the account by its own policy', () => {
  const account = { address: addresses.accountPolicy, names, want: 'present', impersonators: [] } as const;
  test.each<[string, string, boolean, boolean]>([
    ['a run that reads, tokens', CREATOR, false, true],
    ['a run that writes, tokens', CREATOR, true, false],
    ['a run that writes, keys', KEYS, true, true],
    ['a run that writes, policies', 'roles/iam.serviceAccountAdmin', true, true],
    ['a run that writes, a custom role of which nobody knows', 'projects/p/roles/any', true, true],
  ])('the identity that runs: %s → surplus: %4$s', (_name, role, writes, isSurplus) => {
    const { policy } = live(role, RUNS);
    const found = examineAccountPolicy({ ...account, writes }, { policy, principal: RUNS });
    expect(found.differences).toHaveLength(isSurplus ? 1 : 0);
    const named = { ...account, writes, impersonators: [RUNS] };
    expect(examineAccountPolicy(named, { policy, principal: RUNS }).differences).toEqual([]);
  });
});

describe('what everybody holds on the project', () => {
  test.each<[string, string, string, boolean]>([
    ['all of Google', 'roles/viewer', 'allAuthenticatedUsers', true],
    ['anybody', 'roles/viewer', 'allUsers', true],
    ['all accounts of a project', 'roles/bigquery.admin', ACCOUNTS, true],
    ['the domain of its e-mail', 'roles/viewer', 'domain:iam.gserviceaccount.com', true],
    ['a domain of people', 'roles/viewer', 'domain:acme.example', false],
    ['a pool', 'roles/viewer', `${POOL}/*`, false],
    ['the role that the mode grants', names.role, 'allAuthenticatedUsers', false],
  ])('%s', (_name, role, member, isSurplus) => {
    const found = diffOthers(design, live(role, member));
    expect(found.map(({ code }) => code)).toEqual(isSurplus ? ['project-role.everybody'] : []);
  });
});

describe('members', () => {
  test.each<[object, string | undefined]>([
    [{ userByEmail: 'a@b.c' }, 'user:a@b.c'],
    [{ userByEmail: 'a@p.iam.gserviceaccount.com' }, 'serviceAccount:a@p.iam.gserviceaccount.com'],
    [{ groupByEmail: 'a@b.c' }, 'group:a@b.c'],
    [{ domain: 'b.c' }, 'domain:b.c'],
    [{ specialGroup: 'allAuthenticatedUsers' }, 'allAuthenticatedUsers'],
    [{ iamMember: 'allUsers' }, 'allUsers'],
    [{ view: { tableId: 'v' } }, undefined],
  ])('the member of %j is %s', (entry, expected) => {
    expect(memberOf(entry)).toBe(expected);
  });

  test('an agent of Google’s is told by its domain, at its end', () => {
    expect(isServiceAgent(AGENT)).toBe(true);
    expect(isServiceAgent('serviceAccount:1@cloudservices.gserviceaccount.com')).toBe(true);
    expect(isServiceAgent('serviceAccount:a@gcp-sa-x.iam.gserviceaccount.com.evil.example')).toBe(false);
    expect(isServiceAgent('serviceAccount:a@p.iam.gserviceaccount.com')).toBe(false);
    expect(includesAccount(`${ACCOUNTS}s`, names)).toBe(false);
  });
});

describe('commands', () => {
  test('every hole is quoted', () => {
    const bad = '$(id)';
    expect(unbindCommand(bad, { role: bad, member: bad }, undefined)).toBe(
      "gcloud projects remove-iam-policy-binding '$(id)' --member '$(id)' --role '$(id)' --condition None",
    );
    expect(entryCommand(`p.${bad}`)).not.toMatch(/[^']p:\$/);
  });
});
