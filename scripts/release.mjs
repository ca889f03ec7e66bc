// What a release is made of.
//
//   node scripts/release.mjs prepare 0.2.0   sets the version and dates the changelog: commit that, with dist/ built anew
//   node scripts/release.mjs check           fails unless every place names the same version, dated; prints it
//   node scripts/release.mjs notes           prints what the changelog says of it
//   node scripts/release.mjs pack FOLDER     writes the package of the command to FOLDER, and prints its path
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pathOf = (path) => join(root, path);
const read = (path) => readFileSync(pathOf(path), 'utf8');

const PLACES = ['package.json', 'package-lock.json', 'src/report/version.ts', 'CHANGELOG.md'];
const VERSION = /^\d+\.\d+\.\d+$/;
const HEADING = /^## (\d+\.\d+\.\d+) \(([^)]*)\)$/m;
const CONSTANT = /(?<=VERSION = ')[^']+(?=')/;

/** What a person fixes before the workflow goes on: one sentence each. */
export function complaintsOf(files) {
  const { version } = JSON.parse(files['package.json']);
  const [, logged, when] = HEADING.exec(files['CHANGELOG.md']) ?? [];
  const lock = JSON.parse(files['package-lock.json']);
  const others = {
    'package-lock.json': lock.packages[''].version,
    'src/report/version.ts': CONSTANT.exec(files['src/report/version.ts'])?.[0],
    'CHANGELOG.md': logged,
  };
  return [
    ...Object.entries(others)
      .filter(([, found]) => found !== version)
      .map(([path, found]) => `package.json says ${version}, and ${path} says ${found ?? 'nothing'}.`),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(when ?? '') ? [] : [`CHANGELOG.md dates ${version} as ${when ?? 'nothing'}.`]),
  ];
}

/** The files of a new version. @param day - `2026-11-25` */
export function prepared(files, version, day) {
  if (!VERSION.test(version)) throw new Error(`${version} is no version such as 0.2.0.`);
  const lock = JSON.parse(files['package-lock.json']);
  lock.version = version;
  lock.packages[''].version = version;
  const heading = HEADING.exec(files['CHANGELOG.md']);
  if (heading === null) throw new Error('CHANGELOG.md has no heading such as ## 0.2.0 (unreleased).');
  if (heading[2] !== 'unreleased') throw new Error(`CHANGELOG.md says nothing yet of what is new since ${heading[1]}.`);
  return {
    'package.json': files['package.json'].replace(/(?<=^ {2}"version": ")[^"]+(?=")/m, version),
    'package-lock.json': `${JSON.stringify(lock, null, 2)}\n`,
    'src/report/version.ts': files['src/report/version.ts'].replace(CONSTANT, version),
    'CHANGELOG.md': files['CHANGELOG.md'].replace(HEADING, `## ${version} (${day})`),
  };
}

/** From its heading to the one before it. */
export function notesOf(changelog) {
  const [, , ...rest] = changelog.slice(changelog.search(HEADING)).split(/^(## .*)$/m);
  return `${rest[0]?.trim() ?? ''}\n`;
}

/**
 * The package that npx runs: the built program, and nothing to install besides it. The package.json of the repository is
 * private, because what it lists is what builds the program.
 */
export function manifestOf(manifest) {
  const { name, version, description, license, type, bin } = manifest;
  return {
    ...{ name, version, description, license, type, bin },
    engines: { node: '>=24' },
    files: ['bin', 'dist', 'docs/cli.md'],
  };
}

function pack(folder) {
  const staging = mkdtempSync(join(tmpdir(), 'package-'));
  for (const path of ['bin', 'dist', 'docs/cli.md', 'LICENSE', 'README.md'])
    cpSync(pathOf(path), join(staging, path), { recursive: true });
  writeFileSync(
    join(staging, 'package.json'),
    `${JSON.stringify(manifestOf(JSON.parse(read('package.json'))), null, 2)}\n`,
  );
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  const npm = ['pack', '--ignore-scripts', '--json', '--pack-destination', target];
  const answer = execFileSync('npm', npm, { cwd: staging, encoding: 'utf8', shell: process.platform === 'win32' });
  rmSync(staging, { recursive: true });
  return join(target, JSON.parse(answer)[0].filename);
}

function main([task, argument]) {
  const files = Object.fromEntries(PLACES.map((path) => [path, read(path)]));
  if (task === 'prepare') {
    const day = new Date().toISOString().slice(0, 10);
    for (const [path, text] of Object.entries(prepared(files, argument ?? '', day))) writeFileSync(pathOf(path), text);
    return `Now: npm run build, and commit all of it as “Release ${argument}”.`;
  }
  if (task === 'notes') return notesOf(files['CHANGELOG.md']).trimEnd();
  if (task === 'pack' && argument !== undefined) return pack(argument);
  if (task !== 'check') throw new Error('Say prepare VERSION, check, notes or pack FOLDER.');
  const complaints = complaintsOf(files);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return JSON.parse(files['package.json']).version;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(main(process.argv.slice(2)));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
