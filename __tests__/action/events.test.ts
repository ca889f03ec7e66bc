import { describe, expect, test } from '@jest/globals';
import { errorsIn } from '../../harness/log.ts';
import { ACCOUNT_PATH, stageOfOwnProcesses, writes } from '../../harness/stage.ts';
import { HERE, expectNothingSent, foreignEvents, pull, run } from './events.ts';

/** Who can cause an event decides what may run on it. */
const at = stageOfOwnProcesses();

test.each(foreignEvents)('apply on %s, %j → red, and nothing was sent', async (...event) => {
  await expectNothingSent(at, 'apply', event);
});

test.each(['rotate', 'revoke', 'destroy'])('%s on a pull request → red, and nothing was sent', async (mode) => {
  await expectNothingSent(at, mode, ['pull_request', pull(HERE)]);
});

test.each([
  ['schedule', {}],
  ['push', {}],
  ['workflow_run', run('push', HERE)],
])('apply on %s → goes ahead', async (name, event) => {
  const inputs = { mode: 'apply', verify: 'false' };
  expect((await at.run(inputs, { event, env: { GITHUB_EVENT_NAME: name } })).code).toBe(0);
});

test('apply elsewhere than on a runner → goes ahead, whatever the event is called', async () => {
  const env = { GITHUB_ACTIONS: '', GITHUB_EVENT_NAME: 'pull_request' };
  expect((await at.run({ mode: 'apply', verify: 'false' }, { env })).code).toBe(0);
});

test('a pull request may read, and is never told to let its identity write', async () => {
  await at.simulation.answers([
    {
      ...{ on: 'GET /v1/projects/acme-analytics/serviceAccounts/', status: 403, times: 20 },
      body: {
        error: { code: 403, status: 'PERMISSION_DENIED', message: 'Permission iam.serviceAccounts.get denied.' },
      },
    },
  ]);
  const readings = [
    { mode: 'plan', sarif_file: 'a.sarif', comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' },
    { mode: 'check', sarif_file: 'a.sarif' },
  ];
  for (const inputs of readings) {
    const more = { event: pull(HERE), env: { GITHUB_EVENT_NAME: 'pull_request', RUNNER_DEBUG: '1' } };
    const result = await at.run(
      { ...inputs, service_account: at.simulation.env['SIMULATOR_READER_SERVICE_ACCOUNT'] ?? '' },
      more,
    );
    const { body } = await at.simulation.asOwner('GET', '/repos/acme/data-platform/issues/7/comments');
    const told = result.stdout + result.summary + JSON.stringify([result.outputs, result.files, body]);
    expect(told).toContain('This identity is the reader');
    expect(told.replaceAll('projectRole', '')).not.toMatch(/permissions\/provisioner|Provisioner/);
  }
});

describe('restore', () => {
  const inputs = { mode: 'apply', restore: 'true', verify: 'false' };
  const isDisabled = async (): Promise<boolean> =>
    ((await at.owner('GET', ACCOUNT_PATH)) as { disabled?: boolean }).disabled === true;

  test.each(['schedule', 'push', 'release', 'repository_dispatch'])(
    'on %s → red, and the account stays disabled',
    async (name) => {
      await at.run({ mode: 'apply', verify: 'false' });
      await at.owner('POST', `${ACCOUNT_PATH}:disable`, {});
      const { code, sent } = await at.run(inputs, { env: { GITHUB_EVENT_NAME: name } });
      expect({ code, sent, isDisabled: await isDisabled() }).toEqual({ code: 1, sent: [], isDisabled: true });
    },
  );

  test('on workflow_dispatch → enabled', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.owner('POST', `${ACCOUNT_PATH}:disable`, {});
    expect((await at.run(inputs)).code).toBe(0);
    expect(await isDisabled()).toBe(false);
  });

  test('elsewhere than on a runner → red', async () => {
    const env = { GITHUB_ACTIONS: '', GITHUB_EVENT_NAME: '' };
    expect(await at.run(inputs, { env })).toMatchObject({ code: 1, sent: [] });
  });
});

describe('what cannot be written', () => {
  const apply = { mode: 'apply', verify: 'false' };

  test.each(['/nonexistent/summary.md', ''])('a summary, at %j → a warning; the run is what it is', async (path) => {
    const { code, outputs, stdout, stderr } = await at.run(apply, { env: { GITHUB_STEP_SUMMARY: path } });
    expect({ code, stderr, result: outputs['result'] }).toEqual({ code: 0, stderr: '', result: 'changed' });
    expect(outputs['key']).toContain('private_key');
    expect(stdout).toMatch(/^::warning::Could not write the job summary: /m);
  });

  test.each(['/nonexistent/output', ''])('outputs, at %j → red before a key is made, in clear words', async (path) => {
    const { code, stdout, stderr, sent } = await at.run(apply, { env: { GITHUB_OUTPUT: path } });
    expect({ code, stderr, writes: writes(sent) }).toEqual({ code: 1, stderr: '', writes: [] });
    expect(stdout).toMatch(
      /^::error::Could not make sure that a key can be delivered to the step output key: .*GITHUB_OUTPUT/m,
    );
    expect(stdout).not.toMatch(/^::set-output/m);
    const plan = await at.run(
      { mode: 'plan' },
      { env: { GITHUB_OUTPUT: path, GITHUB_STEP_SUMMARY: '/nonexistent/summary.md' } },
    );
    expect(plan).toMatchObject({ code: 1, stderr: '' });
    expect(errorsIn(plan.stdout).filter((one) => one.startsWith('Could not set the step output'))).toHaveLength(1);
  });

  test('nothing at all, of a run that fails → fails once, in its own words', async () => {
    const env = { GITHUB_OUTPUT: '/nonexistent/output', GITHUB_STEP_SUMMARY: '/nonexistent/summary.md' };
    const { code, stdout, stderr } = await at.run({ mode: 'destroy', project_id: 'no-such-project' }, { env });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('no-such-project');
  });
});
