// Builds dist/: what the runner runs. TypeScript first, then one minified bundle with lazily loaded chunks.
//
//   node scripts/build.mjs           writes dist/
//   node scripts/build.mjs --check   builds elsewhere, and fails unless dist/ is exactly that
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licensesOf, packagesIn } from './licenses.mjs';
import { finish } from './ncc-output.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (file, ...args) =>
  execFileSync(process.execPath, [join(root, 'node_modules', file), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

const isCheck = process.argv.includes('--check');
const work = mkdtempSync(join(tmpdir(), 'build-'));
const out = isCheck ? join(work, 'dist') : join(root, 'dist');

/** Bundles a file. @returns its scripts, and what webpack says of it */
const bundle = (input, ...args) => {
  const into = mkdtempSync(join(work, 'bundle-'));
  const stats = join(work, 'stats.json');
  run('@vercel/ncc/dist/ncc/cli.js', 'build', input, '--no-cache', '--stats-out', stats, '-o', into, ...args);
  const names = readdirSync(into).filter((name) => /\.c?js$/.test(name));
  return {
    scripts: new Map(names.map((name) => [name, readFileSync(join(into, name), 'utf8')])),
    packages: packagesIn(JSON.parse(readFileSync(stats, 'utf8'))),
  };
};

rmSync(join(root, 'build'), { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
const action = bundle('build/index.js', '--external', 'undici');
const undici = bundle('node_modules/undici/index.js');
const [undiciScript = ''] = undici.scripts.values();

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
for (const [name, text] of finish(action.scripts, undiciScript)) writeFileSync(join(out, name), text);
const licenses = licensesOf(
  [...new Set([...action.packages, ...undici.packages])].sort(),
  (folder) => readdirSync(join(root, folder)).sort(),
  (file) => readFileSync(join(root, file), 'utf8'),
);
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ type: 'module' }, undefined, 2)}\n`);
writeFileSync(join(out, 'licenses.txt'), licenses.replaceAll('\r\n', '\n'));

if (isCheck) {
  const dist = join(root, 'dist');
  const files = [...new Set([...readdirSync(dist), ...readdirSync(out)])].sort();
  const read = (folder, name) => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return undefined;
    }
  };
  const stale = files.filter((name) => read(dist, name) !== read(out, name));
  if (stale.length > 0) {
    console.error(`dist/ is not what src/ builds: ${stale.join(', ')}. Run npm run build and commit dist/.`);
    process.exitCode = 1;
  }
}
rmSync(work, { recursive: true, force: true });
