// Makes a fresh clone ready: installs the locked packages that are not there, and says so on standard error, because the
// command that follows may own standard output. Runs on the machine's own Node; what follows runs on the Node 24 among the
// packages, since npm looks into node_modules/.bin before it looks anywhere else.
//
//   node scripts/install.mjs         all of them
//   node scripts/install.mjs start   in an empty clone, only those that the demo and the simulator need
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { START, allPaths, isInstalled, neededBy, partOf } from './lock.mjs';

const MAJOR = 24; // As in action.yml.
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = `${root}/node_modules`;
const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8'));
const isWindows = process.platform === 'win32';
const node = `${modules}/.bin/${isWindows ? 'node.cmd' : 'node'}`;

const isStart = process.argv[2] === 'start';
const paths = isStart ? neededBy(START, lock.packages) : allPaths(lock.packages);
if (!isInstalled(paths, lock.packages, installedPackages())) {
  if (isStart && !existsSync(modules)) installPart();
  else installAll();
  // One that does not start here, built for another C library, must not hide the machine's own.
  if (spawnSync(`"${node}" --version`, { stdio: 'ignore', shell: true }).status !== 0) rmSync(node, { force: true });
}

if (!existsSync(node) && Number(process.versions.node.split('.')[0]) < MAJOR) {
  const { platform, arch, version } = process;
  process.stderr.write(
    `There is no Node ${MAJOR} here: this is Node ${version}, and the packages have none that runs on ${platform}-${arch}\n` +
      `(it would be node_modules/.bin/node). Install Node ${MAJOR} on this machine, and run this again.\n`,
  );
  process.exit(1);
}

/** As npm tells it, whoever called npm. */
function installedPackages() {
  try {
    return JSON.parse(readFileSync(`${modules}/.package-lock.json`, 'utf8')).packages;
  } catch {
    return undefined; // Nothing is installed, or not by npm: then it is installed.
  }
}

function installAll() {
  process.stderr.write('Installing the locked packages (npm ci), once per clone; this takes about a minute …\n');
  npmCi(root);
}

/** Elsewhere, so that npm does not take it for the whole, and moved when it is complete. */
function installPart() {
  process.stderr.write('Installing the few locked packages that this needs …\n');
  const folder = `${root}/.cache/start`;
  const part = partOf(paths, lock);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, JSON.stringify(part.manifest));
  writeFileSync(`${folder}/package-lock.json`, JSON.stringify(part.lock));
  npmCi(folder);
  renameSync(`${folder}/node_modules`, modules);
  rmSync(folder, { recursive: true });
}

function npmCi(folder) {
  // Some runners set npm's own configuration in the environment; the child keeps it, but for what it would leave out:
  // Node 24 is an optional package. Its output is moved.
  const all = ['--include=dev', '--include=optional'];
  // No package here needs its install scripts, and one that turned hostile would begin with them.
  const npm = spawnSync('npm', ['ci', ...all, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  });
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed: see its words above. It needs the npm registry, and nothing else.\n');
    process.exit(npm.status ?? 1);
  }
}
