import { describe, test } from '@jest/globals';
import { stage } from '../../harness/stage.ts';
import { expectNothingSent, foreignEvents } from '../action/events.ts';

/** Every event of a stranger × every mode that writes: action/events.test.ts has a sample. */
const at = stage();

describe.each(foreignEvents)('on %s, %j', (...event) => {
  test.each(['apply', 'rotate', 'revoke', 'destroy'])('%s → red, and nothing was sent', async (mode) => {
    await expectNothingSent(at, mode, event);
  });
});
