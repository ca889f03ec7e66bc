/** What the tests of whole runs expect, with the log of a run that went otherwise. Imported for its effect. */
import { expect } from '@jest/globals';
import { readable } from './log.ts';
import type { ActionResult } from './run-action.ts';

declare module 'expect' {
  interface Matchers<R> {
    /** The run ended with this code; and with these outputs, where they are given. */
    toEnd(code: number, outputs?: Readonly<Record<string, string>>): R;
  }
}

expect.extend({
  toEnd(received: unknown, code: number, outputs: Readonly<Record<string, string>> = {}) {
    const { stdout, ...result } = received as ActionResult;
    const names = Object.keys(outputs);
    const ended = { code: result.code, outputs: Object.fromEntries(names.map((name) => [name, result.outputs[name]])) };
    const expected = { code, outputs: { ...outputs } };
    return {
      pass: this.equals(ended, expected),
      message: () => {
        const not = this.isNot === true ? 'not ' : '';
        const { printExpected, printReceived } = this.utils;
        return `Expected the run ${not}to end with ${printExpected(expected)}\nReceived: ${printReceived(ended)}\nIts log:\n${readable(stdout)}`;
      },
    };
  },
});
