import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as core from '@actions/core';
import { Refused } from '../errors/diagnostic.ts';

/** The GitHub runner: where inputs come from, and where everything that is told goes. Nothing else imports its toolkit. */
export interface Runner {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly event: RunEvent;
  readonly input: (name: string) => string;
  /** Stars the value out of everything printed from now on. */
  readonly mask: (value: string) => void;
  readonly idToken: (audience: string) => Promise<string>;
  readonly output: (name: string, value: string) => void;
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  readonly say: (line: string) => void;
  readonly trace: (line: string) => void;
  readonly warn: (message: string) => void;
  /** An error annotation; `fail` makes the step red besides. */
  readonly complain: (message: string) => void;
  readonly fail: (message: string) => void;
  readonly summarise: (markdown: string) => Promise<void>;
  /** Writes a report. @param path - from the workspace, or absolute; folders are made */
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** What is known of the event that started the run. */
export interface RunEvent {
  readonly name: string;
  readonly repository: string | undefined;
  readonly apiUrl: string;
  /** Runs to which GitHub gives no identity and no secrets; undefined = any other run. */
  readonly stranger: 'a pull request from a fork' | 'Dependabot' | undefined;
  /** The pull request that started the run, if one did. */
  readonly pull: { readonly number: number; readonly isFork: boolean } | undefined;
  /** `owner/name/.github/workflows/file.yml@ref` */
  readonly workflow: string | undefined;
  /** Where a person sees this run. */
  readonly runUrl: string | undefined;
}

/** The runner this process runs on. */
export function gitHubRunner(env: Readonly<NodeJS.ProcessEnv>): Runner {
  return {
    env,
    event: readEvent(env),
    input: (name) => core.getInput(name),
    mask: (value) => {
      if (value !== '') core.setSecret(value);
    },
    idToken: async (audience) => {
      if (env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined) throw noIdToken();
      return core.getIDToken(audience);
    },
    output: (name, value) => {
      core.setOutput(name, value);
    },
    group: (title, work) => core.group(title, work),
    say: (line) => {
      core.info(line);
    },
    trace: (line) => {
      core.debug(line);
    },
    warn: (message) => {
      core.warning(message);
    },
    complain: (message) => {
      core.error(message);
    },
    fail: (message) => {
      core.setFailed(message);
    },
    summarise: async (markdown) => {
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

interface EventPayload {
  readonly number?: number;
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly repo?: { readonly full_name?: string } | null };
    readonly base?: { readonly repo?: { readonly full_name?: string } };
    readonly user?: { readonly login?: string };
  };
}

function readEvent(env: Readonly<NodeJS.ProcessEnv>): RunEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const payload = readPayload(env['GITHUB_EVENT_PATH']);
  const pull = payload.pull_request;
  const number = pull?.number ?? payload.number;
  const isPull = name.startsWith('pull_request');
  // A deleted fork has no head repository any more.
  const isFork = pull !== undefined && pull.head?.repo?.full_name !== pull.base?.repo?.full_name;
  const isDependabot = env['GITHUB_ACTOR'] === 'dependabot[bot]';
  const hasIdentity = env['ACTIONS_ID_TOKEN_REQUEST_URL'] !== undefined;
  const stranger =
    isPull && isFork ? ('a pull request from a fork' as const) : isDependabot ? ('Dependabot' as const) : undefined;
  return {
    name,
    repository: env['GITHUB_REPOSITORY'],
    apiUrl: env['GITHUB_API_URL'] ?? 'https://api.github.com',
    stranger: hasIdentity ? undefined : stranger,
    pull: isPull && number !== undefined ? { number, isFork } : undefined,
    workflow: env['GITHUB_WORKFLOW_REF'],
    runUrl: runUrl(env),
  };
}

function runUrl(env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server === undefined || repository === undefined || run === undefined
    ? undefined
    : `${server}/${repository}/actions/runs/${run}`;
}

function readPayload(path: string | undefined): EventPayload {
  if (path === undefined || path === '') return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EventPayload;
  } catch {
    return {}; // An event without a readable payload is one that does not come from a pull request.
  }
}

function noIdToken(): Refused {
  return new Refused([
    {
      attempted: "get this workflow's OIDC token",
      because: 'GitHub gave this job none: ACTIONS_ID_TOKEN_REQUEST_URL is not set',
      remedy:
        'Add permissions: id-token: write to the job (permissions of a job replace those of the workflow, so list contents: read ' +
        'again). A reusable workflow gets it from its caller. Pull requests from forks and Dependabot never get one.',
    },
  ]);
}
