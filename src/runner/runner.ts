import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as core from '@actions/core';
import { Blocked } from '../errors/diagnostic.ts';
import { SHORTEST_MASK } from '../secret.ts';
import { readEvent } from './event.ts';
import { oidcToken } from './oidc-token.ts';
import type { RunEvent } from './event.ts';

/** The GitHub runner: where inputs come from, and where everything that is told goes. Nothing else imports its toolkit. */
export interface Runner {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly event: RunEvent;
  /** The raw text of an input; '' when it was not given. */
  readonly input: (name: string) => string;
  readonly idToken: (audience: string) => Promise<string>;
  /** Stars the value out of everything printed from now on. */
  readonly mask: (value: string) => void;
  readonly output: (name: string, value: string) => void;
  readonly log: Log;
  readonly writeSummary: (markdown: string) => Promise<void>;
  /** Writes a report. @param path - from the workspace, or absolute; folders are made */
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** What people watch, and the annotations beside it. */
export interface Log {
  readonly say: (line: string) => void;
  /** For debug logs only. */
  readonly trace: (line: string) => void;
  /** Folds what is said meanwhile. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
  /** An error that fails the step besides. */
  readonly fail: (message: string) => void;
}

/** The runner this process runs on. */
export function gitHubRunner(env: Readonly<NodeJS.ProcessEnv>): Runner {
  return {
    env,
    event: readEvent(env, readPayload(env['GITHUB_EVENT_PATH'])),
    input: (name) => core.getInput(name),
    idToken: async (audience) => {
      const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
      if (url === undefined || token === undefined) throw noIdToken();
      const idToken = await oidcToken({ url, token }, audience);
      mask(idToken);
      return idToken;
    },
    mask,
    output: (name, value) => core.setOutput(name, value),
    log: gitHubLog(),
    writeSummary: async (markdown) => {
      // Without a runner there is no summary file, and nothing to say about it.
      if (env['GITHUB_STEP_SUMMARY'] !== undefined) await core.summary.addRaw(markdown, true).write();
    },
    writeFile: async (path, text) => {
      const whole = resolve(env['GITHUB_WORKSPACE'] ?? '.', path);
      await mkdir(dirname(whole), { recursive: true });
      await writeFile(whole, text);
    },
  };
}

/** A shorter mask would star out innocent words, and the runner drops outputs that hold one. No secret is that short. */
function mask(value: string): void {
  if (value.length >= SHORTEST_MASK) core.setSecret(value);
}

/** Each takes one argument only, so that they can be handed to `forEach`. */
function gitHubLog(): Log {
  return {
    say: (line) => core.info(line),
    trace: (line) => core.debug(line),
    group: (title, work) => core.group(title, work),
    warn: (message) => core.warning(message),
    error: (message) => core.error(message),
    fail: (message) => core.setFailed(message),
  };
}

function readPayload(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // An event without a readable payload is one that does not come from a pull request.
  }
}

function noIdToken(): Blocked {
  return new Blocked([
    {
      severity: 'error',
      code: 'run.no-id-token',
      attempted: "get this workflow's OIDC token",
      because: 'GitHub gave this job none: ACTIONS_ID_TOKEN_REQUEST_URL is not set',
      remedy:
        'Add permissions: id-token: write to the job (permissions of a job replace those of the workflow, so list contents: read ' +
        'again). A reusable workflow gets it from its caller. Pull requests from forks and Dependabot never get one.',
    },
  ]);
}
