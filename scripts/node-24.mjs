// GitHub runs this action on Node 24. The machine's own Node may be older, so everything that runs the action, and
// the simulator, runs on the Node 24 that the npm registry carries (see optionalDependencies in package.json).
//
//   node scripts/node-24.mjs FILE [ARG ...]     runs FILE, JavaScript or TypeScript, on Node 24
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MAJOR = 24;
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

function major() {
  return Number(process.versions.node.split('.')[0]);
}

const [, self, file, ...rest] = process.argv;
if (self !== undefined && resolve(self) === fileURLToPath(import.meta.url)) {
  const target = resolve(file ?? '');
  if (major() >= MAJOR) {
    process.argv = [process.execPath, target, ...rest];
    await import(pathToFileURL(target).href);
  } else {
    const child = spawn(node24(), [target, ...rest], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === null ? 1 : 128);
    });
  }
}
