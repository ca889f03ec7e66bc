import { describe, expect, test } from '@jest/globals';
import { errorsIn, warningsIn } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { ACCOUNT_PATH, PROJECT, stage, writes } from '../../harness/stage.ts';
import { SECRET, prepareHomes } from './homes.ts';

const at = stage();
const DAY = 86_400;
const env = (name: string): string => at.simulation.env[name] ?? '';

describe('a key that cannot be issued', () => {
  test('the organization forbids both ways → refused before anything is written; without a key the rest is set up', async () => {
    const constraints = ['iam.managed.disableServiceAccountKeyCreation', 'iam.disableServiceAccountKeyUpload'];
    await at.simulation.constraints(PROJECT, constraints);
    const refused = await at.run({ mode: 'apply' });
    expect(refused).toEnd(1, { result: 'failed' });
    expect(writes(refused.sent)).toEqual([]);
    expect(errorsIn(refused.stdout)).toContainEqual(
      expect.stringMatching(
        /forbids creating keys in acme-analytics: iam\.managed\.disableServiceAccountKeyCreation is enforced.*The other way \(upload\) is forbidden too, by iam\.disableServiceAccountKeyUpload.*roles\/orgpolicy\.policyAdmin/,
      ),
    );
    expect(await at.run({ mode: 'apply', key_delivery: 'none' })).toEnd(0, { result: 'changed' });
  });

  test('the organization forbids creating → a key that is uploaded works', async () => {
    await at.simulation.constraints(PROJECT, ['iam.managed.disableServiceAccountKeyCreation']);
    const applied = await at.run({ mode: 'apply', key_lifetime_days: '30' });
    expect(applied).toEnd(0);
    expect(await at.mints(applied.outputs['key'] ?? '')).toBe(true);
  });

  test('the policy may not be read → IAM refuses, with the same remedy, and the next run heals it', async () => {
    await at.simulation.constraints(PROJECT, ['iam.managed.disableServiceAccountKeyCreation']);
    await at.simulation.faults([{ on: 'GET /v2/', do: 'deny', times: 9 }]);
    const failed = await at.run({ mode: 'apply' });
    expect(failed).toEnd(1);
    expect(errorsIn(failed.stdout)).toContainEqual(
      expect.stringMatching(
        /Key creation is not allowed.*iam\.managed\.disableServiceAccountKeyCreation forbids creating.*key_lifetime_days/,
      ),
    );
    expect(await at.keys()).toEqual([]);
    await at.simulation.faults([]);
    await at.simulation.constraints(PROJECT, []);
    expect(await at.run({ mode: 'apply' })).toEnd(0);
  });

  test('the account has ten → rotate is refused, and names them', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    for (let count = 0; count < 9; count += 1) await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const refused = await at.run({ mode: 'rotate' });
    expect(refused).toEnd(1);
    expect(writes(refused.sent)).toEqual([]);
    const words = errorsIn(refused.stdout).find((error) => error.includes('it has 10 keys already'));
    for (const { id } of await at.keys()) expect(words).toContain(id.slice(0, 12));
  });
});

describe('a destination that would refuse, found out before anything is created', () => {
  const gitHub = (token: string, more = {}): Record<string, string> => ({
    ...{ mode: 'apply', key_delivery: 'github-secret', github_token: env(token) },
    ...more,
  });
  const organization = { secret_scope: 'organization:acme', secret_visibility: 'selected' };

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'the token of the job, for a repository',
      () => gitHub('SIMULATOR_GITHUB_JOB_TOKEN'),
      /Resource not accessible by integration.*GITHUB_TOKEN can never write/,
    ],
    [
      'a token without the right, for an environment',
      () => gitHub('SIMULATOR_GITHUB_FINE_GRAINED_TOKEN', { secret_scope: 'environment:production' }),
      /personal access token.*Environments: write/,
    ],
    [
      'an organization, whose secret an unknown repository is to see',
      () => gitHub('SIMULATOR_GITHUB_TOKEN', { ...organization, secret_repositories: 'data-platform\nnowhere' }),
      /could not look up the repository acme\/nowhere/,
    ],
    [
      'a secret of Secret Manager that does not exist',
      () => ({ mode: 'apply', key_delivery: 'secret-manager', secret_manager_secret: SECRET }),
      new RegExp(`gcloud secrets create 'segment-key' --project '${PROJECT}' --replication-policy automatic`),
    ],
  ])('%s → told, and nothing is written', async (_name, inputs, words) => {
    const refused = await at.run(inputs());
    expect(refused).toEnd(1, { result: 'failed' });
    expect(writes(refused.sent)).toEqual([]);
    expect(errorsIn(refused.stdout)).toContainEqual(expect.stringMatching(words));
  });

  test('a secret of Secret Manager without rights on it, nor encryption that is demanded → told, and nothing is written', async () => {
    await prepareHomes(at);
    await at.simulation.constraints(PROJECT, ['gcp.restrictNonCmekServices=secretmanager.googleapis.com']);
    const inputs = { mode: 'apply', key_delivery: 'secret-manager', secret_manager_secret: SECRET };
    const unencrypted = await at.run(inputs);
    const unentitled = await at.run({ ...inputs, service_account: env('SIMULATOR_READER_SERVICE_ACCOUNT') });
    for (const [refused, words] of [
      [unencrypted, /gcp\.restrictNonCmekServices demands customer-managed encryption.*--kms-key-name/],
      [unentitled, /lacks secretmanager\.secrets\.update, secretmanager\.versions\.add, /],
    ] as const) {
      expect(refused).toEnd(1);
      expect(writes(refused.sent)).toEqual([]);
      expect(errorsIn(refused.stdout)).toContainEqual(expect.stringMatching(words));
    }
  });
});

describe('a token that GitHub lets write', () => {
  test.each(['repository', 'environment:production'])(
    'that of an App, for the secrets of a repository: %s → the key is delivered',
    async (secret_scope) => {
      const github_token = env('SIMULATOR_GITHUB_APP_TOKEN');
      expect(await at.run({ mode: 'rotate', key_delivery: 'github-secret', github_token, secret_scope })).toEnd(0);
    },
  );

  test('secrets, and no variables → the key is out, the run is red, and the next one heals it', async () => {
    const inputs = { mode: 'apply', key_delivery: 'github-secret' };
    const red = await at.run({ ...inputs, github_token: env('SIMULATOR_GITHUB_SECRETS_ONLY_TOKEN') });
    expect(red).toEnd(1);
    expect(errorsIn(red.stdout)).toContainEqual(expect.stringMatching(/Variables: write/));
    expect(await at.run({ ...inputs, github_token: env('SIMULATOR_GITHUB_TOKEN') })).toEnd(0);
    expect(await at.mints((await at.secret()).value ?? '')).toBe(true);
  });
});

describe('keys of others on our account', () => {
  test('a rotation that retires at once → they work on, and check names them', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.simulation.age(DAY);
    await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const foreign = (await at.keys()).at(-1);
    await at.simulation.age(2 * DAY);
    expect(await at.run({ mode: 'rotate', key_overlap_days: '0', verify: 'false' })).toEnd(0);
    expect(await at.keys()).toContainEqual(foreign);
    const check = await at.run({ mode: 'check', verify: 'false' });
    expect(check).toEnd(1, { drift_surplus: '1', drift_missing: '0', drift_changed: '0' });
    expect(errorsIn(check.stdout)).toContainEqual(
      expect.stringMatching(/key [0-9a-f]{12} is not ours: 2 days old, made by Google/),
    );
  });
});

// A key tells only the second in which it was made: so young, only this run knows which of two versions holds it.
test('Secret Manager, a rotation right after the first key → the version with the old key is disabled', async () => {
  await prepareHomes(at);
  const delivery = { key_delivery: 'secret-manager', secret_manager_secret: SECRET };
  const inputs = { verify: 'false', key_overlap_days: '0', ...delivery };
  await at.run({ mode: 'apply', ...inputs });
  const rotated = await at.run({ mode: 'rotate', ...inputs });
  expect(rotated).toEnd(0);
  expect(warningsIn(rotated.stdout).filter((line) => line.includes('nobody can tell'))).toEqual([]);
  const states = await Promise.all(
    [1, 2].map((version) => at.owner('GET', `/v1/${SECRET}/versions/${String(version)}`)),
  );
  expect(states.map(({ state }) => state)).toEqual(['DISABLED', 'ENABLED']);
});
