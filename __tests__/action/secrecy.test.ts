import { test } from '@jest/globals';
import { stageOfOwnProcesses } from '../../harness/stage.ts';
import { expectNothingShown, told } from './secrecy.ts';

const at = stageOfOwnProcesses();

// matrices/secrecy.test.ts has all of them.
test.each(told.filter(({ name }) => name === 'output' || name === 'github-secret and segment'))(
  'key delivery $name, RUNNER_DEBUG=$debug: every mode → nothing secret is printed, reported or logged; masks come first',
  (one) => expectNothingShown(at, one),
  120_000,
);
