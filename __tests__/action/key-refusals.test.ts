import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, PROJECT, SECRETS_PATH, stage, writes } from '../../harness/stage.ts';
import { SECRET, prepareHomes } from './homes.ts';

const at = stage();
const DAY = 86_400;
const env = (name: string): string => at.simulation.env[name] ?? '';
const errors = (stdout: string): string =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('::error::'))
    .join('\n');

describe('a key that cannot be issued is refused before anything is written', () => {
  test.each([
    ['create', ['iam.disableServiceAccountKeyCreation'], {}, /Uploading is not forbidden: set key_lifetime_days/],
    ['create', ['iam.managed.disableServiceAccountKeyCreation'], {}, /Uploading is not forbidden/],
    [
      'create',
      ['iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'],
      {},
      /Creation and iam\.managed\.disableServiceAccountKeyCreation are enforced/,
    ],
    [
      'create',
      ['iam.managed.disableServiceAccountKeyCreation', 'iam.disableServiceAccountKeyUpload'],
      {},
      /The other way \(upload\) is closed too, by iam\.disableServiceAccountKeyUpload/,
    ],
    [
      'upload',
      ['iam.managed.disableServiceAccountKeyUpload'],
      { key_lifetime_days: '30' },
      /Creation is not forbidden: leave key_lifetime_days out/,
    ],
  ])('%s closed by %j', async (_way, constraints, inputs, words) => {
    await at.simulation.constraints(PROJECT, constraints);
    const refused = await at.run({ mode: 'apply', ...inputs });
    expect(refused).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(words);
    for (const name of constraints) expect(errors(refused.stdout)).toContain(name);
    expect(errors(refused.stdout)).toMatch(/roles\/orgpolicy\.policyAdmin on the organisation/);
    expect(await at.run({ mode: 'apply', key_delivery: 'none' })).toMatchObject({ code: 0 });
  });

  test.each([
    [['iam.managed.disableServiceAccountKeyCreation'], { key_lifetime_days: '30' }],
    [['iam.disableServiceAccountKeyUpload'], {}],
  ])('%j closed: the other way works', async (constraints, inputs) => {
    await at.simulation.constraints(PROJECT, constraints);
    const applied = await at.run({ mode: 'apply', ...inputs });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(await at.mints(applied.outputs['key'] ?? '')).toBe(true);
  });

  test('a policy that may not be read says nothing: IAM does, with the same remedy', async () => {
    await at.simulation.constraints(PROJECT, ['iam.managed.disableServiceAccountKeyCreation']);
    await at.simulation.faults([{ on: 'GET /v2/', do: 'deny', times: 9 }]);
    const failed = await at.run({ mode: 'apply' });
    expect(failed.code).toBe(1);
    expect(errors(failed.stdout)).toMatch(
      /Key creation is not allowed.*iam\.managed\.disableServiceAccountKeyCreation forbids creating.*key_lifetime_days/,
    );
    expect(await at.keys()).toEqual([]);
    await at.simulation.faults([]);
    await at.simulation.constraints(PROJECT, []);
    expect(await at.run({ mode: 'apply' })).toMatchObject({ code: 0 });
  });

  test('a key that is there needs none of it', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.constraints(PROJECT, ['iam.disableServiceAccountKeyCreation']);
    expect(await at.run({ mode: 'apply' })).toMatchObject({ code: 0, outputs: { result: 'unchanged' } });
  });

  test('ten keys: those are named, and rotate is refused', async () => {
    await at.run({ mode: 'apply' });
    for (let count = 0; count < 9; count += 1) await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const refused = await at.run({ mode: 'rotate' });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(/it has 10 keys already, and 10 is the most/);
  });
});

describe('a destination that would refuse is found out before anything is created', () => {
  test.each([
    [
      'SIMULATOR_GITHUB_JOB_TOKEN',
      'repository',
      /Resource not accessible by integration.*GITHUB_TOKEN can never write/,
    ],
    ['SIMULATOR_GITHUB_FINE_GRAINED_TOKEN', 'environment:production', /personal access token.*Environments: write/],
    ['SIMULATOR_GITHUB_APP_TOKEN', 'organization:acme', /Secrets: write and Variables: write/],
    ['SIMULATOR_GITHUB_TOKEN', 'environment:nowhere', /create it in the settings of the repository/],
    ['SIMULATOR_GITHUB_TOKEN', 'organization:nobody', /Check that the organization nobody exists/],
  ])('%s in %s', async (token, secret_scope, words) => {
    const refused = await at.run({
      mode: 'apply',
      key_delivery: 'github-secret',
      github_token: env(token),
      secret_scope,
    });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(words);
  });

  test('a repository that is to see the secret, and does not exist', async () => {
    const refused = await at.run({
      mode: 'apply',
      key_delivery: 'github-secret',
      github_token: env('SIMULATOR_GITHUB_TOKEN'),
      secret_scope: 'organization:acme',
      secret_visibility: 'selected',
      secret_repositories: 'data-platform\nnowhere',
    });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(/could not look up the repository acme\/nowhere/);
  });

  test('an App token that may write the repository delivers there, and into an environment', async () => {
    for (const secret_scope of ['repository', 'environment:production']) {
      const applied = await at.run({
        mode: 'rotate',
        key_delivery: 'github-secret',
        github_token: env('SIMULATOR_GITHUB_APP_TOKEN'),
        secret_scope,
      });
      expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    }
  });

  test('a token without Variables: write: the key is out, the run is red, and says which right is lacking', async () => {
    const inputs = { mode: 'apply', key_delivery: 'github-secret' };
    const red = await at.run({ ...inputs, github_token: env('SIMULATOR_GITHUB_SECRETS_ONLY_TOKEN') });
    expect(red.code).toBe(1);
    expect(errors(red.stdout)).toMatch(/Variables: write/);
    const healed = await at.run({ ...inputs, github_token: env('SIMULATOR_GITHUB_TOKEN') });
    expect({ code: healed.code, log: healed.stdout }).toMatchObject({ code: 0 });
    expect(await at.mints((await at.secret()).value ?? '')).toBe(true);
  });

  test('a secret of Secret Manager that does not exist: the command that makes it is printed', async () => {
    const refused = await at.run({ mode: 'apply', key_delivery: 'secret-manager', secret_manager_secret: SECRET });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toContain(
      `gcloud secrets create segment-key --project ${PROJECT} --replication-policy automatic`,
    );
  });

  test('rights on the secret that are lacking are named, all of them', async () => {
    await prepareHomes(at);
    const refused = await at.run({
      mode: 'apply',
      key_delivery: 'secret-manager',
      secret_manager_secret: SECRET,
      service_account: env('SIMULATOR_READER_SERVICE_ACCOUNT'),
    });
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(
      /lacks secretmanager\.secrets\.update, secretmanager\.versions\.add, secretmanager\.versions\.destroy, secretmanager\.versions\.disable/,
    );
  });

  test('a project that demands customer-managed encryption', async () => {
    await prepareHomes(at);
    await at.simulation.constraints(PROJECT, ['gcp.restrictNonCmekServices=secretmanager.googleapis.com']);
    const inputs = { mode: 'apply', key_delivery: 'secret-manager', secret_manager_secret: SECRET };
    const refused = await at.run(inputs);
    expect(refused.code).toBe(1);
    expect(writes(refused.sent)).toEqual([]);
    expect(errors(refused.stdout)).toMatch(
      /gcp\.restrictNonCmekServices demands customer-managed encryption.*--kms-key-name/,
    );
  });
});

describe('keys of others on our account', () => {
  test('made while no run is under way, or before one was killed, are never touched without prune', async () => {
    await at.run({ mode: 'apply', key_delivery: 'none' });
    await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    await at.run({ mode: 'apply' });
    await at.simulation.age(DAY);
    await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const foreign = (await at.keys()).filter(({ disabled }) => !disabled).map(({ id }) => id);
    await at.simulation.age(DAY);
    await at.run({ mode: 'rotate', key_overlap_days: '0' });
    await at.run({ mode: 'apply', key_overlap_days: '0' });
    const left = (await at.keys()).filter(({ disabled }) => !disabled).map(({ id }) => id);
    expect(
      foreign
        .slice(1)
        .filter((id) => id !== foreign[1])
        .every((id) => left.includes(id)),
    ).toBe(true);
    expect(left).toContain(foreign[0]);
    const check = await at.run({ mode: 'check' });
    expect(check).toMatchObject({ code: 1, outputs: { drift_surplus: '2', drift_missing: '0', drift_changed: '0' } });
    expect(check.stdout).toMatch(/key [0-9a-f]{12} is not ours: 2 days old, made by Google/);
  });

  test('with prune, one that a destination may hold is left: it is newer than ours, and the destination was written since', async () => {
    const inputs = { mode: 'apply', key_delivery: 'github-secret', github_token: env('SIMULATOR_GITHUB_TOKEN') };
    await at.run(inputs);
    await at.simulation.age(DAY);
    const { privateKeyData } = await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const file = Buffer.from(String(privateKeyData), 'base64').toString();
    await at.simulation.age(60);
    const { value } = await at.secret();
    await at.owner('PATCH', `${SECRETS_PATH}/variables/SEGMENT_BIGQUERY_CREDENTIALS_KEY_ID`, { value: 'by hand' });
    await putByHand(file);
    const pruned = await at.run({ ...inputs, prune: 'true' });
    expect({ code: pruned.code, log: pruned.stdout }).toMatchObject({ code: 0 });
    expect(await at.mints(file)).toBe(true);
    expect(await at.mints(value ?? '')).toBe(true);
    const { private_key_id: id } = JSON.parse(file) as { private_key_id: string };
    expect(pruned.stdout).toContain(`left the key ${id.slice(0, 12)}, which is not ours`);
  });
});

/** Somebody writes the secret by hand, sealed as GitHub wants it. */
async function putByHand(file: string): Promise<void> {
  const { seal } = await import('../../src/cloud/github/sealed-box.ts');
  const { key, key_id } = (await at.owner('GET', `${SECRETS_PATH}/secrets/public-key`)) as {
    key: string;
    key_id: string;
  };
  await at.owner('PUT', `${SECRETS_PATH}/secrets/SEGMENT_BIGQUERY_CREDENTIALS`, {
    encrypted_value: seal(file, key),
    key_id,
  });
}
