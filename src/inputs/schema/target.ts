import { shell } from '../../errors/shell.ts';
import { lines, list, mapped, oneOf, shaped } from '../kinds.ts';
import { DEFAULT_ACCOUNT_ID } from '../names.ts';
import type { ReviewedRows } from '../row.ts';

/** The inputs that say which project becomes a source, and what the account may do there. */

const PROJECT_ID =
  "a project's ID: 6 to 30 lowercase letters, digits and hyphens, starting with a letter (example.com:project is supported too)";

function idOfNumber(number: string): string {
  return `the project's ID, not its number: ${shell`gcloud projects describe ${number} --format='value(projectId)'`} prints it`;
}

export const project = {
  projectId: {
    input: 'project_id',
    scope: 'target',
    kind: shaped(/^(?:[a-z0-9.-]+\.[a-z]{2,}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/, (given) =>
      /^\d+$/.test(given) ? idOfNumber(given) : PROJECT_ID,
    ),
    required: true,
    description: 'ID of the Google Cloud project. Domain-scoped IDs such as `example.com:project` are supported.',
  },
} as const satisfies ReviewedRows;

/** An account of Google's, a workload of GKE, a domain, the holders of a basic role, a federated identity, and what is left of one. */
const MEMBER = new RegExp(
  [
    String.raw`^(?:deleted:)?(?:user|serviceAccount|group):[^\s:@]+@[^\s:@]+$`,
    String.raw`^serviceAccount:[^\s:@[\]]+(?::[^\s:@[\]]+)?\.svc\.id\.goog\[[^\s[\]/]+/[^\s[\]/]+\]$`,
    String.raw`^domain:\S+$`,
    String.raw`^project(?:Owner|Editor|Viewer):\S+$`,
    String.raw`^(?:deleted:)?principal(?:Set)?://\S.*$`,
  ].join('|'),
);

/** Multi-regions, and regions of Google, and of AWS and Azure, which alone write a hyphen before the number. */
const LOCATION = new RegExp(
  [
    'us|eu',
    String.raw`(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d{1,2}`,
    String.raw`aws-(?:[a-z]+-)+\d{1,2}|azure-[a-z]+\d{1,2}`,
  ]
    .map((part) => `^(?:${part})$`)
    .join('|'),
  'i',
);

/** `europe-west-1` and `eu-west1`, as other clouds write them; `europe-west1-b`, which is a zone; the name of the place. */
function locationMeant(given: string): string | undefined {
  if (/^europe$/i.test(given)) return 'EU';
  const [, area = '', side, number] = /^(eu|europe|us|asia)-([a-z]+)-?(\d{1,2})(?:-[a-z])?$/i.exec(given) ?? [];
  if (side === undefined || number === undefined) return undefined;
  return `${area.toLowerCase() === 'eu' ? 'europe' : area}-${side}${number}`.toLowerCase();
}

/** `project:dataset`, a table, or a word of another notation. */
function datasetFrom(given: string): string {
  const plain = 'DATASET or PROJECT.DATASET, one per line';
  if (/^[a-z][a-z0-9-]+:\w+$/.test(given)) return `${plain}: ${given.replace(':', '.')}`;
  const table = /^([a-z][a-z0-9-]+\.\w+)\.\w+$/.exec(given)?.[1];
  if (table !== undefined) return `${plain}: a table is in the dataset ${table}, and proof_tables takes tables`;
  return /^[-"'`[\]]/.test(given) ? `${plain}, without dashes, quotes and brackets` : plain;
}

export const access = {
  mode: {
    input: 'access_mode',
    scope: 'target',
    kind: oneOf(['limited', 'full', 'scoped']),
    default: 'limited',
    description:
      'How much access Segment gets. `limited` (a custom role, and one dataset for the state that Segment keeps) and `full` (two predefined roles; Segment creates the dataset) follow the Segment guide; `scoped` is like `limited`, but grants read access only to `source_datasets`.',
  },
  /** As BigQuery spells it: `US`, `EU`, `europe-west1`; undefined = not given. */
  location: {
    input: 'location',
    scope: 'target',
    // BigQuery answers multi-regions in upper case and regions in lower case.
    kind: mapped(
      { ...shaped(LOCATION, 'a BigQuery location such as US, EU or europe-west1'), likely: locationMeant },
      (given) => (given.length === 2 ? given.toUpperCase() : given.toLowerCase()),
    ),
    description:
      'BigQuery location, such as `US`, `EU` or `europe-west1`. Required for `limited` until the dataset exists, unless it can be inferred from `source_datasets`. There is no default.',
  },
  /** Datasets that models read: `project.dataset`. */
  sourceDatasets: {
    input: 'source_datasets',
    scope: 'target',
    kind: list(shaped(/^(?:(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\.)?[A-Za-z0-9_]{1,1024}$/, datasetFrom)),
    default: '',
    description:
      'Datasets that your models read, as `DATASET` or `PROJECT.DATASET`, one per line. `scoped` grants read access to exactly these. Also used to infer `location`.',
  },
  readApi: {
    input: 'read_api',
    scope: 'target',
    kind: oneOf(['rest', 'storage']),
    default: 'rest',
    description:
      'How Segment reads query results. `storage` adds the permissions of the BigQuery Storage Read API to the custom role.',
  },
  /** Members, as policies name them, that may act as the account. */
  impersonators: {
    input: 'impersonators',
    scope: 'target',
    kind: lines(
      shaped(
        MEMBER,
        'members as IAM policies name them, one per line: serviceAccount:EMAIL, serviceAccount:PROJECT.svc.id.goog[NAMESPACE/NAME], ' +
          'user:EMAIL, group:EMAIL, domain:NAME, projectOwner:PROJECT, principal://… or principalSet://…',
      ),
    ),
    default: '',
    description:
      "Members that may impersonate the service account, as IAM policies name them, one per line. Any other impersonator is reported as surplus, except the workflow's own identity in modes that write, unless its role lets it create keys or set policies.",
  },
  /** Members, as policies name them, that may write to the state dataset besides our account. */
  datasetWriters: {
    input: 'dataset_writers',
    scope: 'target',
    kind: lines(
      shaped(
        /^(?:user|serviceAccount|group):[^\s:@]+@\S+$|^domain:\S+$|^principal(?:Set)?:\/\/iam\.googleapis\.com\/\S.*$/,
        'members as IAM policies name them, one per line: serviceAccount:EMAIL, user:EMAIL, group:EMAIL, domain:NAME, principal://… or principalSet://…',
      ),
    ),
    default: '',
    description:
      'Members that may write to the state dataset besides the service account, as IAM policies name them, one per line. Any other writer is reported as surplus.',
  },
  /** Surplus by its id: `project-role.surplus PROJECT ROLE`. */
  acceptedAccess: {
    input: 'accepted_access',
    scope: 'target',
    kind: lines(
      shaped(
        /^[a-z-]+\.[a-z-]+(?: [^\s,]+)+$/,
        'lines of a finding and what it names, as accept in the output plan says: project-role.surplus PROJECT ROLE',
      ),
    ),
    default: '',
    description:
      'Surplus access that you accept, one per line, each as `accept` in the output `plan` gives it. It is still reported, but does not count as drift and is never pruned.',
  },
} as const satisfies ReviewedRows;

export const names = {
  accountId: {
    input: 'account_id',
    scope: 'target',
    kind: shaped(
      /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      '6 to 30 lowercase letters, digits and hyphens, starting with a letter and not ending with a hyphen',
    ),
    default: DEFAULT_ACCOUNT_ID,
    description: 'ID of the service account that Segment uses.',
  },
  roleId: {
    input: 'role_id',
    scope: 'target',
    kind: shaped(/^[A-Za-z0-9_.]{3,64}$/, '3 to 64 letters, digits, underscores and periods (no hyphen)'),
    default: 'segmentReverseEtl',
    description: 'ID of the custom role. Hyphens are not allowed.',
  },
} as const satisfies ReviewedRows;

export const proof = {
  /** Tables or views that the account must be able to read: `project.dataset.table` or `dataset.table`. */
  proofTables: {
    input: 'proof_tables',
    scope: 'target',
    // Names of tables may hold spaces: the list is divided by lines and commas alone.
    kind: lines(
      // It becomes part of a statement, between backticks: nothing that could end it is let in.
      shaped(
        /^(?:(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\.)?[A-Za-z0-9_]{1,1024}\.[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}$*]{1,1024}$/u,
        'DATASET.TABLE or PROJECT.DATASET.TABLE, one per line',
      ),
    ),
    default: '',
    description:
      'Tables or views that the service account must be able to read, as `DATASET.TABLE` or `PROJECT.DATASET.TABLE`, one per line.',
  },
} as const satisfies ReviewedRows;
