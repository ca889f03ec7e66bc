import { test } from '@jest/globals';
import { stageOfOwnProcesses } from '../../harness/stage.ts';
import { expectNothingShown, told } from '../action/secrecy.ts';

const at = stageOfOwnProcesses();

test.each(told)(
  'key delivery $name, RUNNER_DEBUG=$debug: every mode → nothing secret is printed, reported or logged; masks come first',
  (one) => expectNothingShown(at, one),
  120_000,
);
