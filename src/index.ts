import process from 'node:process';
import { main } from './main.ts';
import { publishFailure } from './report/publish.ts';
import { gitHubRunner } from './runner/runner.ts';

// Google's libraries can log whole requests, tokens included, when this is set: never here.
delete process.env['GOOGLE_SDK_NODE_LOGGING'];

const runner = gitHubRunner(process.env);
try {
  await main(runner);
} catch (error) {
  await publishFailure(runner, error);
}
