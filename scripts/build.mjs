// Builds dist/: what the runner runs. TypeScript first, then one minified bundle with lazily loaded chunks.
//
//   node scripts/build.mjs           writes dist/
//   node scripts/build.mjs --check   builds elsewhere, and fails unless dist/ is exactly that
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifySync } from '@swc/core';

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
// The runner's toolkit loads all of undici for the one class it needs behind a proxy: 45 ms of every run. Here it loads
// when somebody asks for that class. The build fails if the toolkit has changed, so that nobody relies on luck.
const entry = join(out, 'index.js');
const eager = /\/\/ EXTERNAL MODULE: \.\/node_modules\/undici\/index\.js\nvar undici = (__nccwpck_require__\(\d+\));/g;
const bundled = readFileSync(entry, 'utf8');
if ([...bundled.matchAll(eager)].length !== 1)
  throw new Error('The toolkit loads undici in another way now: see scripts/build.mjs.');
writeFileSync(entry, bundled.replace(eager, 'var undici = { get ProxyAgent() { return $1.ProxyAgent; } };'));

renumberChunks(readdirSync(out).filter((file) => file.endsWith('.js')));

// ncc minifies the entry alone; the lazily loaded chunks hold most of the code.
for (const name of readdirSync(out).filter((file) => file.endsWith('.js'))) {
  const path = join(out, name);
  const options = { module: true, compress: true, mangle: true, format: { comments: false } };
  writeFileSync(path, `${minifySync(readFileSync(path, 'utf8'), options).code}\n`);
}

/**
 * The bundler numbers a chunk after the module that it happened to see first: not the same on every machine. Here a chunk
 * bears the smallest number of a module in it, and those depend on paths alone.
 */
function renumberChunks(names) {
  const texts = new Map(names.map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  const numbers = new Map();
  for (const text of texts.values()) {
    const id = /^export const id = (\d+);$/m.exec(text)?.[1];
    const modules = [...text.matchAll(/^\/\*{3}\/ (\d+):$/gm)].map(([, number]) => Number(number));
    if (id !== undefined) numbers.set(id, String(Math.min(...modules)));
  }
  for (const [name, text] of texts) {
    const renumbered = text
      .replace(
        /(?<=__nccwpck_require__\.e\(|__webpack_require__\.e\()(\/\*[^*]*\*\/ )?(\d+)(?=\))/g,
        (_found, _what, id) => numbers.get(id),
      )
      .replace(/^export const id = (\d+);$/m, (_found, id) => `export const id = ${numbers.get(id)};`)
      .replace(/^export const ids = \[(\d+)\];$/m, (_found, id) => `export const ids = [${numbers.get(id)}];`);
    const id = /^(\d+)\.index\.js$/.exec(name)?.[1];
    if (id !== undefined) rmSync(join(out, name));
    writeFileSync(join(out, id === undefined ? name : `${numbers.get(id)}.index.js`), renumbered);
  }
}

if (isCheck) {
  const dist = join(root, 'dist');
  const names = [...new Set([...readdirSync(dist), ...readdirSync(out)])].sort();
  const read = (folder, name) => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return undefined;
    }
  };
  const stale = names.filter((name) => read(dist, name) !== read(out, name));
  rmSync(out, { recursive: true, force: true });
  if (stale.length > 0) {
    console.error(`dist/ is not what src/ builds: ${stale.join(', ')}. Run npm run build and commit dist/.`);
    process.exit(1);
  }
}
