// GitHub runs this action on Node 24. The machine's own Node may be older, so everything that runs the action, and
// the simulator, runs on the Node 24 that the npm registry carries (see optionalDependencies in package.json).
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const MAJOR = 24;
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Absolute path of a Node 24, or of this very Node if it is new enough. Throws when there is none. */
export function node24() {
  const { platform, arch } = process;
  const candidates = [
    `${modules}/node-${platform === 'win32' ? 'win' : platform}-${arch}/bin/node`,
    `${modules}/node-win-${arch}/bin/node.exe`,
    `${modules}/node-bin-${platform}-${arch}/bin/node`,
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (major() >= MAJOR) return process.execPath;
  throw new Error(
    `No Node ${MAJOR} for ${platform}-${arch} in node_modules: run npm ci, or use Node ${MAJOR} yourself.`,
  );
}

/** Major version of the Node that runs this. */
export function major() {
  return Number(process.versions.node.split('.')[0]);
}
