import { flagOf } from '../inputs/row.ts';
import type { InputRow } from '../inputs/row.ts';
import { inputGroups, rowsOf } from '../inputs/schema.ts';

/** Every option of the command: the rows of the inputs, and the few that only a command needs. Pure data. */

/** What only the command has: where GitHub's runner has files and events of its own. */
export const ownOptions = {
  'key-file': {
    takes: 'FILE',
    description:
      'For `key_delivery: output`: a new file for the key, readable by its owner alone. It must not exist yet. The key is printed nowhere.',
  },
  'output-file': { takes: 'FILE', description: 'Write the outputs to this file, as one object of JSON.' },
  // Not --env-file: Node takes that for itself, wherever it stands.
  'dotenv-file': {
    takes: 'FILE',
    description:
      'Write the short outputs to this file, as lines `SEGMENT_REVERSE_ETL_OUTPUT_NAME=value`, for a shell or as a dotenv report of GitLab.',
  },
  json: {
    takes: undefined,
    description: 'Print the outputs as one object of JSON on standard output; the log goes to standard error.',
  },
  'summary-file': { takes: 'FILE', description: 'Append the report to this file, as Markdown.' },
  'id-token-file': {
    takes: 'FILE',
    description:
      'For `workload_identity_provider`: a file with the OIDC token that your CI system issued. Or set `SEGMENT_REVERSE_ETL_ID_TOKEN` to the token itself.',
  },
  'base-commit': {
    takes: 'SHA',
    description: 'The commit, in full, with which models are compared: the target of a merge request.',
  },
  'yes-restore': {
    takes: undefined,
    description: 'Confirm `restore`. Counts only at a terminal: a disabled account is enabled by a person.',
  },
  debug: { takes: undefined, description: 'Also print every request that is sent, without its contents.' },
  help: { takes: undefined, description: 'Show this help.' },
  version: { takes: undefined, description: 'Show the version.' },
} as const satisfies Readonly<Record<string, OwnOption>>;

interface OwnOption {
  /** undefined = it is on or off. */
  readonly takes: string | undefined;
  readonly description: string;
}

export type OwnName = keyof typeof ownOptions;

/** One option, however it came. */
export interface Option {
  /** Without its dashes. */
  readonly flag: string;
  /** undefined = it is one of the command's own. */
  readonly row: InputRow | undefined;
  /** What stands after it; undefined = it is on or off. */
  readonly takes: string | undefined;
  /** Whether it may be given more than once, one line each. */
  readonly isList: boolean;
  readonly description: string;
}

const PREFIX = 'SEGMENT_REVERSE_ETL_';
/** What the lines of `--dotenv-file` begin with: whoever reads them back gives no input by that. */
export const OUTPUT_PREFIX = `${PREFIX}OUTPUT_`;

/** `key-file`, `project_id` → the variable of the same name. */
export function variableOf(name: string): string {
  return PREFIX + name.replaceAll('-', '_').toUpperCase();
}

/** Whether a variable is meant for this command. */
export function isOurs(variable: string): boolean {
  return variable.startsWith(PREFIX) && !variable.startsWith(OUTPUT_PREFIX);
}

/** The variable that holds the token itself. */
export const ID_TOKEN = variableOf('id-token');

/**
 * All of them, in the order of the help. A secret's option names a file that holds it: what stands on a command line is seen
 * by everybody on the machine.
 */
export const options: readonly Option[] = [
  ...rowsOf(inputGroups).map(ofRow),
  ...Object.entries(ownOptions).map(([flag, { takes, description }]) => ({
    ...{ flag, row: undefined, takes, isList: false, description },
  })),
];

function ofRow(row: InputRow): Option {
  const name = flagOf(row.input).slice(2);
  const { json } = row.kind;
  return {
    flag: row.secret === undefined ? name : `${name}-file`,
    row,
    takes: row.secret !== undefined ? 'FILE' : json['type'] === 'boolean' ? undefined : 'VALUE',
    isList: json['type'] === 'array',
    description: row.description,
  };
}
