/**
 * Runs the bundled action as GitHub's runner does: `dist/index.js` on Node 24, inputs in `INPUT_…`, outputs, summary and
 * event in files. Used by `npm start`, by the tests and by the benchmarks.
 */
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const DIST = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** What is done to a workspace. */
export interface Preparation {
  (workspace: string): void;
  /** What it is made of, as text: two of the same lay out the same. */
  readonly of?: string;
}

/** What one run of the action is given. */
export interface ActionRun {
  readonly inputs: Readonly<Record<string, string>>;
  /** The whole environment besides inputs and file commands: nothing is inherited but the path. */
  readonly env: Readonly<Record<string, string>>;
  /** Webhook payload. */
  readonly event?: unknown;
  /** Lays out the workspace, before the action runs. */
  readonly prepare?: Preparation;
  /** Called with each piece of standard output, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Given the process as soon as it runs: for tests that kill it. */
  readonly onStart?: (kill: (signal?: NodeJS.Signals) => void) => void;
}

/** What came of it. */
export interface ActionResult {
  /** null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What it left in the workspace, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  /** The most memory it had at a time, in bytes, as far as the system tells; NaN elsewhere than on Linux. */
  readonly peak: number;
}

/** A step as the runner starts it. */
export interface Step {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput?: ((text: string) => void) | undefined;
  readonly onStart?: ActionRun['onStart'] | undefined;
}

/** What a process leaves besides files. */
export type Ended = Pick<ActionResult, 'code' | 'stdout' | 'stderr' | 'peak'>;

/** Runs `dist/index.js` as a step. */
export type Perform = (step: Step) => Promise<Ended>;

/**
 * Defaults of action.yml do not reach a process by themselves: the runner fills them in, and so do we.
 *
 * @param perform - where the bundle runs: in a process of its own, if nothing else is said
 */
export async function runAction(run: ActionRun, perform: Perform = inOwnProcess): Promise<ActionResult> {
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const file = (name: string, content = ''): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const files = {
    output: file('output'),
    summary: file('summary.md'),
    event: file('event.json', JSON.stringify(run.event ?? {})),
  };
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  run.prepare?.(workspace);
  const started = performance.now();
  const { code, stdout, stderr, peak } = await perform({
    cwd: workspace,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'workflow_dispatch',
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_EVENT_PATH: files.event,
      ...run.env,
      ...Object.fromEntries(Object.entries(run.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
    onOutput: run.onOutput,
    onStart: run.onStart,
  });
  const result = {
    code,
    stdout,
    stderr,
    outputs: readFileCommand(readFileSync(files.output, 'utf8')),
    summary: readFileSync(files.summary, 'utf8'),
    files: readWorkspace(workspace),
    milliseconds: performance.now() - started,
    peak,
  };
  rmSync(folder, { recursive: true, force: true });
  return result;
}

/** As GitHub's runner does. */
export const inOwnProcess: Perform = async ({ cwd, env, onOutput, onStart }) => {
  const child = spawn(process.execPath, [DIST], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onStart?.((signal = 'SIGKILL') => child.kill(signal));
  const memory = watchMemory(child.pid);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr, peak: memory.peak() };
};

/** Looks now and then: what Linux tells of a process is gone with it. */
function watchMemory(pid: number | undefined): { readonly peak: () => number } {
  let peak = NaN;
  const look = (): void => {
    try {
      const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
      peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024;
    } catch {
      clearInterval(timer); // It has ended, or this is no Linux.
    }
  };
  const timer = setInterval(look, 200);
  return {
    peak: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

function readWorkspace(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.git'));
  const isFile = (path: string): boolean => lstatSync(join(folder, path)).isFile();
  return Object.fromEntries(paths.filter(isFile).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Reads the runner's file-command format: `NAME<<DELIMITER`, lines, `DELIMITER`. */
function readFileCommand(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^(.+?)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, index + 1);
    values[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return values;
}
