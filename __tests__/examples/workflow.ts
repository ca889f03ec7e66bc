import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';

/** The workflow syntax of GitHub, as far as our examples use it. */
export interface Workflow {
  readonly on: Readonly<Record<string, Trigger | null>>;
  readonly permissions?: unknown;
  readonly concurrency?: Concurrency;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Trigger {
  readonly inputs?: Readonly<Record<string, Declared>>;
  /** Of a workflow that others call. */
  readonly secrets?: Readonly<Record<string, { readonly required?: boolean }>>;
}

interface Declared {
  readonly required?: boolean;
  readonly options?: readonly string[];
  readonly type?: string;
  readonly default?: Value;
}

export interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress'?: boolean;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly environment?: string;
  readonly concurrency?: Concurrency;
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** Another workflow instead of steps. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, Value>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

type Value = string | number | boolean;

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, Value>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'continue-on-error'?: boolean;
}

/** What an action declares of itself. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** How documents name this action; whoever copies them writes the real name. */
export const OURS = 'OWNER/segment-reverse-etl-bigquery@COMMIT_SHA';

/** This repository at the commit of the workflow itself. */
export const SELF = '$/';

const root = new URL('../../', import.meta.url);
export const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

export const action = parse(read('action.yml')) as Action;

const workflowsIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => folder + name);

export const examples = workflowsIn('examples/');
export const ourOwn = workflowsIn('.github/workflows/');

/** The whole workflows of a document; its other YAML blocks are steps. */
export const workflowsOf = (path: string): readonly string[] =>
  [...read(path).matchAll(/```yaml\n(name:[\s\S]*?)```/g)].map(([, text]) => text ?? '');

/** Those of README.md and of its pages. */
export const ofReadme: readonly string[] = ['README.md', 'docs/keys.md', 'docs/leaked-key.md'].flatMap(workflowsOf);
