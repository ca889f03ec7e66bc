import { modes } from './mode.ts';
import type { Mode } from './mode.ts';
import { Secret } from './secret.ts';

export const accessModes = ['limited', 'full'] as const;
export type AccessMode = (typeof accessModes)[number];
export const deliveries = ['output', 'github-secret'] as const;
export type DeliveryName = (typeof deliveries)[number];

/** Everything a workflow may tell us, read once. */
export interface Inputs {
  readonly mode: Mode;
  readonly projectId: string;
  readonly accessMode: AccessMode;
  /** As BigQuery spells it: `US`, `EU`, `europe-west1`. */
  readonly location: string | undefined;
  readonly provider: string | undefined;
  readonly serviceAccount: string | undefined;
  readonly audience: string | undefined;
  readonly accountId: string;
  readonly roleId: string;
  /** Empty = `none`. */
  readonly keyDelivery: readonly DeliveryName[];
  /** Upper case, as GitHub stores it. */
  readonly secretName: string;
  readonly githubToken: Secret | undefined;
  readonly patienceMinutes: number;
  readonly adopt: boolean;
  readonly restore: boolean;
  readonly prune: boolean;
  readonly deleteDataset: boolean;
}

/** What is known of the run besides its inputs. */
export interface Surroundings {
  /** Name of the event. */
  readonly name: string;
  readonly repository: string | undefined;
}

/** Either the inputs, or every complaint about them at once. */
export type Reading = { readonly inputs: Inputs } | { readonly complaints: readonly string[] };

const PROVIDER =
  /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/;
const LONGEST_PATIENCE = 60;

/** @param get - the raw text of an input; '' when it was not given */
export function readInputs(get: (name: string) => string, around: Surroundings): Reading {
  const complaints: string[] = [];
  const complain = (name: string, given: string, allowed: string): void => {
    complaints.push(`${name}: '${given}' is not allowed: it must be ${allowed}.`);
  };
  const optional = (name: string): string | undefined => {
    const given = get(name).trim();
    return given === '' ? undefined : given;
  };
  const shaped = (name: string, shape: RegExp, allowed: string): string | undefined => {
    const given = optional(name);
    if (given !== undefined && !shape.test(given)) complain(name, given, allowed);
    return given;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], standard: T): T => {
    const given = optional(name) ?? standard;
    const found = allowed.find((value) => value === given);
    if (found === undefined) complain(name, given, `one of ${allowed.join(', ')}`);
    return found ?? standard;
  };
  const flag = (name: string): boolean => {
    const given = optional(name) ?? 'false';
    if (!/^(true|True|TRUE|false|False|FALSE)$/.test(given)) complain(name, given, 'true or false');
    return given.toLowerCase() === 'true';
  };

  const mode = oneOf('mode', Object.keys(modes) as Mode[], 'apply');
  const projectId = shaped(
    'project_id',
    /^(?:[a-z0-9.-]+\.[a-z]{2,}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "a project's id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter (example.com:project works too)",
  );
  if (projectId === undefined) complaints.push('project_id: it is required: the id of the Google Cloud project.');
  const roleId = shaped(
    'role_id',
    /^[A-Za-z0-9_.]{3,64}$/,
    '3 to 64 letters, digits, underscores and periods (no hyphen)',
  );
  const secretName = shaped(
    'secret_name',
    /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,200}$/i,
    'letters, digits and underscores, not beginning with a digit or with GITHUB_',
  );
  const keyDelivery = readDelivery(optional('key_delivery') ?? 'output', complain);
  const githubToken = optional('github_token');
  if (modes[mode].delivers && keyDelivery.includes('github-secret')) {
    if (githubToken === undefined) {
      complaints.push(
        `github_token: it is required for key_delivery github-secret in mode ${mode}: a fine-grained personal access token ` +
          'or the token of a GitHub App, with Secrets: write and Variables: write (GITHUB_TOKEN cannot write secrets).',
      );
    }
    if (around.repository === undefined)
      complaints.push('key_delivery: github-secret needs GITHUB_REPOSITORY, as on a runner.');
  }
  const restore = flag('restore');
  if (restore && around.name === 'schedule') {
    complaints.push(
      'restore: it is not allowed on the event schedule: an account that someone disabled comes back only when a person says so, ' +
        'for example by workflow_dispatch.',
    );
  }

  const inputs: Inputs = {
    mode,
    projectId: projectId ?? '',
    accessMode: oneOf('access_mode', accessModes, 'limited'),
    location: spellLocation(
      shaped(
        'location',
        /^(?:us|eu|(?:[a-z]+-)+[a-z]+-?\d{1,2})$/i,
        'a BigQuery location such as US, EU or europe-west1',
      ),
    ),
    provider: readProvider(optional('workload_identity_provider'), complaints),
    serviceAccount: shaped(
      'service_account',
      /^[a-z0-9][a-z0-9-]{2,62}@[a-z0-9.-]+\.gserviceaccount\.com$/,
      'the e-mail of a service account, NAME@PROJECT.iam.gserviceaccount.com',
    ),
    audience: optional('audience'),
    accountId:
      shaped(
        'account_id',
        /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
        '6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen',
      ) ?? 'segment-reverse-etl',
    roleId: roleId ?? 'segmentReverseEtl',
    keyDelivery,
    secretName: (secretName ?? 'SEGMENT_BIGQUERY_CREDENTIALS').toUpperCase(),
    githubToken: githubToken === undefined ? undefined : new Secret(githubToken),
    patienceMinutes: readMinutes('patience_minutes', optional('patience_minutes') ?? '10', complain),
    adopt: flag('adopt'),
    restore,
    prune: flag('prune'),
    deleteDataset: flag('delete_dataset'),
  };
  return complaints.length > 0 ? { complaints } : { inputs };
}

type Complain = (name: string, given: string, allowed: string) => void;

function readDelivery(given: string, complain: Complain): DeliveryName[] {
  const names = given.split(/[\s,]+/).filter((name) => name !== '');
  if (names.length === 1 && names[0] === 'none') return [];
  const known = deliveries.filter((delivery) => names.includes(delivery));
  if (known.length !== new Set(names).size || known.length === 0) {
    complain('key_delivery', given.replaceAll('\n', ' '), `one or more of ${deliveries.join(', ')}, or none alone`);
  }
  return known;
}

function readProvider(given: string | undefined, complaints: string[]): string | undefined {
  const number = PROVIDER.exec(given ?? '')?.[1];
  const shape = 'projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER';
  if (given !== undefined && number === undefined) {
    complaints.push(`workload_identity_provider: '${given}' is not allowed: it must be ${shape}.`);
  } else if (number !== undefined && !/^\d+$/.test(number)) {
    complaints.push(
      `workload_identity_provider: '${given ?? ''}' names the project by its id, and Google takes only the number: it must be ${shape}. ` +
        `gcloud projects describe ${number} --format='value(projectNumber)' prints it.`,
    );
  }
  return given;
}

function readMinutes(name: string, given: string, complain: Complain): number {
  const minutes = Number(given);
  if (!/^\d+(\.\d+)?$/.test(given) || minutes > LONGEST_PATIENCE) {
    complain(name, given, `a number of minutes from 0 to ${String(LONGEST_PATIENCE)}`);
  }
  return minutes;
}

/** BigQuery answers multi-regions in upper case and regions in lower case. */
function spellLocation(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  return given.length === 2 ? given.toUpperCase() : given.toLowerCase();
}
