import { accessSync, constants } from 'node:fs';
import { Blocked } from '../errors/diagnostic.ts';
import type { Problem } from '../errors/diagnostic.ts';

/** The file in which a step leaves its outputs. */

/** @param path - of `GITHUB_OUTPUT`
 * @returns undefined = it can be written
 */
export function whyNotWritable(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return 'GITHUB_OUTPUT is not set';
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return `the file of GITHUB_OUTPUT cannot be written (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** The output cannot be set. */
export function noOutput(name: string, because: string): Blocked {
  const problem: Problem = {
    ...{ severity: 'error', code: 'report.not-written', attempted: `set the step output ${name}`, because },
    remedy:
      'Run it as a step of a GitHub Actions job, on a runner that lets the step write the file of GITHUB_OUTPUT; or name a new ' +
      'file with --key-file on the command line.',
  };
  return new Blocked([problem]);
}
