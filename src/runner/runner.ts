import { appendFile } from 'node:fs/promises';
import * as core from '@actions/core';
import { Blocked } from '../errors/diagnostic.ts';
import { Secret, withoutPrivateKeys } from '../secret.ts';
import { readEvent } from './event.ts';
import { oidcToken } from './oidc-token.ts';
import type { RunEvent } from './event.ts';
import { readPayload, writeReport } from './files.ts';
import { heartbeat } from './heartbeat.ts';
import { inert } from './inert.ts';
import { masksOfRun } from './masks.ts';
import type { Masks } from './masks.ts';
import { noOutput, whyNotWritable } from './output-file.ts';
import { stopping } from './stopping.ts';
import type { Stopping } from './stopping.ts';

/** The GitHub runner: where inputs come from, and where everything that is told goes. Nothing else imports its toolkit. */
export interface Runner extends Stopping {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly event: RunEvent;
  /** The raw text of an input; '' when it was not given. */
  readonly input: (name: string) => string;
  readonly idToken: (audience: string) => Promise<string>;
  /** Stars the value out of everything printed from now on. */
  readonly mask: (value: string) => void;
  /** Why no output can be set; undefined = it can. */
  readonly whyNoOutputs: () => string | undefined;
  /** @throws Blocked when it cannot be written, and for a secret that was not masked */
  readonly output: (name: string, value: string | Secret) => void;
  readonly log: Log;
  /** @throws Error when there is none, or it cannot be written */
  readonly writeSummary: (markdown: string) => Promise<void>;
  /** Writes a report. @param path - from the workspace, or absolute; folders are made. @throws Error, also where a link is in the way */
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** What people watch, and the annotations beside it. */
export interface Log {
  readonly say: (line: string) => void;
  /** For debug logs only. */
  readonly trace: (line: string) => void;
  /** Whether anybody sees what is traced. */
  readonly isTracing: boolean;
  /** Folds what is said meanwhile. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
  /** An error that fails the step besides. */
  readonly fail: (message: string) => void;
  /** Beside a line of a file. */
  readonly annotate: (annotation: Annotation) => void;
}

/** Something to be seen beside a line of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title: string;
  /** From the workspace. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The runner this process runs on. */
export function gitHubRunner(env: Readonly<NodeJS.ProcessEnv>): Runner {
  const masks = masksOfRun();
  const mask = (value: string): void => {
    for (const line of masks.add(value)) core.setSecret(line);
  };
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
    whyNoOutputs: () => whyNotWritable(env['GITHUB_OUTPUT']),
    output: (name, value) => setOutput({ env, masks, name, value }),
    // As @actions/core reads it.
    log: gitHubLog(masks, env['RUNNER_DEBUG'] === '1'),
    writeSummary: async (markdown) => {
      const path = env['GITHUB_STEP_SUMMARY'] ?? '';
      // Elsewhere than on a runner there is no summary, and nothing to say about it.
      if (path === '' && env['GITHUB_ACTIONS'] !== 'true') return;
      if (path === '') throw new Error('GITHUB_STEP_SUMMARY is not set');
      await appendFile(path, masks.hide(markdown));
    },
    writeFile: (path, text) => writeReport(env, path, masks.hide(text)),
    ...stopping,
  };
}

/** The only way to standard output. Each takes one argument only, so that they can be handed to `forEach`. */
function gitHubLog({ hide }: Masks, isTracing: boolean): Log {
  const { heard, during } = heartbeat((line) => core.info(inert(line)));
  return {
    say: (line) => {
      heard();
      core.info(inert(hide(line)));
    },
    // The runner drops what nobody asked it to show.
    trace: isTracing ? (line) => core.debug(inert(hide(line))) : () => undefined,
    isTracing,
    group: (title, work) => core.group(inert(hide(title)), () => during(hide(title), work)),
    warn: (message) => core.warning(inert(hide(message))),
    error: (message) => core.error(inert(hide(message))),
    fail: (message) => core.setFailed(inert(hide(message))),
    annotate: ({ level, message, title, file, line, column }) => {
      const place = { title: inert(hide(title)), file: inert(hide(file)), startLine: line, startColumn: column };
      if (level === 'error') core.error(inert(hide(message)), place);
      else if (level === 'warning') core.warning(inert(hide(message)), place);
      else core.notice(inert(hide(message)), place);
    },
  };
}

interface Output {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly masks: Masks;
  readonly name: string;
  readonly value: string | Secret;
}

/** By file alone: without one, the toolkit would print it. */
function setOutput({ env, masks, name, value }: Output): void {
  const text = value instanceof Secret ? value.reveal() : value;
  if (value instanceof Secret && !masks.covers(text)) throw new Error(`the output ${name} was not masked first`);
  const path = env['GITHUB_OUTPUT'] ?? '';
  if (path === '' && env['GITHUB_ACTIONS'] !== 'true' && !(value instanceof Secret)) return;
  const why = whyNotWritable(path);
  if (why !== undefined) throw noOutput(name, why);
  // Later steps print outputs, and hand them on: what is masked in the log stays out of all but the output that is the secret.
  core.setOutput(name, value instanceof Secret ? text : masks.hide(withoutPrivateKeys(text)));
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
