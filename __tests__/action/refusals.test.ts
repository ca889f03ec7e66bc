import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable, warningsIn } from '../../harness/log.ts';
import '../../harness/matchers.ts';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, MEMBER, PROJECT, ROLE, stage, writes } from '../../harness/stage.ts';
import { withoutPermission } from './lesser.ts';

const at = stage();
const HELP = ' Help: https://github.com/OWNER/segment-reverse-etl-bigquery/blob/v0.1.0/docs/reference.md#';

describe('inputs', () => {
  test('several are wrong, and an endpoint too → all of it is told at once, and nothing is sent', async () => {
    const result = await at.run(
      { mode: 'aply\n::set-output name=x::y', role_id: 'has-hyphen', adopt: 'yes', location: 'europe' },
      { env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: 'http://iam.example.com/' } },
    );
    expect(result).toEnd(1, { result: 'failed' });
    expect(result.sent).toEqual([]);
    expect(errorsIn(result.stdout)).toEqual([
      "Could not read the input mode: 'aply ::set-output name=x::y' is not valid. Use one of plan, check, apply, rotate, revoke, destroy, models, list." +
        HELP +
        'mode',
      "Could not read the input location: 'europe' is not valid. Use a BigQuery location such as US, EU or europe-west1. Did you mean EU?" +
        HELP +
        'location',
      "Could not read the input role_id: 'has-hyphen' is not valid. Use 3 to 64 letters, digits, underscores and periods (no hyphen). Did you mean has_hyphen?" +
        HELP +
        'role_id',
      "Could not read the input adopt: 'yes' is not valid. Use true or false. Did you mean true?" + HELP + 'adopt',
      expect.stringContaining('CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM'),
      '5 inputs are wrong; nothing was sent to Google Cloud or GitHub.',
    ]);
    expect(result.stdout).not.toMatch(/^::set-output/m);
  });
});

describe('after the first request', () => {
  test('a job without id-token: write → told with its remedy', async () => {
    const result = await at.run({ mode: 'apply' }, { without: ['ACTIONS_ID_TOKEN_REQUEST_URL'] });
    expect(result).toEnd(1, { result: 'failed' });
    expect(errorsIn(result.stdout)).toEqual([
      expect.stringMatching(/OIDC token.*ACTIONS_ID_TOKEN_REQUEST_URL is not set.*id-token: write/),
    ]);
    expect(writes(result.sent)).toEqual([]);
  });

  test('role, account and dataset that somebody else made → all three are told, and nothing is written', async () => {
    await at.owner('POST', `/v1/projects/${PROJECT}/roles`, {
      roleId: 'segmentReverseEtl',
      role: { title: 'x', description: 'Other [segment-retl created for=retl-two]' },
    });
    await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'segment-reverse-etl' });
    await at.makeDataset('__segment_reverse_etl');
    const result = await at.run({ mode: 'apply' });
    expect(result).toEnd(1, { result: 'failed' });
    expect(errorsIn(result.stdout)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/use the role .*managed for retl-two.*role_id/),
        expect.stringMatching(/use the service account .*not managed by this action.*adopt: true.*account_id/),
        expect.stringMatching(/use the dataset .*not managed by this action.*adopt: true/),
      ]),
    );
    expect(writes(result.sent)).toEqual([]);
    expect(result.outputs['key']).toBeUndefined();
    expect(await at.keys()).toEqual([]);
  });

  test('a permission to read is missing → told with its remedy, and nothing is written', async () => {
    await withoutPermission('provisioner', 'iam.roles.get')(at);
    const result = await at.run({ mode: 'apply' });
    expect(result).toEnd(1, { result: 'failed' });
    expect(errorsIn(result.stdout)).toContainEqual(
      expect.stringMatching(/read the role.*iam\.roles\.get.*permissions\/provisioner\.yaml/),
    );
    expect(writes(result.sent)).toEqual([]);
  });

  test('a role past undeletion → only its creation is refused, and no key is issued', async () => {
    await at.owner('POST', `/v1/projects/${PROJECT}/roles`, { roleId: 'segmentReverseEtl', role: { title: 'x' } });
    await at.owner('DELETE', `/v1/${ROLE}`);
    await at.simulation.age(8 * 86_400);
    const result = await at.run({ mode: 'apply' });
    expect(result).toEnd(1, { result: 'failed' });
    expect(errorsIn(result.stdout)).toContainEqual(
      expect.stringMatching(/create the role.*marked for deletion.*Set role_id to another name/),
    );
    expect(writes(result.sent)).toHaveLength(4);
    expect(result.outputs['key']).toBeUndefined();
    expect(await at.keys()).toEqual([]);
  });

  test('what could not be read → unknown, never absent: check is red and says so', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.faults([{ on: `GET ${DATASET_PATH}`, do: 'deny', times: 1 }]);
    const check = await at.run({ mode: 'check' });
    expect(check).toEnd(1, { drift: 'unknown', result: 'failed' });
    expect(readable(check.stdout)).toContain('? dataset/__segment_reverse_etl: could not be read');
  });
});

describe('a pull request from a fork, which has no identity', () => {
  const event = {
    pull_request: {
      head: { repo: { full_name: 'mallory/data-platform' } },
      base: { repo: { full_name: 'acme/data-platform' } },
    },
  };
  const env = { GITHUB_EVENT_NAME: 'pull_request' };
  const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  const words = 'GitHub gives a pull request from a fork neither an identity nor secrets';

  test('check → green, with a warning, and nothing is sent', async () => {
    const result = await at.run({ mode: 'check' }, { event, env, without });
    expect(result).toEnd(0, { drift: 'unknown' });
    expect(result.sent).toEqual([]);
    expect(warningsIn(result.stdout)).toEqual([expect.stringContaining(words)]);
  });

  test('apply → red, and nothing is sent', async () => {
    const result = await at.run({ mode: 'apply' }, { event, env, without });
    expect(result).toEnd(1, { result: 'failed' });
    expect(result.sent).toEqual([]);
    expect(errorsIn(result.stdout)).toEqual([
      expect.stringMatching(/mode: apply is not allowed on the event pull_request.*Use mode plan or check there/),
      'One input is wrong; nothing was sent to Google Cloud or GitHub.',
    ]);
  });

  test('apply on a push of Dependabot, which has no identity either → red, and nothing is sent', async () => {
    const pushed = { GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR: 'dependabot[bot]' };
    const result = await at.run({ mode: 'apply' }, { env: pushed, without });
    expect(result).toEnd(1, { result: 'failed' });
    expect(result.sent).toEqual([]);
    expect(errorsIn(result.stdout)).toEqual([
      expect.stringContaining('GitHub gives Dependabot neither an identity nor secrets'),
    ]);
  });
});

describe('opting in', () => {
  test('adopt → what is found is kept and marked, and no second adopt is needed', async () => {
    await at.owner('POST', `/v1/projects/${PROJECT}/roles`, {
      roleId: 'segmentReverseEtl',
      role: { title: 'Ours', description: 'By hand', stage: 'GA', includedPermissions: ['bigquery.jobs.create'] },
    });
    await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, {
      accountId: 'segment-reverse-etl',
      serviceAccount: { displayName: 'Ours' },
    });
    expect(await at.run({ mode: 'apply', adopt: 'true' })).toEnd(0);
    expect(await at.owner('GET', `/v1/${ROLE}`)).toMatchObject({
      title: 'Ours',
      description: 'By hand [segment-retl adopted for=segment-reverse-etl]',
    });
    expect(await at.run({ mode: 'check' })).toEnd(0);
  });

  test('a deleted twin of our member → dropped from every binding and entry, and nobody else with it', async () => {
    await at.run({ mode: 'apply' });
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [...policy.bindings, { role: 'roles/viewer', members: [MEMBER, 'user:ann@acme.example'] }],
    }));
    await at.owner('DELETE', ACCOUNT_PATH);
    expect(await at.run({ mode: 'apply' })).toEnd(0);
    expect(JSON.stringify((await at.policy()).bindings)).not.toContain('deleted:');
    expect((await at.policy()).bindings).toContainEqual({ role: 'roles/viewer', members: ['user:ann@acme.example'] });
    expect(JSON.stringify((await at.dataset()).access)).not.toContain('deleted:');
    expect((await at.dataset()).access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
  });
});
