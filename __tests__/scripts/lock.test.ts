import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

test('the lock file: every package of every platform → its integrity', () => {
  const bare = Object.entries(packages)
    .filter(([path, { integrity, link }]) => path !== '' && link !== true && !(integrity ?? '').startsWith('sha512-'))
    .map(([path, { version }]) => `${path}@${version ?? ''}`);
  expect(bare).toEqual([]);
});

test('installing: whatever a package brings → its scripts are not run', () => {
  expect(read('scripts/install.mjs')).toContain("'--ignore-scripts'");
});
