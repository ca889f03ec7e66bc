/** Starts the simulator as a process of its own, as anybody would, and talks to its controls. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { History } from './played.ts';

/** A thousand runs of the same bundle, and a simulator for each test file, need not be compiled each time. */
export const COMPILED = join(tmpdir(), 'segment-reverse-etl-compiled');

/** Making RSA keys takes a simulator longer than all else that it does. */
const KEY_PAIRS = join(tmpdir(), 'segment-reverse-etl-key-pairs.json');

/** Where these are set, the same history can lead to another world. */
const OF_TIME = /^--(weather|lag|stale|quota|hurry)/;

const MAIN = fileURLToPath(new URL('../simulator/main.ts', import.meta.url));

/** How far the simulator's lists have come. */
export type Lengths = Readonly<Record<'journal' | 'needs', number>>;

/** One line of the journal. */
export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly query: unknown;
  readonly body: unknown;
  readonly status: number | null;
}

/** A permission that was looked for. */
export interface Need {
  readonly line: string;
  readonly principal: string;
  readonly permission: string;
}

/** A fault, as the simulator's controls take it. */
export interface Fault {
  readonly on: string;
  readonly do: 'lose-reply' | 'reset' | 'conflict' | 'throttle' | 'deny' | 'outage' | 'lag';
  readonly times?: number;
}

/** A refusal that only a real cloud comes to, as the simulator's controls take it. */
export interface Answer {
  readonly on: string;
  readonly status: number;
  readonly body: unknown;
  readonly times?: number;
}

/** A running simulator. */
export interface Simulation {
  readonly url: string;
  /** Variables that point the action, gcloud and bq at it. */
  readonly env: Readonly<Record<string, string>>;
  /** @param since - how many entries to leave out, from the first */
  readonly journal: (since?: number) => Promise<JournalEntry[]>;
  /** What was done to the world since it was reset. */
  readonly history: History;
  /** How many entries journal and needs have. */
  readonly lengths: () => Promise<Lengths>;
  /** Keeps the world as it is, and what was written since; says its number. */
  readonly keep: (since: Lengths) => Promise<number>;
  readonly restore: (kept: number) => Promise<void>;
  /** Every permission that a request needed, or asked about. */
  readonly needs: () => Promise<Need[]>;
  readonly world: () => Promise<Record<string, unknown>>;
  readonly faults: (faults: readonly Fault[]) => Promise<void>;
  /** Answers given word for word instead of a service's own. */
  readonly answers: (answers: readonly Answer[]) => Promise<void>;
  readonly age: (seconds: number) => Promise<void>;
  readonly reset: () => Promise<void>;
  /** Answers to queries that the simulator cannot read, as its controls take them. */
  readonly queries: (prepared: readonly Readonly<Record<string, unknown>>[]) => Promise<void>;
  /** Changes what no API changes: see the services of the simulator. */
  readonly change: (what: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Changes claims of the job that the runner's OIDC endpoint speaks for. */
  readonly claims: (claims: Readonly<Record<string, string>>) => Promise<void>;
  /** Organisation policies that are enforced on a project. */
  readonly constraints: (project: string, constraints: readonly string[]) => Promise<void>;
  /** Turns APIs off in a project, and all others on. */
  readonly disableApi: (project: string, ...services: readonly string[]) => Promise<void>;
  /** A request as the project's owner. */
  readonly asOwner: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: unknown }>;
  /** A request to Segment as the workspace's owner, in alpha, in which every call is there. */
  readonly asWorkspaceOwner: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ status: number; body: unknown }>;
  /** Lets Segment sync a mapping now: what came of it. `stale`: with the key that it had before the last one. */
  readonly sync: (
    mapping: { readonly model: string; readonly subscription: string },
    how?: { readonly stale?: boolean; readonly refusedRecords?: number },
  ) => Promise<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

const ALPHA = 'application/vnd.segment.v1alpha+json';

/** What a request has besides its method and path. */
interface Sending {
  readonly token: string | undefined;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

interface Sent {
  readonly status: number;
  readonly body: unknown;
}

/** @param flags - of the simulator's command line, without `--port` */
export async function startSimulation(...flags: string[]): Promise<Simulation> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--key-pairs', KEY_PAIRS, ...flags], {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${String(code)} before it was ready`)));
  });
  const { url, env } = JSON.parse(line) as { url: string; env: Record<string, string> };
  const history = new History(!flags.some((flag) => OF_TIME.test(flag)));
  const control = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const reply = await fetch(`${url}/_simulator/${name}`, { method, ...init });
    if (!reply.ok) throw new Error(`${name}: ${String(reply.status)} ${await reply.text()}`);
    const text = await reply.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  const prepare = async (name: string, body: unknown): Promise<unknown> => {
    history.prepared(name, body);
    return control('POST', name, body);
  };
  const ask = async (method: string, path: string, { token, body, headers }: Sending): Promise<Sent> => {
    history.sent(method, path, body, headers);
    const reply = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    url,
    env,
    journal: async (since = 0) => (await control('GET', `journal?since=${String(since)}`)) as JournalEntry[],
    history,
    lengths: async () => (await control('GET', 'lengths')) as Lengths,
    keep: async (since) => ((await control('POST', 'keep', since)) as { kept: number }).kept,
    restore: async (kept) => {
      await control('POST', 'restore', { kept });
    },
    needs: async () => (await control('GET', 'needs')) as Need[],
    world: async () => (await control('GET', 'world')) as Record<string, unknown>,
    faults: async (faults) => {
      await prepare('faults', faults);
    },
    answers: async (answers) => {
      await prepare('answers', answers);
    },
    age: async (seconds) => {
      await prepare('age', { seconds });
    },
    reset: async () => {
      history.forget();
      await control('POST', 'reset', {});
    },
    queries: async (prepared) => {
      await prepare('queries', prepared);
    },
    change: async (what) => {
      await prepare('change', what);
    },
    claims: async (claims) => {
      await prepare('change', { claims });
    },
    constraints: async (project, constraints) => {
      await prepare('change', { constraints: { [project]: constraints } });
    },
    disableApi: async (project, ...services) => {
      await prepare('change', { disabledApis: { [project]: services } });
    },
    asOwner: async (method, path, body, headers) => {
      const token = /^\/(repos|orgs)\//.test(path) ? env['SIMULATOR_GITHUB_TOKEN'] : env['SIMULATOR_OWNER_TOKEN'];
      return ask(method, path, { token, body, headers });
    },
    asWorkspaceOwner: (method, path, body) =>
      ask(method, path, {
        ...{ token: env['SIMULATOR_SEGMENT_TOKEN'], body },
        headers: { accept: ALPHA, 'content-type': ALPHA },
      }),
    sync: async ({ model, subscription }, how = {}) =>
      (await prepare('sync', { model, subscription, ...how })) as Record<string, unknown>,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** Inputs that sign in as the simulator's provisioner. */
export function signInInputs(env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    project_id: env['SIMULATOR_PROJECT'] ?? '',
    workload_identity_provider: env['SIMULATOR_WORKLOAD_IDENTITY_PROVIDER'] ?? '',
    service_account: env['SIMULATOR_SERVICE_ACCOUNT'] ?? '',
  };
}

/** "Write request": any method but GET and HEAD, except reads by POST, tokens and dry-run jobs. */
export function isWrite({
  method,
  path,
  body,
}: Pick<JournalEntry, 'method' | 'path'> & { readonly body?: unknown }): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  if (/:(getIamPolicy|testIamPermissions|queryTestablePermissions|getAncestry|generateAccessToken|signJwt)$/.test(path))
    return false;
  if (path.endsWith('/token')) return false;
  const job = body as { dryRun?: boolean; configuration?: { dryRun?: boolean } } | undefined;
  return job?.dryRun !== true && job?.configuration?.dryRun !== true;
}
