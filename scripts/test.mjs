// Runs every test on Node 24, whatever the machine's own Node is: `npm test`, or `npm test -- NAME` for some.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { node24 } from './node-24.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = `${root}/node_modules/jest/bin/jest.js`;
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const { status } = spawnSync(node24(), [...flags, jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });

for (const tool of ['gcloud', 'bq']) {
  if (spawnSync(tool, ['version'], { stdio: 'ignore' }).error !== undefined) {
    process.stderr.write(
      `\nLEFT OUT: the tests that try the simulator with ${tool}, because ${tool} is not installed here.\n`,
    );
  }
}
process.exit(status ?? 1);
