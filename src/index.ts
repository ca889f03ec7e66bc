import process from 'node:process';
import { main } from './main.ts';
import { refusalsIn } from './errors/explain.ts';
import { refusalSentences } from './report/log.ts';
import { gitHubRunner } from './runner/runner.ts';
import { renderFailure } from './report/summary.ts';

// Google's libraries can log whole requests, tokens included, when this is set: never here.
delete process.env['GOOGLE_SDK_NODE_LOGGING'];

const runner = gitHubRunner(process.env);
try {
  await main(runner);
} catch (error) {
  // Whatever was thrown, of any type, ends the step red.
  const sentences = refusalSentences(refusalsIn(error));
  sentences.slice(0, -1).forEach((line) => {
    runner.complain(line);
  });
  if (error instanceof Error && error.stack !== undefined) runner.trace(error.stack);
  runner.output('result', 'failed');
  await runner.summarise(renderFailure(sentences));
  runner.fail(sentences.at(-1) ?? 'failed');
}
