import { readDeliveryInputs, readLifeInputs } from './delivery.ts';
import type { DeliveryInputs, LifeInputs } from './delivery.ts';
import { emailOf } from '../cloud/google/service-accounts.ts';
import { readerOf } from './parse.ts';
import type { InputReader } from './parse.ts';
import { modes } from './modes.ts';
import type { Mode } from './modes.ts';
import { readProofInputs } from './verify.ts';
import { readReportInputs } from './report.ts';
import type { ReportInputs } from './report.ts';
import { masksOfKey } from '../secret.ts';
import type { ProofInputs } from './verify.ts';

const readApis = ['rest', 'storage'] as const;
export type ReadApi = (typeof readApis)[number];

export const accessModes = ['limited', 'full', 'scoped'] as const;
export type AccessMode = (typeof accessModes)[number];

/** Everything a workflow may tell us, read once. */
export interface Inputs extends DeliveryInputs, LifeInputs, ProofInputs, ReportInputs {
  readonly mode: Mode;
  readonly projectId: string;
  readonly accessMode: AccessMode;
  /** As BigQuery spells it: `US`, `EU`, `europe-west1`. */
  readonly location: string | undefined;
  /** Datasets that models read: `project.dataset`. */
  readonly sourceDatasets: readonly string[];
  readonly readApi: ReadApi;
  readonly provider: string | undefined;
  readonly serviceAccount: string | undefined;
  readonly audience: string | undefined;
  readonly accountId: string;
  readonly roleId: string;
  readonly patienceMinutes: number;
  readonly adopt: boolean;
  readonly restore: boolean;
  readonly prune: boolean;
  readonly deleteDataset: boolean;
  readonly enableApis: boolean;
  /** Members, as policies name them, that may act as the account. */
  readonly impersonators: readonly string[];
}

/** What is known of the run besides its inputs. */
export interface Surroundings {
  /** Name of the event. */
  readonly name: string;
  readonly repository: string | undefined;
}

/** Either the inputs, or every complaint about them at once. */
export type Reading = { readonly inputs: Inputs } | { readonly complaints: readonly string[] };

/** Segment's name for its state dataset: fixed. */
export const STATE_DATASET = '__segment_reverse_etl';
const ACCOUNT_ID = 'segment-reverse-etl';
const PROVIDER =
  /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/;

/** @param get - the raw text of an input; '' when it was not given */
export function readInputs(get: (name: string) => string, around: Surroundings): Reading {
  const read = readerOf(get);
  const { complaints } = read;
  const mode = read.oneOf('mode', Object.keys(modes) as Mode[], 'apply');
  const projectId = read.shaped(
    'project_id',
    /^(?:[a-z0-9.-]+\.[a-z]{2,}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "a project's id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter (example.com:project works too)",
  );
  if (projectId === undefined) complaints.push('project_id: it is required: the id of the Google Cloud project.');
  const restore = read.flag('restore');
  if (restore && around.name === 'schedule') {
    complaints.push(
      'restore: it is not allowed on the event schedule: an account that someone disabled comes back only when a person says so, ' +
        'for example by workflow_dispatch.',
    );
  }
  const location = read.shaped(
    'location',
    /^(?:us|eu|(?:[a-z]+-)+[a-z]+-?\d{1,2})$/i,
    'a BigQuery location such as US, EU or europe-west1',
  );
  const serviceAccount = read.shaped(
    'service_account',
    /^[a-z0-9][a-z0-9-]{2,62}@[a-z0-9.-]+\.gserviceaccount\.com$/,
    'the e-mail of a service account, NAME@PROJECT.iam.gserviceaccount.com',
  );
  const accountId = read.shaped(
    'account_id',
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    '6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen',
  );
  const roleId = read.shaped(
    'role_id',
    /^[A-Za-z0-9_.]{3,64}$/,
    '3 to 64 letters, digits, underscores and periods (no hyphen)',
  );
  const inputs: Inputs = {
    mode,
    projectId: projectId ?? '',
    accessMode: read.oneOf('access_mode', accessModes, 'limited'),
    location: spellLocation(location),
    sourceDatasets: readSources(read, projectId ?? ''),
    readApi: read.oneOf('read_api', readApis, 'rest'),
    provider: readProvider(read.optional('workload_identity_provider'), complaints),
    serviceAccount,
    audience: read.optional('audience'),
    accountId: accountId ?? ACCOUNT_ID,
    roleId: roleId ?? 'segmentReverseEtl',
    ...readDeliveryInputs(read, mode, around.repository),
    ...readLifeInputs(read),
    ...readProofInputs(read, emailOf(accountId ?? ACCOUNT_ID, projectId ?? '')),
    patienceMinutes: read.minutes('patience_minutes', '10'),
    adopt: read.flag('adopt'),
    restore,
    prune: read.flag('prune'),
    deleteDataset: read.flag('delete_dataset'),
    enableApis: read.flag('enable_apis'),
    impersonators: readImpersonators(read),
    ...readReportInputs(read, mode),
  };
  complainOfSources(read, inputs);
  return complaints.length > 0 ? { complaints } : { inputs };
}

/** Every form in which a secret among the inputs could show. */
export function secretsIn({ githubToken, commentToken, credentials }: Inputs): string[] {
  const file = credentials?.file.reveal();
  const key = file === undefined ? [] : masksOfKey(file, (JSON.parse(file) as { private_key: string }).private_key);
  const tokens = [githubToken, commentToken].flatMap((token) => (token === undefined ? [] : [token.reveal()]));
  return [...tokens, ...key];
}

/** A bare name means a dataset of the project itself. */
function readSources(read: InputReader, projectId: string): string[] {
  const names = read.list('source_datasets').map((name) => {
    if (!/^(?:(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\.)?[A-Za-z0-9_]{1,1024}$/.test(name))
      read.complain('source_datasets', name, 'DATASET or PROJECT.DATASET, one a line');
    if (name.split('.').at(-1) === STATE_DATASET)
      read.complaints.push(`source_datasets: ${STATE_DATASET} holds Segment's own state, which models do not read.`);
    return name.includes('.') ? name : `${projectId}.${name}`;
  });
  return [...new Set(names)];
}

function complainOfSources({ complaints }: InputReader, { accessMode, sourceDatasets, mode }: Inputs): void {
  if (accessMode !== 'scoped' || modes[mode].wants === 'absent' || modes[mode].cutsOff) return;
  if (sourceDatasets.length === 0)
    complaints.push(
      'source_datasets: it is required for access_mode scoped: the datasets that models read, DATASET or PROJECT.DATASET, one a line.',
    );
}

function readImpersonators(read: InputReader): string[] {
  return read.lines('impersonators').map((member) => {
    const isMember =
      /^(?:user|serviceAccount|group):[^\s:@]+@\S+$|^domain:\S+$|^principal(?:Set)?:\/\/iam\.googleapis\.com\/\S.*$/.test(
        member,
      );
    if (!isMember)
      read.complain(
        'impersonators',
        member,
        'a member as policies name it, one a line: serviceAccount:EMAIL, user:EMAIL, group:EMAIL, domain:NAME, principal://… or principalSet://…',
      );
    return member;
  });
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

/** BigQuery answers multi-regions in upper case and regions in lower case. */
function spellLocation(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  return given.length === 2 ? given.toUpperCase() : given.toLowerCase();
}
