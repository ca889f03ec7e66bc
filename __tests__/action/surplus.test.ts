import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, MEMBER, PROJECT, driftOf, stage, writes } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';

/** Rights of the account, and rights over it, that nobody asked for: planted one at a time. */
const at = stage();

interface Surplus {
  readonly name: string;
  readonly plant: (at: Stage) => Promise<unknown>;
  /** What check must say: where it comes from, and what it is. */
  readonly found: string;
}

const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
const POLICY = `account-policy/${EMAIL}`;
const POOL = 'iam.googleapis.com/projects/136171869068/locations/global/workloadIdentityPools/github';

const surpluses: Surplus[] = [
  {
    name: 'a basic role on the project',
    plant: (s) => s.bind('roles/editor'),
    found: `project-policy/${PROJECT} binding roles/editor: present → absent`,
  },
  {
    name: 'a predefined role on the project',
    plant: (s) => s.bind('roles/bigquery.admin'),
    found: `project-policy/${PROJECT} binding roles/bigquery.admin: present → absent`,
  },
  {
    name: 'a conditional role on the project',
    plant: (s) => s.bind('roles/bigquery.dataOwner', { condition }),
    found: `project-policy/${PROJECT} binding roles/bigquery.dataOwner if "office hours": present → absent`,
  },
  {
    name: 'a role of another service on the project',
    plant: (s) => s.bind('roles/storage.admin'),
    found: `project-policy/${PROJECT} binding roles/storage.admin: present → absent`,
  },
  {
    name: 'a reader entry on another dataset',
    plant: (s) => s.addEntries([{ role: 'READER', userByEmail: EMAIL }], 'shop'),
    found: `dataset/${PROJECT}.shop entry READER: present → absent`,
  },
  {
    name: 'a reader entry by its IAM name',
    plant: (s) => s.addEntries([{ role: 'roles/bigquery.dataViewer', iamMember: MEMBER }], 'shop'),
    found: `dataset/${PROJECT}.shop entry READER: present → absent`,
  },
  {
    name: 'a writer entry on another dataset',
    plant: (s) => s.addEntries([{ role: 'WRITER', userByEmail: EMAIL }], 'shop'),
    found: `dataset/${PROJECT}.shop entry WRITER: present → absent`,
  },
  {
    name: 'an owner entry on another dataset',
    plant: (s) => s.addEntries([{ role: 'OWNER', userByEmail: EMAIL }], 'shop'),
    found: `dataset/${PROJECT}.shop entry OWNER: present → absent`,
  },
  {
    name: 'a conditional entry on another dataset',
    plant: (s) => s.addEntries([{ role: 'READER', userByEmail: EMAIL, condition }], 'shop'),
    found: `dataset/${PROJECT}.shop entry READER if "office hours": present → absent`,
  },
  {
    name: 'an entry on a hidden dataset',
    plant: async (s) => {
      await s.makeDataset('_hidden');
      await s.owner('PATCH', `/bigquery/v2/projects/${PROJECT}/datasets/_hidden`, {
        access: [
          { role: 'OWNER', userByEmail: 'owner@acme.example' },
          { role: 'READER', userByEmail: EMAIL },
        ],
      });
    },
    found: `dataset/${PROJECT}._hidden entry READER: present → absent`,
  },
  {
    name: 'a person who may mint its tokens',
    plant: (s) => s.bindOnAccount('roles/iam.serviceAccountTokenCreator', ['user:eve@acme.example']),
    found: `${POLICY} binding roles/iam.serviceAccountTokenCreator for user:eve@acme.example: present → absent`,
  },
  {
    name: 'an account that may attach it to what it runs',
    plant: (s) =>
      s.bindOnAccount('roles/iam.serviceAccountUser', ['serviceAccount:builder@elsewhere.iam.gserviceaccount.com']),
    found: `${POLICY} binding roles/iam.serviceAccountUser for serviceAccount:builder@elsewhere.iam.gserviceaccount.com: present → absent`,
  },
  {
    name: 'a group that may make its keys',
    plant: (s) => s.bindOnAccount('roles/iam.serviceAccountKeyAdmin', ['group:ops@acme.example']),
    found: `${POLICY} binding roles/iam.serviceAccountKeyAdmin for group:ops@acme.example: present → absent`,
  },
  {
    name: 'a whole pool that may impersonate it, the run’s own included',
    plant: (s) => s.bindOnAccount('roles/iam.workloadIdentityUser', [`principalSet://${POOL}/*`]),
    found: `${POLICY} binding roles/iam.workloadIdentityUser for principalSet://${POOL}/*: present → absent`,
  },
  {
    name: 'one who may impersonate it at times',
    plant: (s) => s.bindOnAccount('roles/iam.serviceAccountTokenCreator', ['user:eve@acme.example'], condition),
    found: `${POLICY} binding roles/iam.serviceAccountTokenCreator for user:eve@acme.example if "office hours": present → absent`,
  },
  {
    name: 'a key that this action did not make',
    plant: async (s) => {
      await s.simulation.age(3600);
      await s.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    },
    found: 'credential/segment-reverse-etl key',
  },
];

/** A world in which others, too, hold what they hold. */
async function prepare(): Promise<void> {
  await at.run({ mode: 'apply', verify: 'false' });
  await at.simulation.age(60);
  await at.makeDataset('shop');
  await at.addEntries(
    [
      { role: 'READER', userByEmail: 'someone@acme.example' },
      { role: 'WRITER', groupByEmail: 'shop@acme.example' },
    ],
    'shop',
  );
  await at.bindOnAccount('roles/iam.serviceAccountViewer', ['user:auditor@acme.example']);
  await at.bindOnAccount('roles/iam.serviceAccountTokenCreator', [
    'serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/Repo:acme',
  ]);
  await at.bind('roles/bigquery.admin', { members: ['user:admin@acme.example'] });
}

/** Everything that policies and access lists say, etags aside. */
async function rights(): Promise<unknown> {
  const world = (await at.simulation.world()) as {
    resourceManager: { projects: Record<string, { policy: { bindings: unknown } }> };
    iam: { accounts: Record<string, { policy: { bindings: unknown }; keys: { id: string; disabled: boolean }[] }> };
    bigQuery: { datasets: Record<string, { access: unknown }> };
  };
  return {
    project: world.resourceManager.projects[PROJECT]?.policy.bindings,
    account: world.iam.accounts[EMAIL]?.policy.bindings,
    keys: world.iam.accounts[EMAIL]?.keys.filter(({ disabled }) => !disabled).map(({ id }) => id),
    datasets: Object.entries(world.bigQuery.datasets)
      .filter(([name]) => !name.endsWith(':_hidden'))
      .map(([name, { access }]) => [name, access]),
  };
}

const impersonators =
  'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/Repo:acme';

describe('surplus', () => {
  test('of what others hold, and of what the inputs name, nothing counts', async () => {
    await prepare();
    const check = await at.run({ mode: 'check', verify: 'false', impersonators });
    expect(driftOf(check)).toEqual([]);
    expect({ code: check.code, log: check.stdout }).toMatchObject({ code: 0 });
    expect(check.stdout).toContain(`= datasets/${PROJECT}: 2 of 2 datasets looked at`);
    const plan = JSON.parse(check.outputs['plan'] ?? '{}') as { not_seen: string[] };
    expect(plan.not_seen.join('\n')).toMatch(/folder.*organisation.*group/);
  });

  test.each(surpluses)('$name: found, named, and removed only by prune', async ({ plant, found }) => {
    await prepare();
    const before = await rights();
    await plant(at);
    const planted = await rights();
    const check = await at.run({ mode: 'check', verify: 'false', impersonators });
    expect(driftOf(check).join('\n')).toContain(found);
    expect(check).toMatchObject({ code: 1, outputs: { result: 'drift', drift_surplus: '1', drift_missing: '0' } });
    const applied = await at.run({ mode: 'apply', verify: 'false', impersonators });
    expect(applied).toMatchObject({ code: 0, outputs: { drift_surplus: '1' } });
    expect(writes(applied.sent)).toEqual([]);
    expect(await rights()).toEqual(planted);
    const pruned = await at.run({ mode: 'apply', verify: 'false', prune: 'true', impersonators });
    expect({ code: pruned.code, log: pruned.stdout }).toMatchObject({ code: 0 });
    expect(pruned.outputs).toMatchObject({ result: 'changed', drift_surplus: '0' });
    expect(await rights()).toEqual(before);
  });
});

describe('what cannot be looked at', () => {
  test('a dataset that may be listed and not read is named, and does not count', async () => {
    await prepare();
    await at.simulation.answers([
      {
        on: 'GET /bigquery/v2/projects/acme-analytics/datasets/shop',
        status: 403,
        body: {
          error: {
            code: 403,
            message: 'Access Denied: Dataset acme-analytics:shop',
            errors: [{ reason: 'accessDenied' }],
          },
        },
        times: 1,
      },
    ]);
    const check = await at.run({ mode: 'check', verify: 'false', impersonators });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false' } });
    expect(check.stdout).toContain('1 of 2 datasets looked at');
    expect(check.outputs['plan']).toMatch(/"not_seen":\[.*not acme-analytics\.shop \(Access Denied/);
  });

  test('datasets that may not be listed are named, and do not count', async () => {
    await prepare();
    const check = await at.run({
      mode: 'check',
      verify: 'false',
      impersonators,
      source_datasets: 'acme-warehouse.sales',
    });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false', drift_surplus: '0' } });
    expect(check.outputs['plan']).toMatch(
      /"not_seen":\[.*the datasets of acme-warehouse could not be listed: Not found/,
    );
  });

  test('who may act as the account is compared, so that check is red where it may not ask', async () => {
    await prepare();
    await at.simulation.faults([{ on: `POST ${ACCOUNT_PATH}:getIamPolicy`, do: 'deny', times: 1 }]);
    const check = await at.run({ mode: 'check', verify: 'false', impersonators });
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'unknown', result: 'failed', plan_digest: '' } });
    expect(check.stdout).toContain('No plan digest: account-policy/');
  });

  test('a whole pool among the impersonators counts all the same, and a warning says why', async () => {
    await prepare();
    const pool = `principalSet://${POOL}/*`;
    await at.bindOnAccount('roles/iam.workloadIdentityUser', [pool]);
    const check = await at.run({ mode: 'check', verify: 'false', impersonators: `${impersonators}\n${pool}` });
    expect(check).toMatchObject({ code: 1, outputs: { drift_surplus: '1' } });
    expect(check.stdout).toMatch(/::warning::account-policy\/.*is a whole pool/);
  });
});

describe('fail_on', () => {
  const planted = {
    missing: (): Promise<void> => at.changeEntries(() => []),
    surplus: (): Promise<void> => at.bind('roles/editor'),
  };
  test.each([
    ['missing', { any: 1, missing: 1, surplus: 0, never: 0 }],
    ['surplus', { any: 1, missing: 0, surplus: 1, never: 0 }],
  ] as const)('what is %s makes check red as it says, and is told whatever it says', async (kind, codes) => {
    await at.run({ mode: 'apply', verify: 'false' });
    await planted[kind]();
    for (const [failOn, code] of Object.entries(codes)) {
      const check = await at.run({ mode: 'check', verify: 'false', fail_on: failOn });
      expect({ failOn, code: check.code, result: check.outputs['result'] }).toEqual({ failOn, code, result: 'drift' });
      expect(check.outputs[`drift_${kind}`]).toBe('1');
      expect(check.stdout).toMatch(
        code === 1 ? /::error::.*should be/ : /::warning::.*should be[\s\S]*Not red: fail_on is/,
      );
    }
  });

  test('what could not be looked at is red whatever it says', async () => {
    await at.simulation.faults([{ on: `GET ${DATASET_PATH}`, do: 'deny', times: 1 }]);
    const check = await at.run({ mode: 'check', verify: 'false', fail_on: 'never' });
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'unknown' } });
  });
});
