import process from 'node:process';
import { main } from './main.ts';
import { publishFailure } from './report/publish.ts';
import { gitHubRunner } from './runner/runner.ts';

// Google's libraries can log whole requests, tokens included, when this is set: never here.
delete process.env['GOOGLE_SDK_NODE_LOGGING'];

/** GitHub starts this file alone; whoever starts it with a first word starts a command. */
const [, , door, ...args] = process.argv;
const command = door === 'command' ? (await import('./command/command.ts')).openCommand(args, process.env) : undefined;
const runner = door === 'command' ? command?.runner : gitHubRunner(process.env);
if (runner !== undefined) {
  try {
    await main(runner);
  } catch (error) {
    await publishFailure(runner, error);
  }
  command?.close();
}
