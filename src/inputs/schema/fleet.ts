import { checked, list, mapped, shaped } from '../kinds.ts';
import type { Rows } from '../row.ts';
import { workspacePath } from './models.ts';

/** The inputs that say which targets of a file a run looks at, and how many at a time. */

/** One of several parts of the targets, both counted from 1. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

const MOST_SHARDS = 256;
const MOST_AT_ONCE = 32;

export const fleet = {
  /** undefined = the step itself tells of the one target. */
  configFile: {
    input: 'config_file',
    scope: 'run',
    kind: workspacePath('the path of a file in the workspace, relative to it, such as .github/segment-reverse-etl.yml'),
    description:
      'Path of a file that describes one or more targets, relative to the workspace, such as `.github/segment-reverse-etl.yml`. The inputs of a target are then set in the file, and the step only says how to run: see `docs/fleet.md`.',
  },
  /** Names, and patterns with `*` and `?`; empty = all. */
  targets: {
    input: 'targets',
    scope: 'run',
    kind: list(
      shaped(/^[A-Za-z0-9_*?-]{1,100}$/, 'names of targets in config_file, or patterns with * and ?, one per line'),
    ),
    default: '',
    description:
      'With `config_file`: which of its targets, by name or by pattern with `*` and `?`, one per line. If unset, all of them. Required by modes `destroy` and `revoke`, and with `adopt`, `restore`, `prune`, `delete_dataset` or `delete_source`.',
  },
  shard: {
    input: 'shard',
    scope: 'run',
    kind: mapped(
      checked(
        (given) => shardIn(given) !== undefined,
        `K/N, the K-th of N parts, from 1/1 to ${String(MOST_SHARDS)}/${String(MOST_SHARDS)}`,
      ),
      (given): Shard => shardIn(given) ?? { part: 1, of: 1 },
    ),
    description:
      'With `config_file`: `K/N`, to look only at the K-th of N parts of the chosen targets. A target stays in its part when others are added, and targets in one project stay together.',
  },
  parallelism: {
    input: 'parallelism',
    scope: 'run',
    kind: mapped(
      checked(
        (given) => /^\d{1,2}$/.test(given) && Number(given) >= 1 && Number(given) <= MOST_AT_ONCE,
        `a whole number from 1 to ${String(MOST_AT_ONCE)}`,
      ),
      Number,
      { type: 'integer', minimum: 1, maximum: MOST_AT_ONCE },
    ),
    default: '8',
    description: 'With `config_file`: how many targets are worked on at the same time, 1 to 32.',
  },
} as const satisfies Rows;

function shardIn(given: string): Shard | undefined {
  const [, part, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(given) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  return shard.part <= shard.of && shard.of <= MOST_SHARDS ? shard : undefined;
}
