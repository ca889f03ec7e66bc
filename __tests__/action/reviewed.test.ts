import { describe, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { PROJECT, stage, writes } from '../../harness/stage.ts';
import { toSecret } from './convergence.ts';

/** Apply does what was reviewed on the pull request, and nothing else. */
const at = stage('--seed', '1');
const elsewhere = stage('--seed', '2');
const READER = { service_account: 'reader@acme-ci.iam.gserviceaccount.com' };

describe('plan_digest', () => {
  test('plan_digest: two machines, two times, two identities, plan, check and apply → the same for the same plan', async () => {
    const plan = await at.run({ mode: 'plan', ...READER });
    const digest = plan.outputs['plan_digest'] ?? '';
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(readable(plan.stdout)).toContain(`Plan digest: ${digest}`);
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
});

describe('expected_plan', () => {
  test('expected_plan: the plan that the reader reviewed → what the provisioner applies', async () => {
    const plan = await at.run({ mode: 'plan', ...READER }, { env: { GITHUB_EVENT_NAME: 'pull_request' } });
    const applied = await at.run({ mode: 'apply', expected_plan: plan.outputs['plan'] ?? '' });
    expect({ code: applied.code, log: readable(applied.stdout) }).toMatchObject({ code: 0 });
    expect(applied.outputs['result']).toBe('changed');
  });

  test('expected_plan: the project has changed since, or the plan was changed on its way → refused before any write', async () => {
    // The secret names the key, and so confirms the marks where the binding does not.
    const inputs = toSecret(at);
    await at.run({ mode: 'apply', verify: 'false', ...inputs });
    await at.changeEntries(() => []);
    const plan = await at.run({ mode: 'plan', ...READER, ...inputs });
    await at.unbind();
    const applied = await at.run({ mode: 'apply', ...inputs, expected_plan: plan.outputs['plan'] ?? '' });
    expect(applied).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(writes(applied.sent)).toEqual([]);
    const line = `+ update project-policy/${PROJECT}: binding projects/${PROJECT}/roles/segmentReverseEtl: absent → present`;
    expect(readable(applied.stdout)).toContain(`Plan does not match expected_plan:\n${line}\n`);
    expect(errorsIn(applied.stdout)[0]).toMatch(
      /^Could not carry out the reviewed plan: the plan does not match expected_plan .*Run mode plan again/,
    );

    const now = await at.run({ mode: 'plan', ...READER, ...inputs });
    const forged = (now.outputs['plan'] ?? '').replace('"change":{"grant":"WRITER"}', '"change":{"grant":"OWNER"}');
    expect(forged).not.toBe(now.outputs['plan']);
    const misled = await at.run({ mode: 'apply', ...inputs, expected_plan: forged });
    expect({ code: misled.code, writes: writes(misled.sent) }).toEqual({ code: 1, writes: [] });
  });
});
