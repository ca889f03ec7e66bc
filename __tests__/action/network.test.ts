import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ENTERPRISE, startNetwork } from '../../harness/corporate-network.ts';
import type { Network } from '../../harness/corporate-network.ts';
import { errorsIn } from '../../harness/log.ts';
import { runAction } from '../../harness/run-action.ts';
import type { ActionResult } from '../../harness/run-action.ts';
import { runCommand } from '../../harness/run-command.ts';
import { signInInputs } from '../../harness/simulation.ts';
import { stage } from '../../harness/stage.ts';

/** In a corporate network: nothing but a proxy leads out, it inspects what passes, and GitHub is an Enterprise Server. */
const at = stage();

const PASSWORD = 'runner:not-for-the-log-4711';
let network: Network;

beforeEach(async () => {
  network = await startNetwork(at.simulation.url, at.simulation.env, PASSWORD);
});
afterEach(async () => {
  await network.stop();
});

function inputs(): Record<string, string> {
  return { ...signInInputs(at.simulation.env), location: 'EU', patience_minutes: '0.2' };
}

function run(more: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Promise<ActionResult> {
  return runAction({ inputs: { ...inputs(), ...more }, env: { ...network.env, ...env } });
}

const trusting = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: network.authority });

describe('behind a proxy, with a certificate authority of its own, on GitHub Enterprise Server', () => {
  test('apply and check: a key for a secret there → as anywhere, and all of it by the proxy', async () => {
    const token = at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
    const delivery = { key_delivery: 'github-secret', github_token: token };
    const applied = await run({ mode: 'apply', ...delivery }, trusting());
    expect(errorsIn(applied.stdout)).toEqual([]);
    expect(applied.outputs['result']).toBe('changed');
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
    expect((await run({ mode: 'check', ...delivery }, trusting())).outputs['result']).toBe('unchanged');
    const hosts = new Set(network.connections.map(({ host }) => host));
    expect([...hosts]).toEqual(
      expect.arrayContaining([
        ENTERPRISE,
        'run.actions.githubusercontent.com',
        'sts.googleapis.com',
        'iamcredentials.googleapis.com',
        'iam.googleapis.com',
        'cloudresourcemanager.googleapis.com',
        'bigquery.googleapis.com',
      ]),
    );
    expect(network.connections.filter(({ isLetIn }) => !isLetIn)).toEqual([]);
    expect(applied.stdout).not.toContain('not-for-the-log-4711');
  });

  test('the command → the same plan as the action', async () => {
    const action = await run({ mode: 'plan' }, trusting());
    const flags = Object.entries(inputs()).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value]);
    const command = await runCommand({ args: ['plan', ...flags, '--json'], env: { ...network.env, ...trusting() } });
    expect(action.outputs['plan_digest']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(command.stdout)).toEqual(action.outputs);
  });

  test('without the authority → red, and the way out is told', async () => {
    const { code, stdout } = await run({ mode: 'plan' }, {});
    expect(code).toBe(1);
    expect(errorsIn(stdout).join('\n')).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('a wrong password of the proxy → red, in words, and it is not repeated', async () => {
    const HTTPS_PROXY = (network.env['HTTPS_PROXY'] ?? '').replace('4711', '0815');
    const { code, stdout } = await run({ mode: 'plan' }, { ...trusting(), HTTPS_PROXY });
    expect(code).toBe(1);
    expect(errorsIn(stdout).join('\n')).toMatch(/proxy/i);
    expect(stdout).not.toContain('not-for-the-log-0815');
    expect(network.connections.every(({ isLetIn }) => !isLetIn)).toBe(true);
  });
});
