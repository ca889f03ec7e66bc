import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../../harness/run-command.ts';
import type { CommandRun } from '../../harness/run-command.ts';
import { signInInputs } from '../../harness/simulation.ts';
import { PROJECT, stage } from '../../harness/stage.ts';
import { options } from '../../src/command/options.ts';
import { VERSION } from '../../src/report/version.ts';

/** The command: the same program as the action, without GitHub's runner. */
const at = stage();

const standard = (): Record<string, string> => ({
  ...{ location: 'EU', patience_minutes: '0.2' },
  ...signInInputs(at.simulation.env),
});

function flags(inputs: Readonly<Record<string, string>>): string[] {
  return Object.entries(inputs).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value]);
}

/** The simulator's variables, but for what only a workflow has. */
function run(args: readonly string[], more: Partial<CommandRun> = {}): ReturnType<typeof runCommand> {
  return runCommand({ ...more, args, env: { ...at.simulation.env, ...more.env } });
}

describe('the same as the action', () => {
  test('plan: the same inputs as flags, as variables, and of the action → the same outputs, digest included', async () => {
    const inputs = { ...standard(), access_mode: 'scoped', source_datasets: 'shop', key_delivery: 'none' };
    const action = await at.run({ ...inputs, mode: 'plan' });
    const typed = await run(['plan', ...flags(inputs), '--json']);
    const variables = Object.entries(inputs).map(([name, value]) => [
      `SEGMENT_REVERSE_ETL_${name.toUpperCase()}`,
      value,
    ]);
    const set = await run(['plan', '--json'], { env: Object.fromEntries(variables) as Record<string, string> });
    expect(action.outputs['plan_digest']).toMatch(/^[0-9a-f]{64}$/);
    for (const { code, stdout } of [typed, set]) {
      expect(code).toBe(action.code);
      expect(JSON.parse(stdout)).toEqual(action.outputs);
    }
  });

  test('apply and check: a key file, drift → the same outputs as the action finds, and exit codes that tell', async () => {
    const args = flags({ ...standard(), mode: 'apply' });
    let mode = 0;
    const applied = await run(
      [...args, '--key-file', 'key.json', '--output-file', 'out.json', '--dotenv-file', 'out.env'],
      {
        look: (folder) => {
          mode = (lstatSync(join(folder, 'key.json'), { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
        },
      },
    );
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    if (process.platform !== 'win32') expect(mode).toBe(0o600);
    const key = applied.files['key.json'] ?? '';
    expect(await at.mints(key)).toBe(true);
    const outputs = JSON.parse(applied.files['out.json'] ?? '') as Record<string, string>;
    expect(outputs).toMatchObject({ result: 'changed', drift: 'false', location: 'EU' });
    expect(outputs).not.toHaveProperty('key');
    expect(applied.files['out.env']).toContain('SEGMENT_REVERSE_ETL_OUTPUT_RESULT=changed\n');
    expect(applied.files['out.env']).not.toContain('OUTPUT_PLAN=');
    // Not a line of it, anywhere but in its file.
    const { private_key: pem } = JSON.parse(key) as { private_key: string };
    const everywhere = [applied.stdout, applied.stderr, applied.files['out.json'], applied.files['out.env']].join('\n');
    for (const line of pem.split('\n').filter((one) => one.length > 20 && !one.startsWith('---')))
      expect(everywhere).not.toContain(line);

    const action = await at.run({ mode: 'check' });
    const checked = await run(['check', ...flags(standard()), '--json']);
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toEqual(action.outputs);
    await at.owner('DELETE', `/v1/projects/${PROJECT}/roles/segmentReverseEtl`);
    const drifted = await run(['check', ...flags(standard())]);
    expect(drifted.code).toBe(3);
    expect(drifted.stdout).toMatch(/^failed: /m);
  });
});

describe('what may go wrong', () => {
  test('no file for the key → refused before anything is written', async () => {
    const { code, stdout } = await run(['apply', ...flags(standard())]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^(error|failed): .*step output key: no file is named for it: --key-file is not given/m);
    expect(JSON.stringify(await at.simulation.journal())).not.toContain(
      '"POST","path":"/v1/projects/acme-analytics/roles',
    );
  });

  test('a wrong command line → exit 2, on standard error, and nothing is sent', async () => {
    const before = (await at.simulation.journal()).length;
    const { code, stdout, stderr } = await run(['plan', '--projekt-id', 'x']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--projekt-id is not an option');
    expect((await at.simulation.journal()).length).toBe(before);
  });

  test('wrong inputs → exit 1, all named by the words of the action', async () => {
    const { code, stdout } = await run(['plan', '--location', 'nowhere at all']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error: .*Could not read the input project_id: it is required\. .*--project-id/m);
    expect(stdout).toMatch(/^error: .*location/m);
  });

  test('outputs that cannot be written → told, and red', async () => {
    const { code, stdout } = await run(['plan', ...flags(standard()), '--output-file', 'no/such/folder.json']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^failed: Could not write the outputs to no\/such\/folder\.json: .*--output-file\. Help: \S+#report\.not-written$/m,
    );
  });

  test('restore without a person at a terminal → refused, whatever is said', async () => {
    const { code, stdout } = await run([
      'apply',
      ...flags(standard()),
      '--restore',
      '--yes-restore',
      '--key-file',
      'k',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('a disabled account is re-enabled only when a person decides so');
  });
});

describe('signing in', () => {
  test('a token that the CI system issued → as the action signs in with one of GitHub', async () => {
    const {
      ACTIONS_ID_TOKEN_REQUEST_URL: url = '',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer = '',
      ...env
    } = at.simulation.env;
    const audience = `https://iam.googleapis.com/${env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? ''}`;
    const answer = await fetch(`${url}${url.includes('?') ? '&' : '?'}audience=${encodeURIComponent(audience)}`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    const { value } = (await answer.json()) as { value: string };
    const signedIn = await runCommand({
      args: ['plan', ...flags(standard()), '--json', '--debug'],
      env: { ...env, SEGMENT_REVERSE_ETL_ID_TOKEN: value },
    });
    expect(signedIn.code).toBe(0);
    expect(signedIn.stderr).toContain('Signed in as ');
    expect(signedIn.stdout + signedIn.stderr).not.toContain(value);
    const without = await runCommand({ args: ['plan', ...flags(standard())], env });
    expect(without.code).toBe(1);
    expect(without.stdout).toContain("Could not get this job's OIDC token");
  });
});

describe('what it prints', () => {
  test('--help and --version → standard output, exit 0', async () => {
    const help = await runCommand({ args: ['--help'] });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const { flag } of options.filter((one) => one.flag !== 'mode')) expect(help.stdout).toContain(`--${flag}`);
    expect(await runCommand({ args: ['--version'] })).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
  });

  test('secrets by standard input, all that is debugged → none of them is printed', async () => {
    const token = at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '';
    const inputs = { ...standard(), key_delivery: 'github-secret' };
    const { code, stdout, stderr } = await run(['apply', ...flags(inputs), '--github-token-file', '-', '--debug'], {
      stdin: `${token}\n`,
      env: { FORCE_COLOR: '1' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('\u001b[32m');
    expect(stdout + stderr).not.toContain(token);
    expect(stdout).not.toContain('::add-mask::');
    expect((await at.secret()).value).toContain('private_key');
  });
});
