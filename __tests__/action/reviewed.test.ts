import { describe, expect, test } from '@jest/globals';
import { DATASET_PATH, PROJECT, stage, writes } from '../../harness/stage.ts';

/** Apply does what was reviewed on the pull request, and nothing else. */
const at = stage('--seed', '1');
const elsewhere = stage('--seed', '2');
const READER = { service_account: 'reader@acme-ci.iam.gserviceaccount.com' };

describe('plan_digest', () => {
  test('is the same for the same plan on two machines, at two times, by two identities, in plan, check and apply', async () => {
    const plan = await at.run({ mode: 'plan', ...READER });
    const digest = plan.outputs['plan_digest'] ?? '';
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.stdout).toContain(`Plan digest: ${digest}`);
    expect(plan.summary).toContain(digest);
    await elsewhere.simulation.age(40 * 86_400);
    const later = await elsewhere.run({ mode: 'check', verify: 'false', patience_minutes: '1' });
    expect(later.outputs['plan_digest']).toBe(digest);
    const applied = await elsewhere.run({ mode: 'apply', verify: 'false' });
    expect(applied.outputs['plan_digest']).toBe(digest);
    const after = await elsewhere.run({ mode: 'plan', ...READER });
    expect(after.outputs['plan_digest']).not.toBe(digest);
    await elsewhere.simulation.age(30 * 86_400);
    expect((await elsewhere.run({ mode: 'plan' })).outputs['plan_digest']).toBe(after.outputs['plan_digest']);
  });

  test('differs with what is asked for, and with surplus only where it would be removed', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const digestOf = async (inputs = {}): Promise<string> =>
      (await at.run({ mode: 'plan', ...inputs })).outputs['plan_digest'] ?? '';
    const [before, pruning] = [await digestOf(), await digestOf({ prune: 'true' })];
    await at.bind('roles/editor');
    expect(await digestOf()).toBe(before);
    expect(await digestOf({ prune: 'true' })).not.toBe(pruning);
    expect(pruning).not.toBe(before);
    expect(await digestOf({ read_api: 'storage' })).not.toBe(before);
  });
});

describe('expected_plan', () => {
  test.each(['plan_digest', 'plan'])(
    'the %s that the reader reviewed is what the provisioner applies',
    async (output) => {
      const plan = await at.run({ mode: 'plan', ...READER }, { env: { GITHUB_EVENT_NAME: 'pull_request' } });
      const applied = await at.run({ mode: 'apply', expected_plan: plan.outputs[output] ?? '' });
      expect({ code: applied.code, log: applied.stdout }).toMatchObject({ code: 0 });
      expect(applied.outputs['result']).toBe('changed');
    },
  );

  test('when the project has changed since, apply is refused before any write, and says what differs', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await at.changeEntries(() => []);
    const plan = await at.run({ mode: 'plan', ...READER });
    await at.unbind();
    const applied = await at.run({ mode: 'apply', expected_plan: plan.outputs['plan'] ?? '' });
    expect(applied).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(writes(applied.sent)).toEqual([]);
    const line = `+ update project-policy/${PROJECT}: binding projects/${PROJECT}/roles/segmentReverseEtl: absent → present`;
    expect(applied.stdout).toContain(`Not the plan that was reviewed:\n${line}\n`);
    expect(applied.stdout).toMatch(
      /::error::Could not do what was reviewed, and nothing else: the digest .*Run mode plan again/,
    );
    const byDigest = await at.run({ mode: 'apply', expected_plan: plan.outputs['plan_digest'] ?? '' });
    expect(byDigest.code).toBe(1);
    expect(writes(byDigest.sent)).toEqual([]);
    expect(byDigest.stdout).toContain(line);
    expect(byDigest.stdout).toContain(plan.outputs['plan_digest']);
  });

  test('other inputs than the reviewed ones are told', async () => {
    const plan = await at.run({ mode: 'plan', ...READER });
    const applied = await at.run({ mode: 'apply', read_api: 'storage', expected_plan: plan.outputs['plan'] ?? '' });
    expect(applied.code).toBe(1);
    expect(applied.stdout).toContain('- read_api: rest\n');
    expect(applied.stdout).toContain('+ read_api: storage\n');
    expect(writes(applied.sent)).toEqual([]);
  });

  test('a plan that was changed on its way is nobody’s review', async () => {
    const plan = await at.run({ mode: 'plan', ...READER });
    const forged = (plan.outputs['plan'] ?? '').replace('"desired":"WRITER"', '"desired":"OWNER"');
    expect(forged).not.toBe(plan.outputs['plan']);
    for (const expected of [forged, '{"version":1}', '{}']) {
      const applied = await at.run({ mode: 'apply', expected_plan: expected });
      expect(applied.code).toBe(1);
      expect(writes(applied.sent)).toEqual([]);
    }
  });

  test('with what cannot be looked at there is no digest, and no apply by one', async () => {
    const plan = await at.run({ mode: 'plan', ...READER });
    await at.simulation.faults([{ on: `GET ${DATASET_PATH}`, do: 'deny', times: 1 }]);
    const applied = await at.run({ mode: 'apply', expected_plan: plan.outputs['plan_digest'] ?? '' });
    expect(applied).toMatchObject({ code: 1, outputs: { plan_digest: '' } });
    expect(applied.stdout).toContain('No plan digest: dataset/__segment_reverse_etl could not be looked at.');
    expect(writes(applied.sent)).toEqual([]);
  });

  test.each([['plan'], ['check'], ['revoke']])('has no meaning in mode %s', async (mode) => {
    const run = await at.run({ mode, expected_plan: 'a'.repeat(64) });
    expect(run).toMatchObject({ code: 1, sent: [] });
    expect(run.stdout).toContain(`expected_plan: it has no meaning in mode ${mode}`);
  });
});
