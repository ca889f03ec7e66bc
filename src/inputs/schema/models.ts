import { bytes, eachLine, flag, lines, money, shaped } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import type { Rows } from '../row.ts';

/**
 * The inputs that say which models are tried, and against what. They change nothing by themselves, so no review covers them.
 */

/** A path in the workspace: nothing that leads out of it, and nothing that a terminal or a log would obey. */
const PATH = /^(?!\/|~|[A-Za-z]:|.*\\)(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}]+$/u;
/** The path of one file in the workspace. */
export function workspacePath(expected: string): Kind<string> {
  return shaped(PATH, expected);
}

/** A project, or none, and a dataset. */
const DATASET = String.raw`(?:(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\.)?[A-Za-z0-9_]{1,1024}`;

export const models = {
  /** Files, folders and globs, from the workspace. */
  paths: {
    input: 'models',
    scope: 'target',
    kind: eachLine(
      shaped(PATH, 'files, folders or globs in the workspace, relative to it, with / and without .., one per line'),
    ),
    default: '',
    description:
      'Files, folders or globs with Reverse ETL models (`*.yml`, `*.yaml`, `*.json`, and the `.sql` files that they name), relative to the workspace, one per line. Each model is validated in modes `models`, `plan`, `check` and `apply`.',
  },
  dbtManifest: {
    input: 'dbt_manifest',
    scope: 'target',
    kind: workspacePath('the path of a manifest.json in the workspace, relative to it, with / and without ..'),
    description:
      'Path of a compiled dbt `manifest.json`, relative to the workspace: the models that `dbt_select` names are validated too.',
  },
  dbtSelect: {
    input: 'dbt_select',
    scope: 'target',
    kind: lines(
      shaped(
        /^(?:tag:[^\s:]+|path:[^\s:]+|[\w.-]+)$/,
        'tag:NAME, path:FOLDER_OR_FILE or names of dbt models, one per line',
      ),
    ),
    default: 'tag:segment',
    description:
      'Which dbt models are models of Segment: `tag:NAME`, `path:FOLDER_OR_FILE` or names, one per line. A model that matches any of them counts.',
  },
  /** Whether models that run in Segment are tried too. */
  liveModels: {
    input: 'live_models',
    scope: 'run',
    kind: flag,
    default: 'false',
    description:
      'Try the models that run in Segment too, in modes `check`, `apply` and `models`: one that no longer runs is a failed access check. Needs `segment_token`.',
  },
  /** What one sync of a model may read. */
  maxBytes: {
    input: 'max_bytes',
    scope: 'target',
    kind: bytes,
    description:
      'How many bytes a sync of one model may read, such as `20 GB` or `500 MiB`. A model that would read more is an error. A model may set a lower limit of its own.',
  },
  /** US dollars. */
  pricePerTib: {
    input: 'price_per_tib',
    scope: 'target',
    kind: money,
    description:
      'What your project pays BigQuery for reading one TiB, in US dollars, such as `6.25`: reports then show the cost of a sync.',
  },
  datasetOverrides: {
    input: 'dataset_overrides',
    scope: 'target',
    kind: lines(
      shaped(new RegExp(`^${DATASET}\\s*=\\s*${DATASET}$`), 'FROM=TO, one per line, each DATASET or PROJECT.DATASET'),
    ),
    default: '',
    description:
      'Datasets that stand in for others while models are tried, as `FROM=TO`, one per line, each `DATASET` or `PROJECT.DATASET`: for example the dataset that the dbt build of a pull request filled.',
  },
} as const satisfies Rows;
