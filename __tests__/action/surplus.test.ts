import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import { ACCOUNT_PATH, EMAIL, PROJECT, driftOf, stage, writes } from '../../harness/stage.ts';
import { withoutPermission } from './lesser.ts';

/**
 * Rights of the account, and rights over it, that nobody asked for: one of each resource. Which count is a matter of the
 * tables in ../pure/resources.
 */
const at = stage();

const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
const POLICY = `account-policy/${EMAIL}`;
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const POOL = 'iam.googleapis.com/projects/136171869068/locations/global/workloadIdentityPools/github';

/** A world in which others, too, hold what they hold. */
async function prepare(): Promise<void> {
  await at.run({ mode: 'apply', verify: 'false' });
  await at.simulation.age(3600);
  await at.makeDataset('shop');
  await at.addEntries(
    [
      { role: 'READER', userByEmail: 'someone@acme.example' },
      { role: 'WRITER', groupByEmail: 'shop@acme.example' },
    ],
    'shop',
  );
  await at.bindOnAccount('roles/iam.serviceAccountViewer', ['user:auditor@acme.example']);
  await at.bindOnAccount(CREATOR, ['serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com', LISTED]);
  await at.bind('roles/bigquery.admin', { members: ['user:admin@acme.example'] });
}

/** One of each resource. */
async function plant(): Promise<void> {
  await at.bind('roles/bigquery.dataOwner', { condition });
  await at.addEntries([{ role: 'WRITER', userByEmail: EMAIL }], 'shop');
  await at.makeDataset('_hidden');
  await at.setAccess(
    () => [
      { role: 'OWNER', userByEmail: 'owner@acme.example' },
      { role: 'READER', userByEmail: EMAIL },
    ],
    '_hidden',
  );
  await at.bindOnAccount('roles/iam.workloadIdentityUser', [`principalSet://${POOL}/*`]);
  await at.bindOnAccount(CREATOR, ['user:eve@acme.example'], condition);
  await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
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

const LISTED = 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/Repo:acme';
// In check not even the identity that runs is exempt by itself.
const impersonators = [LISTED, 'serviceAccount:provisioner@acme-ci.iam.gserviceaccount.com'].join('\n');
const QUIET = { verify: 'false', impersonators };

describe('surplus', () => {
  test('check: what others hold, and what the inputs name → no drift', async () => {
    await prepare();
    const check = await at.run({ mode: 'check', ...QUIET });
    expect(driftOf(check)).toEqual([]);
    expect({ code: check.code, log: readable(check.stdout) }).toMatchObject({
      code: 0,
      log: expect.stringContaining(`= datasets/${PROJECT}: 2 of 2 datasets searched`),
    });
    const plan = JSON.parse(check.outputs['plan'] ?? '{}') as { not_checked: string[] };
    expect(plan.not_checked.join('\n')).toMatch(/folder.*organization.*group/);
  });

  test('one of each resource: check → named; apply → kept; apply with prune: true → gone, and nothing else', async () => {
    await prepare();
    const before = await rights();
    await plant();
    const planted = await rights();
    const check = await at.run({ mode: 'check', ...QUIET });
    expect(driftOf(check)).toEqual([
      `${POLICY} binding ${CREATOR} for user:eve@acme.example if "office hours": present → absent`,
      `${POLICY} binding roles/iam.workloadIdentityUser for principalSet://${POOL}/*: present → absent`,
      `project-policy/${PROJECT} binding roles/bigquery.dataOwner if "office hours": present → absent`,
      `dataset/${PROJECT}._hidden entry READER: present → absent`,
      `dataset/${PROJECT}.shop entry WRITER: present → absent`,
      expect.stringMatching(/^credential\/segment-reverse-etl key [0-9a-f]{12}: not ours: .* → absent$/),
    ]);
    expect(check).toMatchObject({ code: 1, outputs: { result: 'drift', drift_surplus: '6', drift_missing: '0' } });

    const applied = await at.run({ mode: 'apply', ...QUIET });
    expect(applied).toMatchObject({ code: 0, outputs: { drift_surplus: '6' } });
    expect(writes(applied.sent)).toEqual([]);
    expect(await rights()).toEqual(planted);

    const pruned = await at.run({ mode: 'apply', prune: 'true', ...QUIET });
    expect({ code: pruned.code, log: readable(pruned.stdout) }).toMatchObject({ code: 0 });
    // The key is disabled, and left: a later run deletes it.
    expect(pruned.outputs).toMatchObject({ result: 'changed', drift_surplus: '1' });
    expect(await rights()).toEqual(before);
  });
});

describe('what cannot be read', () => {
  test('search: datasets that may not be listed, or not be read → named, and no drift', async () => {
    await prepare();
    const words = 'Access Denied: Dataset acme-analytics:shop';
    const error = { code: 403, message: words, errors: [{ reason: 'accessDenied' }] };
    const on = 'GET /bigquery/v2/projects/acme-analytics/datasets/shop';
    await at.simulation.answers([{ on, status: 403, body: { error }, times: 1 }]);
    const check = await at.run({ mode: 'check', ...QUIET, source_datasets: 'acme-warehouse.sales' });
    expect(check).toMatchObject({ code: 0, outputs: { drift: 'false', drift_surplus: '0' } });
    const plan = JSON.parse(check.outputs['plan'] ?? '{}') as { not_checked: string[] };
    expect(plan.not_checked).toEqual(
      expect.arrayContaining([
        expect.stringContaining('the datasets of acme-warehouse could not be listed: Not found'),
        expect.stringContaining(`1 of 3 datasets searched; not acme-analytics.shop (${words})`),
      ]),
    );
  });

  test('account policy: may not be read → compared with nothing, so check fails whatever fail_on says', async () => {
    await prepare();
    await at.simulation.faults([{ on: `POST ${ACCOUNT_PATH}:getIamPolicy`, do: 'deny', times: 1 }]);
    const check = await at.run({ mode: 'check', fail_on: 'never', ...QUIET });
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'unknown', result: 'failed', plan_digest: '' } });
    expect(readable(check.stdout)).toContain('No plan digest: account-policy/');
  });
});

describe('what may not be pruned', () => {
  test('account policy: the provisioner may not set it → warned before, and the error names the permission', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.bindOnAccount(CREATOR, ['user:eve@acme.example']);
    await withoutPermission('provisioner', 'iam.serviceAccounts.setIamPolicy')(at);
    const pruned = await at.run({ mode: 'apply', prune: 'true', verify: 'false' });
    expect(pruned.code).toBe(1);
    expect(warningsIn(pruned.stdout).join('\n')).toMatch(
      /does not hold iam\.serviceAccounts\.setIamPolicy on the project/,
    );
    expect(errorsIn(pruned.stdout)[0]).toMatch(
      /^Could not write who may act as the service account.*iam\.serviceAccounts\.setIamPolicy/,
    );
  });
});

describe('fail_on', () => {
  test('a surplus role: missing → a warning; surplus → an error', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.bind('roles/editor');
    const found = expect.stringContaining('binding roles/editor is present, should be absent (surplus).');
    const [green, red] = [
      await at.run({ mode: 'check', verify: 'false', fail_on: 'missing' }),
      await at.run({ mode: 'check', verify: 'false', fail_on: 'surplus' }),
    ];
    expect(green).toMatchObject({ code: 0, outputs: { result: 'drift', drift_surplus: '1' } });
    expect(warningsIn(green.stdout)).toContainEqual(found);
    expect(readable(green.stdout)).toContain('The step does not fail: fail_on is missing.');
    expect(red).toMatchObject({ code: 1, outputs: { result: 'drift', drift_surplus: '1' } });
    expect(errorsIn(red.stdout)).toContainEqual(found);
  });
});
