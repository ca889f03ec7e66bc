import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { getOctokit } from '@actions/github';

/** What came of a step that is not ours. */
export interface StepResult {
  readonly isGood: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** What it printed, and what it added to the job summary. */
  readonly said: string;
}

/** A step that is not ours, with everything filled in. */
export interface ForeignStep {
  readonly with: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/** What stands for GitHub. */
export interface GitHub {
  /** Of an App that is installed with the right to write secrets and variables. */
  readonly appToken: string;
  /** Of the job. */
  readonly jobToken: string;
  /** Where `github` of a script goes. */
  readonly apiUrl: string;
  /** What jobs hand to later ones: text, by the name of the artifact and that of the file. */
  readonly artifacts: Map<string, { readonly file: string; readonly text: string }>;
}

const good = (outputs: Record<string, string> = {}, said = ''): StepResult => ({ isGood: true, outputs, said });

/** By name, without the commit: what the actions of others do, as far as our workflows rely on it. */
export const foreign: Readonly<Record<string, (step: ForeignStep, gitHub: GitHub) => Promise<StepResult>>> = {
  'actions/create-github-app-token': ({ with: inputs }, { appToken }) => {
    const { 'client-id': id, 'private-key': key, ...permissions } = inputs;
    const wanted = { 'permission-secrets': 'write', 'permission-actions-variables': 'write' };
    const isRight = JSON.stringify(permissions) === JSON.stringify(wanted) && id !== '' && key !== '';
    if (!isRight) throw new Error(`The App is not asked for what it has: ${JSON.stringify(inputs)}`);
    return Promise.resolve(good({ token: appToken }));
  },
  'actions/checkout': ({ with: inputs }) => {
    if (inputs['persist-credentials'] !== 'false') throw new Error('The checkout leaves its token behind.');
    return Promise.resolve(good());
  },
  'actions/github-script': async ({ with: { script = '' }, env }, { jobToken, apiUrl }) => {
    await runScript(script, { env, jobToken, apiUrl });
    return good();
  },
  'actions/upload-artifact': ({ with: { name = '', path = '' } }, { artifacts }) => {
    if (artifacts.has(name)) throw new Error(`There is an artifact ${name} already.`);
    artifacts.set(name, { file: basename(path), text: readFileSync(path, 'utf8') });
    return Promise.resolve(good());
  },
  'actions/download-artifact': ({ with: { pattern = '', path = '' } }, { artifacts }) => {
    for (const [name, { file, text }] of artifacts) {
      if (!isLike(name, pattern)) continue;
      mkdirSync(join(path, name), { recursive: true });
      writeFileSync(join(path, name, file), text);
    }
    return Promise.resolve(good());
  },
  'github/codeql-action/upload-sarif': ({ with: { sarif_file: path = '' } }) => {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: string };
    if (version !== '2.1.0') throw new Error(`${path} is no SARIF 2.1.0.`);
    return Promise.resolve(good());
  },
};

function isLike(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

type Script = (github: unknown, context: unknown, process: unknown) => Promise<unknown>;
// What `actions/github-script` itself does with a script.
const { constructor: AsyncFunction } = Object.getPrototypeOf(async () => Promise.resolve()) as {
  constructor: new (...parametersAndBody: string[]) => Script;
};

async function runScript(
  script: string,
  { env, jobToken, apiUrl }: { env: Readonly<Record<string, string>>; jobToken: string; apiUrl: string },
): Promise<void> {
  const context = {
    repo: { owner: 'acme', repo: 'data-platform' },
    serverUrl: 'https://github.com',
    runId: 1234567890,
  };
  const gitHub = getOctokit(jobToken, { baseUrl: apiUrl });
  await new AsyncFunction('github', 'context', 'process', script)(gitHub, context, { env });
}

/** Runs a `run:` step as GitHub does where no shell is named: `bash -e` on a file. */
export function runShell(script: string, env: Readonly<Record<string, string>>): StepResult {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  const [file, summary] = [join(folder, 'script.sh'), join(folder, 'summary.md')];
  writeFileSync(file, script);
  writeFileSync(summary, '');
  const { status, stdout } = spawnSync('bash', ['-e', file], {
    cwd: folder,
    env: { PATH: `${installers(folder)}:${process.env['PATH'] ?? ''}`, ...env, GITHUB_STEP_SUMMARY: summary },
    encoding: 'utf8',
  });
  return { isGood: status === 0, outputs: {}, said: stdout + readFileSync(summary, 'utf8') };
}

/** What installs and builds things elsewhere says only how it was called. */
function installers(folder: string): string {
  for (const name of ['pipx', 'dbt'])
    writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} "$@"\n`, { mode: 0o755 });
  return folder;
}
