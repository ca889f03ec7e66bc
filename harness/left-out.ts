import { relative } from 'node:path';
import { missingTools } from './tools.ts';

/** The part of what Jest tells a reporter that counts here. */
interface Results {
  readonly testResults: readonly { readonly testFilePath: string; readonly numPendingTests: number }[];
}

/** Says, last of all, which tests were left out and what is not installed here: nobody shall take a part for the whole. */
export default class LeftOut {
  readonly #config: { readonly rootDir: string; readonly testNamePattern?: string };

  constructor(config: { readonly rootDir: string; readonly testNamePattern?: string }) {
    this.#config = config;
  }

  onRunComplete(_contexts: unknown, { testResults }: Results): void {
    const { rootDir, testNamePattern = '' } = this.#config;
    if (testNamePattern !== '') return; // Then a person chose.
    const files = testResults.filter(({ numPendingTests }) => numPendingTests > 0);
    if (files.length === 0) return;
    const missing = missingTools().join(', ');
    const lines = files.map(({ testFilePath, numPendingTests }) => {
      return `LEFT OUT: tests of ${relative(rootDir, testFilePath)} (${String(numPendingTests)})`;
    });
    const text = `\n${[...lines, ...(missing === '' ? [] : [`Not installed here: ${missing}.`])].join('\n')}\n`;
    // Jest's own summary comes after every reporter.
    process.once('exit', () => process.stderr.write(text));
  }
}
