#!/usr/bin/env node
// The command: opens the door of dist/ that GitHub's runner does not use.
import process from 'node:process';

const LEAST = 24; // What dist/ is built for, as in action.yml.
if (Number(process.versions.node.split('.')[0]) < LEAST) {
  process.stderr.write(
    `segment-reverse-etl-bigquery: Could not start: this is Node ${process.versions.node}, and Node ${LEAST} or newer is needed. ` +
      'Install it, or run the command in the container image node:24.\n',
  );
  process.exit(2);
}
process.argv.splice(2, 0, 'command');
await import('../dist/index.js');
