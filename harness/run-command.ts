/** Runs the program as a command, as a person or another CI system does. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/segment-reverse-etl-bigquery.mjs', import.meta.url));

export interface CommandRun {
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited but the path. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; undefined = there is none. */
  readonly stdin?: string;
  /** Looks at the folder in which it ran, before that is removed. */
  readonly look?: (folder: string) => void;
  /** Lays out the folder. */
  readonly prepare?: (folder: string) => void;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it left in its folder, by name. */
  readonly files: Readonly<Record<string, string>>;
}

export async function runCommand({ args, env = {}, stdin, look, prepare }: CommandRun): Promise<CommandResult> {
  const folder = mkdtempSync(join(tmpdir(), 'command-'));
  prepare?.(folder);
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(stdin);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  look?.(folder);
  const files = Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  rmSync(folder, { recursive: true, force: true });
  return { code, stdout, stderr, files };
}
