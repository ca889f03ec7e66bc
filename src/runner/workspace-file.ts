import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * Writes a report. Whoever may push a branch decides what lies in the workspace: a link there would have the report written
 * over any file of this machine, so none is followed.
 *
 * @param path - from the workspace, or absolute; folders are made
 * @throws Error where a link is in the way, or it cannot be written
 */
export async function writeWithin(workspace: string, path: string, text: string): Promise<void> {
  const whole = resolve(workspace, path);
  const link = await linkBetween(workspace, whole);
  if (link !== undefined) throw new Error(`${link} is a link, and could lead anywhere`);
  await mkdir(dirname(whole), { recursive: true });
  const { O_CREAT, O_TRUNC, O_WRONLY } = constants;
  // Not every system knows of it; there the look above has to do.
  const noFollow = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
  const file = await open(whole, O_WRONLY | O_CREAT | O_TRUNC | noFollow);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** The first link on the way from the workspace, itself left out, to what lies in it. */
async function linkBetween(workspace: string, whole: string): Promise<string | undefined> {
  const parts = relative(workspace, whole).split(sep);
  if (parts[0] === '..') return undefined; // Elsewhere, nobody checks out a branch.
  for (let count = 1; count <= parts.length; count += 1) {
    const part = join(...parts.slice(0, count));
    if (await isLink(resolve(workspace, part))) return part;
  }
  return undefined;
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // It is made now.
    throw error;
  }
}
