import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { complaintsOf, notesOf, prepared } from '../../scripts/release.mjs';
import type { Files } from '../../scripts/release.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

const files: Files = {
  'package.json': '{\n  "name": "x",\n  "version": "0.1.0",\n  "dependencies": { "y": { "version": "3.0.0" } }\n}\n',
  'package-lock.json': JSON.stringify({ name: 'x', version: '0.1.0', packages: { '': { version: '0.1.0' } } }),
  'src/report/version.ts': "export const VERSION = '0.1.0';\n",
  'CHANGELOG.md': '# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n',
};

describe('preparing a release', () => {
  test('a version → in every place, dated, and nothing to complain of', () => {
    const made = prepared(files, '0.2.0', '2026-11-25');
    expect(complaintsOf(made)).toEqual([]);
    expect(made['CHANGELOG.md']).toContain('## 0.2.0 (2026-11-25)\n\n- New.');
    expect(made['package.json']).toContain('"y": { "version": "3.0.0" }');
  });

  test.each([
    ['v0.2', files, 'is no version'],
    ['0.3.0', { ...files, 'CHANGELOG.md': '## 0.2.0 (2026-01-01)\n' }, 'nothing yet of what is new since 0.2.0'],
  ])('%s → refused', (version, given, why) => {
    expect(() => prepared(given, version, '2026-11-25')).toThrow(why);
  });
});

describe('checking a release', () => {
  const good = prepared(files, '0.2.0', '2026-11-25');

  test.each(Object.keys(files))('%s is left behind → named', (path) => {
    const found = complaintsOf({ ...good, [path]: files[path] ?? '' });
    expect(found.join('\n')).toContain(path === 'package.json' ? 'package.json says 0.1.0' : path);
  });

  test('this repository: every place → the same version', () => {
    const here = Object.fromEntries(Object.keys(files).map((path) => [path, readFileSync(root + path, 'utf8')]));
    expect(complaintsOf(here).filter((one) => !one.includes('as unreleased'))).toEqual([]);
  });
});

test('notes: the changelog → what it says of the newest version alone', () => {
  expect(notesOf(files['CHANGELOG.md'] ?? '')).toBe('- New.\n');
});

describe('the package of the command', () => {
  test('packed and unpacked elsewhere → nothing to install, and it runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pack-'));
    const path = execFileSync(process.execPath, [join(root, 'scripts/release.mjs'), 'pack', folder], {
      encoding: 'utf8',
    }).trim();
    execFileSync('tar', ['-xzf', path, '-C', folder]);
    const unpacked = join(folder, 'package');
    const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('private');
    expect(readdirSync(unpacked).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'docs', 'package.json']);
    const { bin } = manifest as { bin: Record<string, string> };
    const program = join(unpacked, Object.values(bin)[0] ?? '');
    const said = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8', cwd: folder });
    expect(said.trim()).toBe(manifest['version']);
  });
});
