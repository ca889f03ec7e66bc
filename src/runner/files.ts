import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeWithin } from './workspace-file.ts';

/** Files of the job that a run reads and leaves, wherever it runs. */

/** @param path - of `GITHUB_EVENT_PATH` */
export function readPayload(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // An event without a readable payload is one that does not come from a pull request.
  }
}

/** Writes a report. @param path - from the workspace, or absolute. @throws Error, also where a link is in the way */
export async function writeReport(env: Readonly<NodeJS.ProcessEnv>, path: string, text: string): Promise<void> {
  await writeWithin(resolve(env['GITHUB_WORKSPACE'] ?? '.'), path, text);
}
