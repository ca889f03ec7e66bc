import { accessSync, closeSync, constants, fsyncSync, lstatSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Secret } from '../secret.ts';

/** The file that a new key goes into where no runner takes step outputs. It is never replaced: it may hold the key in use. */

/** @returns undefined = it can be written */
export function whyNoKeyFile(path: string | undefined): string | undefined {
  if (path === undefined) return 'no file is named for it: --key-file is not given';
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return `${path} exists already`;
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
    return undefined;
  } catch (error) {
    return `${path} cannot be written (${error instanceof Error ? error.message : String(error)})`;
  }
}

/**
 * For its owner's eyes alone, on disk before anybody counts on it.
 *
 * @throws Error when it is there already, or cannot be written
 */
export function writeKeyFile(path: string, file: Secret): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, `${file.reveal()}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
