import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_PATH, DATASET_PATH, EMAIL, MEMBER, PROJECT, ROLE, stage, writes } from '../../harness/stage.ts';
import { withoutPermission } from './lesser.ts';
import type { Stage } from '../../harness/stage.ts';

const at = stage();
const annotations = (stdout: string): string[] =>
  stdout.split('\n').flatMap((line) => (line.startsWith('::error::') ? [line.slice('::error::'.length)] : []));

describe('bad input', () => {
  test('gets all complaints together, before any request', async () => {
    const result = await at.run({
      mode: 'aply',
      role_id: 'has-hyphen',
      adopt: 'yes',
      location: 'europe',
      account_id: 'X',
    });
    expect(result).toMatchObject({ code: 1, sent: [], outputs: { result: 'failed' } });
    expect(annotations(result.stdout)).toEqual([
      "mode: 'aply' is not allowed: it must be one of plan, check, apply, rotate, revoke, destroy.",
      "location: 'europe' is not allowed: it must be a BigQuery location such as US, EU or europe-west1.",
      expect.stringContaining("account_id: 'X'"),
      "role_id: 'has-hyphen' is not allowed: it must be 3 to 64 letters, digits, underscores and periods (no hyphen).",
      "adopt: 'yes' is not allowed: it must be true or false.",
      '5 inputs are wrong; nothing was sent to Google Cloud or GitHub.',
    ]);
  });

  test('an endpoint that is neither https nor loopback is an input too', async () => {
    const result = await at.run(
      { mode: 'plan' },
      { env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: 'http://iam.example.com/' } },
    );
    expect(result).toMatchObject({ code: 1, sent: [] });
    expect(annotations(result.stdout)[0]).toContain('CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM');
  });

  test('a workflow command in an input stays text', async () => {
    const result = await at.run({ mode: 'plan\n::set-output name=x::y' });
    expect(result.code).toBe(1);
    expect(result.stdout).not.toMatch(/^::set-output/m);
  });
});

interface Refusal {
  readonly name: string;
  readonly prepare?: (at: Stage) => Promise<unknown>;
  readonly inputs?: Record<string, string>;
  readonly env?: Record<string, string>;
  /** Attempted, said, remedy: all three must be in one annotation. */
  readonly says: readonly RegExp[];
  /** Requests that may have changed something; none unless said. */
  readonly writes?: number;
}

const provider = (change: (name: string) => string) => (): Record<string, string> => ({
  workload_identity_provider: change(at.simulation.env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? ''),
});

const refusals: Refusal[] = [
  {
    name: 'no id-token: write',
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: '' },
    says: [/OIDC token/, /ACTIONS_ID_TOKEN_REQUEST_URL is not set/, /id-token: write/],
  },
  {
    name: 'an attribute condition that says no',
    prepare: async (s) => s.simulation.claims({ repository: 'acme/other' }),
    says: [/exchange the workflow's OIDC token/, /rejected by the attribute condition/, /claims are case-sensitive/],
  },
  {
    name: 'an account that may not be impersonated',
    inputs: { service_account: `nobody@${PROJECT}.iam.gserviceaccount.com` },
    says: [/impersonate nobody@/, /iam\.serviceAccounts\.getAccessToken/, /roles\/iam\.workloadIdentityUser/],
  },
  {
    name: 'a dataset in another location',
    prepare: (s) =>
      s.owner('POST', `/bigquery/v2/projects/${PROJECT}/datasets`, {
        datasetReference: { projectId: PROJECT, datasetId: '__segment_reverse_etl' },
        location: 'europe-west1',
      }),
    inputs: { adopt: 'true' },
    says: [
      /use the dataset .* in EU/,
      /it lies in europe-west1.*multi-region and a region/,
      /Set location: europe-west1.*delete_dataset: true/,
    ],
  },
  {
    name: 'no location for a dataset that is not there',
    inputs: { location: '' },
    says: [/choose where to make the dataset/, /no location was given/, /Set location/],
  },
  {
    name: 'a missing permission to read',
    prepare: withoutPermission('provisioner', 'iam.roles.get'),
    says: [/read the role/, /iam\.roles\.get/, /permissions\/provisioner\.yaml/],
  },
  {
    name: 'a missing permission to write',
    prepare: withoutPermission('provisioner', 'bigquery.datasets.create'),
    says: [/carry the plan out/, /lacks bigquery\.datasets\.create on the project/, /permissions\/provisioner\.yaml/],
  },
  {
    name: 'a role past undeletion',
    prepare: async (s) => {
      await s.owner('POST', `/v1/projects/${PROJECT}/roles`, { roleId: 'segmentReverseEtl', role: { title: 'x' } });
      await s.owner('DELETE', `/v1/${ROLE}`);
      await s.simulation.age(8 * 86_400);
    },
    says: [/create the role/, /marked for deletion/, /Set role_id to another name/],
    writes: 4,
  },
  {
    name: 'a role that somebody else made',
    prepare: (s) =>
      s.owner('POST', `/v1/projects/${PROJECT}/roles`, { roleId: 'segmentReverseEtl', role: { title: 'x' } }),
    says: [/use the role/, /does not carry the mark/, /adopt: true.*role_id/],
  },
  {
    name: 'a role marked for another target',
    prepare: (s) =>
      s.owner('POST', `/v1/projects/${PROJECT}/roles`, {
        roleId: 'segmentReverseEtl',
        role: { title: 'x', description: 'Other [segment-retl created for=retl-two]' },
      }),
    inputs: { adopt: 'true' },
    says: [/use the role/, /marked for retl-two/, /role_id/],
  },
  {
    name: 'an account whose description leaves no room',
    prepare: (s) =>
      s.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, {
        accountId: 'segment-reverse-etl',
        serviceAccount: { description: 'x'.repeat(250) },
      }),
    inputs: { adopt: 'true' },
    says: [/use the service account/, /no room for the mark/, /Shorten the description/],
  },
  {
    name: 'ten keys already there',
    prepare: async (s) => {
      await s.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, { accountId: 'segment-reverse-etl' });
      for (let count = 0; count < 10; count += 1) await s.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    },
    inputs: { adopt: 'true' },
    says: [/issue a key/, /has 10 keys already.*most that Google allows/, /keys delete/],
  },
  {
    name: 'a token that may not write secrets',
    inputs: { key_delivery: 'github-secret', github_token: 'ghs_ofTheJob' },
    says: [
      /delivered to the repository secret/,
      /Resource not accessible by integration/,
      /GITHUB_TOKEN can never write secrets/,
    ],
  },
  {
    name: 'a token that is not valid',
    inputs: { key_delivery: 'github-secret', github_token: 'nonsense' },
    says: [/delivered to the repository secret/, /Bad credentials/, /github_token/],
  },
];

describe('after the first request', () => {
  test.each(refusals)(
    '$name: red, with what was attempted, what stands in the way, and what to do',
    async (refusal) => {
      await refusal.prepare?.(at);
      const unset = Object.fromEntries(Object.entries(refusal.env ?? {}).filter(([, value]) => value !== ''));
      const result = await at.run(
        { mode: 'apply', ...refusal.inputs },
        { env: { ...unset }, without: Object.keys(refusal.env ?? {}) },
      );
      expect({ code: result.code, result: result.outputs['result'] }).toEqual({ code: 1, result: 'failed' });
      const found = annotations(result.stdout).find((line) => refusal.says.every((part) => part.test(line)));
      expect({ found: found !== undefined, said: annotations(result.stdout) }).toMatchObject({ found: true });
      expect(writes(result.sent).length).toBe(refusal.writes ?? 0);
      if (refusal.writes === undefined) return;
      expect(result.outputs['key']).toBeUndefined();
      expect(await at.keys()).toEqual([]);
    },
  );

  test('a wrong pool is told apart from a wrong condition', async () => {
    const result = await at.run({ mode: 'plan', ...provider((name) => name.replace('/github/', '/gitlab/'))() });
    expect(annotations(result.stdout)[0]).toMatch(/"audience" parameters is invalid.*project NUMBER \(not id\)/);
  });

  test('what could not be read is unknown, never absent: check is red and says so', async () => {
    await at.run({ mode: 'apply' });
    await at.simulation.faults([{ on: `GET ${DATASET_PATH}`, do: 'deny', times: 1 }]);
    const check = await at.run({ mode: 'check' });
    expect(check).toMatchObject({ code: 1, outputs: { drift: 'unknown', result: 'failed' } });
    expect(check.stdout).toContain('? dataset/__segment_reverse_etl: could not be looked at');
  });
});

describe('worlds in which the cloud says no', () => {
  test('an organisation policy that forbids keys: named, with who can lift it; nothing is half-delivered', async () => {
    await at.simulation.constraints(PROJECT, ['iam.disableServiceAccountKeyCreation']);
    const result = await at.run({ mode: 'apply' });
    expect(result.code).toBe(1);
    expect(annotations(result.stdout)[0]).toMatch(
      /issue a key for .*the organisation forbids creating keys.*iam\.disableServiceAccountKeyCreation is enforced.*orgpolicy\.policyAdmin/,
    );
    expect(writes(result.sent)).toEqual([]);
    const without = await at.run({ mode: 'apply', key_delivery: 'none' });
    expect(without).toMatchObject({ code: 0, outputs: { result: 'changed' } });
  });

  test('an API that is off: the command names the project of the credential', async () => {
    await at.simulation.disableApi('acme-ci', 'iam.googleapis.com');
    const result = await at.run({ mode: 'apply' });
    expect(result).toMatchObject({ code: 1 });
    expect(writes(result.sent)).toEqual([]);
    expect(annotations(result.stdout)[0]).toMatch(/gcloud services enable iam\.googleapis\.com --project \d+/);
  });
});

describe('runs without an identity', () => {
  const fork = {
    pull_request: {
      head: { repo: { full_name: 'mallory/data-platform' } },
      base: { repo: { full_name: 'acme/data-platform' } },
    },
  };
  const env = { GITHUB_EVENT_NAME: 'pull_request' };
  const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  test.each(['plan', 'check'])('%s on a pull request from a fork says so and ends green', async (mode) => {
    const result = await at.run({ mode }, { event: fork, env, without });
    expect(result).toMatchObject({ code: 0, sent: [], outputs: { drift: 'unknown' } });
    expect(result.stdout).toContain(
      '::warning::GitHub gives a pull request from a fork neither an identity nor secrets',
    );
  });
  test.each(['apply', 'destroy'])('%s on one ends red', async (mode) => {
    expect(await at.run({ mode }, { event: fork, env, without })).toMatchObject({ code: 1, sent: [] });
  });
  test('Dependabot is told apart', async () => {
    const result = await at.run({ mode: 'check' }, { env: { ...env, GITHUB_ACTOR: 'dependabot[bot]' }, without });
    expect(result).toMatchObject({ code: 0, sent: [] });
    expect(result.stdout).toContain('GitHub gives Dependabot');
  });
});

describe('opting in', () => {
  test('adoption keeps what it finds, marks it, and needs no second adopt', async () => {
    await at.owner('POST', `/v1/projects/${PROJECT}/roles`, {
      roleId: 'segmentReverseEtl',
      role: { title: 'Ours', description: 'By hand', stage: 'GA', includedPermissions: ['bigquery.jobs.create'] },
    });
    await at.owner('POST', `/v1/projects/${PROJECT}/serviceAccounts`, {
      accountId: 'segment-reverse-etl',
      serviceAccount: { displayName: 'Ours' },
    });
    const adopted = await at.run({ mode: 'apply', adopt: 'true' });
    expect({ code: adopted.code, log: adopted.stdout }).toMatchObject({ code: 0 });
    expect(await at.owner('GET', `/v1/${ROLE}`)).toMatchObject({
      title: 'Ours',
      description: 'By hand [segment-retl adopted for=segment-reverse-etl]',
    });
    expect(await at.run({ mode: 'check' })).toMatchObject({ code: 0 });
  });

  test('prune removes other roles of the account and foreign keys, the key in two steps; without it they are only named', async () => {
    await at.run({ mode: 'apply' });
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [...policy.bindings, { role: 'roles/storage.admin', members: [MEMBER, 'user:ann@acme.example'] }],
    }));
    await at.owner('POST', `${ACCOUNT_PATH}/keys`, {});
    const [ours, foreign] = await at.keys();
    const named = await at.run({ mode: 'check' });
    expect(named).toMatchObject({ code: 1, outputs: { drift_surplus: '2' } });
    expect(named.stdout).toContain('binding roles/storage.admin');
    const left = await at.run({ mode: 'apply' });
    expect(left).toMatchObject({ code: 0, outputs: { result: 'unchanged', drift: 'true', drift_surplus: '2' } });
    expect(writes(left.sent)).toEqual([]);

    const pruned = await at.run({ mode: 'apply', prune: 'true' });
    expect({ code: pruned.code, log: pruned.stdout }).toMatchObject({ code: 0 });
    expect((await at.policy()).bindings).toContainEqual({
      role: 'roles/storage.admin',
      members: ['user:ann@acme.example'],
    });
    expect(await at.keys()).toEqual([ours, { id: foreign?.id, disabled: true }]);
    await at.run({ mode: 'apply', prune: 'true' });
    expect(await at.keys()).toEqual([ours]);
  });

  test('a deleted twin of our member is dropped from every binding', async () => {
    await at.run({ mode: 'apply' });
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [...policy.bindings, { role: 'roles/viewer', members: [MEMBER, 'user:ann@acme.example'] }],
    }));
    await at.owner('DELETE', ACCOUNT_PATH);
    const applied = await at.run({ mode: 'apply' });
    expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
    expect(JSON.stringify((await at.policy()).bindings)).not.toContain('deleted:');
    expect((await at.policy()).bindings).toContainEqual({ role: 'roles/viewer', members: ['user:ann@acme.example'] });
    expect(JSON.stringify((await at.dataset()).access)).not.toContain('deleted:');
    expect((await at.dataset()).access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
  });

  test('hazards of the dataset are warned about', async () => {
    await at.run({ mode: 'apply' });
    await at.owner('PATCH', DATASET_PATH, { defaultTableExpirationMs: '5184000000' });
    const check = await at.run({ mode: 'check' });
    expect(check.code).toBe(0);
    expect(check.stdout).toMatch(/::warning::.*deleted after 60 days.*--default_table_expiration=0/);
  });
});
