// Makes a fresh clone ready: installs the locked packages if they are not there, and says so on standard error,
// because the command that follows may own standard output. Runs on the machine's own Node; what follows runs on the
// Node 24 among the packages, since npm looks into node_modules/.bin before it looks anywhere else.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAJOR = 24; // As in action.yml.
const root = fileURLToPath(new URL('..', import.meta.url));
const lock = readFileSync(`${root}/package-lock.json`, 'utf8');
const stamp = `${root}/node_modules/.installed-lock`;
const isWindows = process.platform === 'win32';
const node = `${root}/node_modules/.bin/${isWindows ? 'node.cmd' : 'node'}`;

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('Installing the locked packages (npm ci), once per clone; this takes about a minute …\n');
  // Some runners set npm's own configuration in the environment; the child keeps it, but for what it would leave out:
  // Node 24 is an optional package. Its output is moved.
  const all = ['--include=dev', '--include=optional'];
  // No package here needs its install scripts, and one that turned hostile would begin with them.
  const npm = spawnSync('npm', ['ci', ...all, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  });
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed: see its words above. It needs the npm registry, and nothing else.\n');
    process.exit(npm.status ?? 1);
  }
  // One that does not start here, built for another C library, must not hide the machine's own.
  if (spawnSync(`"${node}" --version`, { stdio: 'ignore', shell: true }).status !== 0) rmSync(node, { force: true });
  writeFileSync(stamp, lock);
}

if (!existsSync(node) && Number(process.versions.node.split('.')[0]) < MAJOR) {
  const { platform, arch, version } = process;
  process.stderr.write(
    `There is no Node ${MAJOR} here: this is Node ${version}, and the packages have none that runs on ${platform}-${arch}\n` +
      `(it would be node_modules/.bin/node). Install Node ${MAJOR} on this machine, and run this again.\n`,
  );
  process.exit(1);
}
