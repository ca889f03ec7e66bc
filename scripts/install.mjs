// Makes a fresh clone ready: installs the locked packages if they are not there, and says so on standard error,
// because the command that follows may own standard output.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = readFileSync(`${root}/package-lock.json`, 'utf8');
const stamp = `${root}/node_modules/.installed-lock`;

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('Installing the locked packages (npm ci), once per clone; this takes about a minute …\n');
  // Some runners set npm's own configuration in the environment; the child keeps it. Only its output is moved.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed: see its words above. It needs the npm registry, and nothing else.\n');
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stamp, lock);
}
