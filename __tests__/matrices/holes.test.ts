import { test } from '@jest/globals';
import { stage } from '../../harness/stage.ts';
import { expectFound, holes } from '../action/holes.ts';

/** Every hole that somebody with few rights can plant: action/holes.test.ts has a sample. */
const at = stage();

test.each(holes)('$name: found, named; closed $closed', async (hole) => {
  await expectFound(at, hole);
});
