import { test } from '@jest/globals';
import { stage } from '../../harness/stage.ts';
import { liveThroughRotation, rotatedHomes } from '../action/rotation-life.ts';

/** Keys take this long to show. */
const at = stage('--lag', '700');

test.each(rotatedHomes)(
  'a key that lives in $name: scheduled runs → an old key is replaced, works until its overlap ends, is disabled, is gone',
  (home) => liveThroughRotation(at, home),
  120_000,
);
