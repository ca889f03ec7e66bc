// Builds dist/: what the runner runs. TypeScript first, then one minified bundle with lazily loaded chunks.
//
//   node scripts/build.mjs           writes dist/
//   node scripts/build.mjs --check   builds elsewhere, and fails unless dist/ is exactly that
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finish } from './ncc-output.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (file, ...args) =>
  execFileSync(process.execPath, [join(root, 'node_modules', file), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

const isCheck = process.argv.includes('--check');
const out = isCheck ? mkdtempSync(join(tmpdir(), 'dist-')) : join(root, 'dist');
rmSync(join(root, 'build'), { recursive: true, force: true });
rmSync(out, { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
run('@vercel/ncc/dist/ncc/cli.js', 'build', 'build/index.js', '--license', 'licenses.txt', '--no-cache', '-o', out);

const names = readdirSync(out).filter((name) => name.endsWith('.js'));
const scripts = finish(new Map(names.map((name) => [name, readFileSync(join(out, name), 'utf8')])));
for (const name of names) rmSync(join(out, name));
for (const [name, text] of scripts) writeFileSync(join(out, name), text);

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
  rmSync(out, { recursive: true, force: true });
  if (stale.length > 0) {
    console.error(`dist/ is not what src/ builds: ${stale.join(', ')}. Run npm run build and commit dist/.`);
    process.exit(1);
  }
}
