import { appendFile } from 'node:fs/promises';
import process from 'node:process';
import { Blocked } from '../errors/diagnostic.ts';
import { Secret } from '../secret.ts';
import { readEvent } from './event.ts';
import type { RunEvent } from './event.ts';
import { exitCodes } from './exit-codes.ts';
import { readPayload, writeReport } from './files.ts';
import { stopping } from './stopping.ts';
import { whyNoKeyFile, writeKeyFile } from './key-file.ts';
import { masksOfRun } from './masks.ts';
import { oidcToken } from './oidc-token.ts';
import { noOutput } from './output-file.ts';
import type { Runner } from './runner.ts';
import { screenLog } from './screen.ts';
import type { Stream } from './screen.ts';

/** The same program where GitHub's runner is not: at a terminal, or in a job of another CI system. */
export interface Terminal {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly input: Runner['input'];
  readonly stream: Stream;
  readonly places: Places;
  readonly isDebug: boolean;
  /** A person at the terminal said that a disabled account may be enabled. */
  readonly mayRestore: boolean;
  /** What a merge request changes, in full; undefined = what the event says. */
  readonly baseCommit: string | undefined;
}

/** Files that take what a runner would take; undefined = it is told nowhere. */
export interface Places {
  readonly keyFile: string | undefined;
  readonly summaryFile: string | undefined;
  /** Asked each time, because CI systems renew the token that they leave in a file; undefined = there is none. */
  readonly idToken: () => string | undefined;
}

export interface TerminalRunner {
  readonly runner: Runner;
  /** What the run has set so far, by the names of action.yml: all but the key. */
  readonly outputs: () => Readonly<Record<string, string>>;
}

export function terminalRunner(terminal: Terminal): TerminalRunner {
  const { env, input, stream, places, isDebug } = terminal;
  const masks = masksOfRun();
  const outputs = new Map<string, string>();
  const mask = (value: string): void => void masks.add(value);
  const runner: Runner = {
    env,
    event: eventOf(terminal),
    input,
    idToken: async (audience) => {
      const token = places.idToken() ?? (await tokenOfRunner(env, audience));
      mask(token);
      return token;
    },
    mask,
    whyNoOutputs: () => whyNoKeyFile(places.keyFile),
    output: (name, value) => {
      if (!(value instanceof Secret)) outputs.set(name, masks.hide(value));
      else if (!masks.covers(value.reveal())) throw new Error(`the output ${name} was not masked first`);
      else keepKey(places.keyFile, name, value);
    },
    log: screenLog({
      ...{ stream, env, masks, isDebug },
      onFail: () => {
        process.exitCode = exitCodes[outputs.get('result') === 'drift' ? 'drift' : 'failed'].code;
      },
    }),
    writeSummary: async (markdown) => {
      if (places.summaryFile !== undefined) await appendFile(places.summaryFile, masks.hide(markdown));
    },
    writeFile: (path, text) => writeReport(env, path, masks.hide(text)),
    ...stopping,
  };
  return { runner, outputs: () => Object.fromEntries(outputs) };
}

function eventOf({ env, mayRestore, baseCommit }: Terminal): RunEvent {
  const event = readEvent(env, readPayload(env['GITHUB_EVENT_PATH']));
  return {
    ...event,
    ...(mayRestore ? { mayRestore: true } : {}),
    baseCommit: baseCommit ?? event.baseCommit,
  };
}

function keepKey(path: string | undefined, name: string, file: Secret): void {
  const why = whyNoKeyFile(path);
  if (why !== undefined || path === undefined) throw noOutput(name, why ?? '');
  writeKeyFile(path, file);
}

/** Where the command is a step of a workflow, GitHub makes the token. */
async function tokenOfRunner(env: Terminal['env'], audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (url !== undefined && token !== undefined) return oidcToken({ url, token }, audience);
  throw new Blocked([
    {
      ...{ severity: 'error', code: 'run.no-id-token', attempted: "get this job's OIDC token" },
      because: 'none is given: neither SEGMENT_REVERSE_ETL_ID_TOKEN nor --id-token-file is set',
      remedy:
        `Let the CI system issue a token for the audience ${audience}, and hand it over in one of them; or leave ` +
        'workload_identity_provider out, and sign in with Application Default Credentials.',
    },
  ]);
}
