import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../../src/cloud/google/project-policies.ts';
import type { Account } from '../../../src/cloud/google/service-accounts.ts';
import { accountPolicy } from '../../../src/resources/account-policy/account-policy.ts';
import { examineAccountPolicy } from '../../../src/resources/account-policy/examine.ts';
import type { AccountPolicyDesign } from '../../../src/resources/account-policy/examine.ts';
import {
  addresses,
  apiError,
  changesIn,
  condition,
  edges,
  fakeClock,
  fakeDocument,
  fakeRun,
  names,
  order,
  outline,
} from './fixtures.ts';
import type { FakeDocument } from './fixtures.ts';

const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const POOL = 'iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci';
const RUNS = 'serviceAccount:Provisioner@acme-ci.iam.gserviceaccount.com';
const NAMED = `principal://${POOL}/subject/Repo:acme`;
const design: AccountPolicyDesign = {
  address: addresses.accountPolicy,
  names,
  want: 'present',
  impersonators: [NAMED],
  writes: true,
};
const policy = (...members: string[]): Policy => ({ bindings: [{ role: CREATOR, members }] });

interface Row {
  readonly name: string;
  readonly policy: Policy;
  readonly principal?: string | undefined;
  /** `role for member` of each that counts. */
  readonly surplus?: readonly string[];
  readonly told?: readonly string[];
}

const rows: Row[] = [
  { name: 'nobody → in sync', policy: {} },
  { name: 'the identity that runs, however it is spelled → in sync', policy: policy(RUNS.toLowerCase()) },
  { name: 'a member of impersonators → in sync', policy: policy(NAMED) },
  { name: 'a subject that differs in case → surplus', policy: policy(NAMED.toLowerCase()), surplus: [CREATOR] },
  {
    name: 'the identity that runs, where the credential does not tell it → surplus',
    policy: policy(RUNS),
    principal: undefined,
    surplus: [CREATOR],
  },
  {
    name: 'a deleted member → named',
    policy: policy('deleted:user:eve@acme.example?uid=1'),
    told: ['note account-policy.deleted-members'],
  },
  {
    name: 'roles that only read → in sync',
    policy: {
      bindings: ['roles/viewer', 'roles/browser', 'roles/iam.serviceAccountViewer', 'roles/iam.securityReviewer'].map(
        (role) => ({ role, members: ['user:auditor@acme.example'] }),
      ),
    },
  },
  {
    name: 'a person who may mint tokens, one that may attach it, a group that may create keys → surplus',
    policy: {
      bindings: [
        { role: CREATOR, members: ['user:eve@acme.example'] },
        { role: 'roles/iam.serviceAccountUser', members: ['serviceAccount:b@c.iam.gserviceaccount.com'] },
        { role: 'roles/iam.serviceAccountKeyAdmin', members: ['group:ops@acme.example'] },
      ],
    },
    surplus: [CREATOR, 'roles/iam.serviceAccountUser', 'roles/iam.serviceAccountKeyAdmin'],
  },
  { name: 'a whole pool → surplus', policy: policy(`principalSet://${POOL}/*`), surplus: [CREATOR] },
  {
    name: 'an attribute of a pool → surplus',
    policy: policy(`principalSet://${POOL}/attribute.a/b`),
    surplus: [CREATOR],
  },
  { name: 'everybody → surplus', policy: policy('allUsers', 'allAuthenticatedUsers'), surplus: [CREATOR, CREATOR] },
  {
    name: 'the same member twice under one condition → one surplus',
    policy: {
      bindings: [
        { role: CREATOR, members: ['user:eve@acme.example'], condition },
        { role: CREATOR, members: ['user:eve@acme.example'], condition },
      ],
    },
    surplus: [CREATOR],
  },
];

describe('examineAccountPolicy', () => {
  test.each(rows)('account policy: $name', ({ policy, surplus = [], ...row }) => {
    const principal = 'principal' in row ? row.principal : RUNS;
    const found = examineAccountPolicy(design, { policy, principal });
    expect(outline(found)).toEqual({
      differences: surplus.map(() => 'impersonation.surplus surplus'),
      told: row.told ?? [],
    });
    expect(found.differences.map(({ change }) => change.revoke.role)).toEqual(surplus);
  });

  test('account policy: surplus under a condition → named, revoked in phase narrow, drawn as access of somebody', () => {
    const bindings = [{ role: CREATOR, members: ['user:eve@acme.example'], condition }];
    const found = examineAccountPolicy(design, { policy: { bindings }, principal: RUNS });
    expect(order(found)).toEqual(['impersonation.surplus: narrow, access revoked']);
    expect(edges(found)).toEqual([`user:eve@acme.example → retl: ${CREATOR} if "office hours"`]);
    expect(found.differences[0]).toMatchObject({
      field: `binding ${CREATOR} for user:eve@acme.example if "office hours"`,
      ...{ live: 'present', desired: 'absent' },
      change: { revoke: { role: CREATOR, member: 'user:eve@acme.example', condition: 'office hours' } },
    });
  });

  test('account policy: a whole pool among the impersonators → surplus all the same, and a warning', () => {
    const pool = `principalSet://${POOL}/*`;
    const found = examineAccountPolicy({ ...design, impersonators: [pool] }, { policy: policy(pool), principal: RUNS });
    expect(outline(found)).toEqual({
      differences: ['impersonation.surplus surplus'],
      told: ['warning account-policy.whole-pool'],
    });
  });

  test('account policy: absent → nothing to say', () => {
    expect(examineAccountPolicy(design, undefined)).toEqual({ differences: [], diagnostics: [] });
  });
});

describe('accountPolicy', () => {
  const keep = (document: FakeDocument<Policy>, account: Account | undefined, want = design.want) =>
    accountPolicy({
      ...{ ...design, want, document, clock: fakeClock() },
      ...{ account: fakeDocument<Account>(account), principal: () => RUNS },
    });

  test('account policy: pruned → only the members named go, and only from their bindings; empty ones go', async () => {
    const viewer = { role: 'roles/iam.serviceAccountViewer', members: ['user:eve@acme.example'] };
    const document = fakeDocument<Policy>({
      bindings: [
        viewer,
        { role: CREATOR, members: ['user:eve@acme.example', NAMED] },
        { role: CREATOR, members: ['user:eve@acme.example'], condition },
      ],
    });
    const resource = keep(document, {});
    const found = await resource.read();
    await resource.change(found, changesIn(resource.examine(found), 'narrow'), fakeRun());
    expect(document.now()?.bindings).toEqual([viewer, { role: CREATOR, members: [NAMED] }]);
    expect(document.log).toEqual(['read', 'write']);
  });

  test('account policy: destroy → not read', async () => {
    const document = fakeDocument<Policy>({});
    expect(await keep(document, {}, 'absent').read()).toBeUndefined();
    expect(document.log).toEqual([]);
  });

  test('account policy: no account, and IAM says 403 → absent', async () => {
    const document = fakeDocument<Policy>({});
    document.read = () => Promise.reject(apiError(403, 'PERMISSION_DENIED'));
    expect(await keep(document, undefined).read()).toBeUndefined();
  });

  test('account policy: an account, and IAM says 403 → unreadable', async () => {
    const document = fakeDocument<Policy>({});
    document.read = () => Promise.reject(apiError(403, 'PERMISSION_DENIED'));
    await expect(keep(document, {}).read()).rejects.toThrow(/PERMISSION_DENIED/);
  });

  test('account policy: an account, and IAM shows no policy yet → waited for', async () => {
    const document = fakeDocument<Policy>(undefined);
    let asked = 0;
    document.reread = () => Promise.resolve((asked += 1) < 3 ? undefined : { etag: 'x' });
    expect(await keep(document, {}).read()).toEqual({ policy: { etag: 'x' }, principal: RUNS });
  });

  test('account policy: an account, and IAM never shows a policy → unreadable', async () => {
    await expect(keep(fakeDocument<Policy>(undefined), {}).read()).rejects.toThrow(/has not shown it for minutes/);
  });
});
