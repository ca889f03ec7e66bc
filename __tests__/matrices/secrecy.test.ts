import { test } from '@jest/globals';
import { stage } from '../../harness/stage.ts';
import { expectNothingShown, told } from '../action/secrecy.ts';

const at = stage();

test.each(told)(
  'key delivery $name, RUNNER_DEBUG=$debug: every mode → nothing secret is printed, reported or logged; masks come first',
  (one) => expectNothingShown(at, one),
  120_000,
);
