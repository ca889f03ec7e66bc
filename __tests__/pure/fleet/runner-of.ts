import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readFleet } from '../../../src/fleet/read.ts';
import type { FleetReading } from '../../../src/fleet/read.ts';
import { readEvent } from '../../../src/runner/event.ts';
import type { Runner } from '../../../src/runner/runner.ts';

export const FILE = '.github/segment-reverse-etl.yml';

/** A workspace with one file in it, and a step that names it. */
export interface Read extends FleetReading {
  /** `line:column words`, in the order in which they are told. */
  readonly complaints: readonly string[];
  readonly masked: readonly string[];
}

export async function readText(text: string, inputs: Readonly<Record<string, string>> = {}): Promise<Read> {
  const workspace = mkdtempSync(join(tmpdir(), 'fleet-'));
  mkdirSync(join(workspace, dirname(FILE)), { recursive: true });
  writeFileSync(join(workspace, FILE), text);
  return readIn(workspace, inputs);
}

export async function readIn(workspace: string, inputs: Readonly<Record<string, string>> = {}): Promise<Read> {
  const masked: string[] = [];
  const given: Readonly<Record<string, string>> = { mode: 'plan', config_file: FILE, ...inputs };
  const env = { GITHUB_WORKSPACE: workspace, GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_REPOSITORY: 'acme/data' };
  const runner = {
    env,
    event: readEvent(env, {}),
    input: (name: string) => given[name] ?? '',
    mask: (value: string) => void masked.push(value),
  } as unknown as Runner;
  const reading = await readFleet(runner);
  const complaints = reading.problems.map(({ place, problem }) => {
    const at = place === undefined ? '–' : `${String(place.line)}:${String(place.column)}`;
    return `${at} ${problem.attempted}: ${problem.because}. ${problem.remedy}`;
  });
  return { ...reading, complaints, masked };
}
