/** Who and what started the run. Pure. */

/** What is known of the event that started the run. */
export interface RunEvent {
  readonly name: string;
  readonly repository: string | undefined;
  readonly apiUrl: string;
  /** Whether modes that write may run: only who may write to the repository causes such an event, or who sits at a terminal. */
  readonly mayWrite: boolean;
  /** Set where a person at a terminal said that a disabled account may be enabled; events say that for themselves. */
  readonly mayRestore?: true;
  /** Whom GitHub gives neither an identity nor secrets; undefined = any other run. */
  readonly withoutIdentity: 'a pull request from a fork' | 'Dependabot' | undefined;
  /** The pull request that started the run, if one did. */
  readonly pull: { readonly number: number; readonly isFork: boolean } | undefined;
  /** What a pull request, a merge queue or a push changes, in full; undefined = the event does not tell. */
  readonly baseCommit: string | undefined;
  /** Whether the run is about the default branch, as the event tells. */
  readonly isOnDefaultBranch: boolean;
  readonly origin: {
    /** Path of the workflow's file in its repository. */
    readonly workflowFile: string | undefined;
    /** Where a person sees this run. */
    readonly runUrl: string | undefined;
    /** As GitHub counts the runs of this workflow. */
    readonly runNumber?: string | undefined;
    /** The commit that was looked at, in full: of a pull request its head. */
    readonly commit?: string | undefined;
    /** `owner/name` of this action, where the runner got it. */
    readonly action?: string | undefined;
  };
}

type Env = Readonly<Record<string, string | undefined>>;

/** As GitHub writes it, reduced to what is read here. */
interface EventPayload {
  readonly number?: number;
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string; readonly repo?: { readonly full_name?: string } | null };
    readonly base?: { readonly sha?: string; readonly repo?: { readonly full_name?: string } };
  };
  readonly repository?: { readonly default_branch?: unknown };
  readonly merge_group?: { readonly base_sha?: string };
  /** Of a push. */
  readonly before?: string;
  readonly workflow_run?: {
    readonly event?: string;
    readonly head_repository?: { readonly full_name?: string } | null;
  };
}

/** Whoever causes one of these may write to the repository, or was let by somebody who may. All others are for everybody. */
const TRUSTED = [
  'workflow_dispatch',
  'schedule',
  'push',
  'repository_dispatch',
  'release',
  'deployment',
  'merge_group',
];

/** @param payload - the file at `GITHUB_EVENT_PATH`, parsed; anything else is an event without a pull request */
export function readEvent(env: Env, payload: unknown): RunEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const about = (typeof payload === 'object' && payload !== null ? payload : {}) as EventPayload;
  const isPull = name.startsWith('pull_request');
  const isFork = isFromFork(about);
  const number = about.pull_request?.number ?? about.number;
  return {
    name,
    repository: env['GITHUB_REPOSITORY'],
    apiUrl: env['GITHUB_API_URL'] ?? 'https://api.github.com',
    mayWrite: env['GITHUB_ACTIONS'] !== 'true' || TRUSTED.includes(name) || isOfTrustedRun(env, name, about),
    withoutIdentity: whoLacksIdentity(env, isPull && isFork),
    pull: isPull && number !== undefined ? { number, isFork } : undefined,
    baseCommit: baseCommit(about),
    isOnDefaultBranch: isOnDefaultBranch(env, about),
    origin: originOf(env, about),
  };
}

function originOf(env: Env, { pull_request: pull }: EventPayload): RunEvent['origin'] {
  return {
    ...{ workflowFile: workflowFile(env), runUrl: runUrl(env) },
    runNumber: shaped(/^\d{1,12}$/, env['GITHUB_RUN_NUMBER']),
    commit: shaped(/^[0-9a-f]{40,64}$/, pull?.head?.sha ?? env['GITHUB_SHA']),
    action: shaped(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, env['GITHUB_ACTION_REPOSITORY']),
  };
}

/** What a message may hold as it is. */
function shaped(shape: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}

/** The first push of a branch changes nothing that was there: GitHub calls that commit by zeros. */
function baseCommit({ pull_request: pull, merge_group: group, before }: EventPayload): string | undefined {
  const found: unknown = pull?.base?.sha ?? group?.base_sha ?? before;
  return typeof found === 'string' && /^(?!0+$)[0-9a-f]{40,64}$/.test(found) ? found : undefined;
}

function isOnDefaultBranch(env: Env, { repository }: EventPayload): boolean {
  const branch = repository?.default_branch;
  return typeof branch === 'string' && branch !== '' && env['GITHUB_REF'] === `refs/heads/${branch}`;
}

/** A run caused by a run stands for its event: which one is behind a chain of them, GitHub does not tell. */
function isOfTrustedRun(env: Env, name: string, { workflow_run: run }: EventPayload): boolean {
  if (name !== 'workflow_run' || run?.event === undefined || !TRUSTED.includes(run.event)) return false;
  const [here, head] = [env['GITHUB_REPOSITORY'], run.head_repository?.full_name];
  return here !== undefined && head?.toLowerCase() === here.toLowerCase();
}

/** A deleted fork has no head repository any more. */
function isFromFork({ pull_request: pull }: EventPayload): boolean {
  return pull !== undefined && pull.head?.repo?.full_name !== pull.base?.repo?.full_name;
}

function whoLacksIdentity(env: Env, isForkPull: boolean): RunEvent['withoutIdentity'] {
  if (env['ACTIONS_ID_TOKEN_REQUEST_URL'] !== undefined) return undefined;
  if (isForkPull) return 'a pull request from a fork';
  return env['GITHUB_ACTOR'] === 'dependabot[bot]' ? 'Dependabot' : undefined;
}

/** Of `owner/name/.github/workflows/file.yml@ref`. */
function workflowFile(env: Env): string | undefined {
  return /^[^/]+\/[^/]+\/(.+)@[^@]*$/.exec(env['GITHUB_WORKFLOW_REF'] ?? '')?.[1];
}

function runUrl(env: Env): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server === undefined || repository === undefined || run === undefined
    ? undefined
    : `${server}/${repository}/actions/runs/${run}`;
}
