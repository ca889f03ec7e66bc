import type { Kind } from './kinds.ts';

/** An input of action.yml: everything about it stands here, and action.yml, the README and the plan's schema are made of it. */
export interface InputRow {
  /** As in action.yml. */
  readonly input: string;
  readonly scope: Scope;
  readonly kind: Kind<unknown>;
  /**
   * As in action.yml, where '' (an empty list) is left out. The runner evaluates an expression; elsewhere it counts as not
   * given. Without a default, and if not required, the value is undefined where nothing was given.
   */
  readonly default?: string;
  readonly required?: true;
  /** How the value is masked: as it is, or in every form in which a key file can show. A secret is never repeated. */
  readonly secret?: SecretForm;
  /** Set where messages do not repeat what was given although it is no secret: a text without end. */
  readonly isQuoted?: false;
  /** Markdown: what it does, for a person who writes a workflow. */
  readonly description: string;
}

/**
 * Where it stands when a file tells of many targets: beside `config_file` in the step, in the file for each target, or in the
 * step for every target that does not say otherwise.
 */
export type Scope = 'run' | 'target' | 'both';

/** An input on the command line: `project_id` → `--project-id`. */
export function flagOf(input: string): string {
  return `--${input.replaceAll('_', '-')}`;
}

export type SecretForm = 'as it is' | 'key file';

/** Inputs that lie together in the Target or the RunOptions: the name of a property → its input. */
export type Rows = Readonly<Record<string, InputRow>>;

/** Inputs that a review covers: no secret, because the plan shows them. */
export type ReviewedRows = Readonly<Record<string, InputRow & { readonly secret?: never }>>;

/** What a row gives. */
export type ValueOf<R extends InputRow> =
  R['kind'] extends Kind<infer Value> ? (IsAlwaysGiven<R> extends true ? Value : Value | undefined) : never;

type IsAlwaysGiven<R extends InputRow> = R extends { readonly required: true }
  ? true
  : R extends { readonly default: `\${{${string}` }
    ? false
    : R extends { readonly default: string }
      ? true
      : false;

/** What rows give, by the names of properties. */
export type ValuesOf<R extends Rows> = { readonly [Property in keyof R]: ValueOf<R[Property]> };
