import { permissionsFor } from '../cloud/github/scope.ts';
import type { InputCode } from '../errors/codes.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { shell } from '../errors/shell.ts';
import { modes } from './modes.ts';
import { STATE_DATASET, emailOf } from './names.ts';
import { READS_AS_EMPTY, problemWith } from './problem.ts';
import type { InputValues } from './schema.ts';
import { deliveryNames } from './schema/delivery.ts';
import { keyFileIn } from './schema/run.ts';

/** What does not go together: rows, each for one input that is fine by itself. Pure. */
export interface Rule {
  /** The input that is complained of. */
  readonly input: string;
  readonly code: InputCode;
  /** Other inputs without whose value nothing can be said. */
  readonly needs?: readonly string[];
  readonly isBroken: (values: InputValues, around: Circumstances) => boolean;
  readonly because: (values: InputValues, around: Circumstances) => string;
  readonly remedy: (values: InputValues) => string;
}

/** What is known of the run besides its inputs. */
export interface Circumstances {
  /** Name of the event. */
  readonly name: string;
  /** `owner/name`; undefined outside a runner. */
  readonly repository: string | undefined;
  /** Whether modes that write may run on it. */
  readonly mayWrite: boolean;
  readonly isOnDefaultBranch: boolean;
  /** Set where a person at a terminal said that a disabled account may be enabled. */
  readonly mayRestore?: true;
}

const modeOf = ({ task }: InputValues): (typeof modes)[keyof typeof modes] => modes[task.mode];
const deliversTo = (values: InputValues, name: InputValues['delivery']['to'][number]): boolean =>
  values.delivery.to.includes(name);
const isDeletingSource = (values: InputValues): boolean =>
  values.consent.deleteSource && modeOf(values).wants === 'absent';
const isForSelected = ({ delivery }: InputValues): boolean =>
  delivery.secretScope.kind === 'organization' && delivery.secretVisibility === 'selected';
const daysInUse = ({ keyLife }: InputValues): number => (keyLife.maxAgeDays ?? 0) + (keyLife.overlapDays ?? 0);
const ownerOfKey = ({ verification }: InputValues): string | undefined =>
  keyFileIn(verification.credentials?.file.reveal() ?? '')?.client_email;
const ownEmail = ({ names, project }: InputValues): string => emailOf(names.accountId, project.projectId);
const onEvent = (name: string): string => (name === '' ? 'outside a workflow' : `on the event ${name}`);
/** The project in a provider's name, where it is not given by its number. */
const projectIdIn = ({ identity }: InputValues): string | undefined =>
  /^projects\/(?!\d+\/)([^/]+)/.exec(identity.provider ?? '')?.[1];

const hasModels = ({ models }: InputValues): boolean => models.paths.length > 0 || models.dbtManifest !== undefined;
/** Whether this mode tries models as the service account. */
const triesLive = (values: InputValues): boolean =>
  modeOf(values).validates && (modeOf(values).verifies || !modeOf(values).compares);
/** Whether models in Segment are compared with files, and written. */
const isPublishing = (values: InputValues): boolean =>
  values.consent.publishModels && modeOf(values).validates && modeOf(values).compares;
/** A dataset without its project is one of the project itself. */
const inFull = (name: string, { project }: InputValues): string =>
  name.includes('.') ? name : `${project.projectId}.${name}`;
/** What `dataset_overrides` names twice on the left, as it is written first. */
const overriddenTwice = (values: InputValues): string | undefined => {
  const from = values.models.datasetOverrides.map((line) => inFull(line.split('=')[0]?.trim() ?? '', values));
  return from.find((name, index) => from.indexOf(name) !== index);
};

export const rules: readonly Rule[] = [
  {
    input: 'mode',
    code: 'input.not-allowed',
    isBroken: (values, { mayWrite }) => modeOf(values).writes && !mayWrite,
    because: ({ task }, { name }) =>
      `${task.mode} is not allowed ${onEvent(name)}, which people who may not write to the repository can cause`,
    remedy: () =>
      'Use mode plan or check there, and run modes that write on workflow_dispatch, schedule, push, repository_dispatch, ' +
      'release, deployment or merge_group, or on workflow_run after one of those in this repository.',
  },
  {
    input: 'workload_identity_provider',
    code: 'input.invalid',
    isBroken: (values) => projectIdIn(values) !== undefined,
    because: ({ identity }) =>
      `'${identity.provider ?? ''}' names the project by its ID, and Google accepts only its number`,
    remedy: (values) =>
      'Use projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER. ' +
      `${shell`gcloud projects describe ${projectIdIn(values) ?? ''} --format='value(projectNumber)'`} prints the number.`,
  },
  {
    input: 'source_datasets',
    code: 'input.missing',
    isBroken: (values) =>
      values.access.mode === 'scoped' &&
      modeOf(values).wants === 'present' &&
      !modeOf(values).revokes &&
      values.access.sourceDatasets.length === 0,
    because: () => 'it is required for access_mode scoped',
    remedy: () => 'List the datasets that your models read, as DATASET or PROJECT.DATASET, one per line.',
  },
  {
    input: 'source_datasets',
    code: 'input.not-allowed',
    isBroken: ({ access }) => access.sourceDatasets.some((name) => name.split('.').at(-1) === STATE_DATASET),
    because: () => `${STATE_DATASET} holds Segment's own state, which models do not read`,
    remedy: () => 'Remove it from the list.',
  },
  {
    input: 'github_token',
    code: 'input.missing',
    isBroken: (values) =>
      deliversTo(values, 'github-secret') && modeOf(values).delivers && values.tokens.githubToken === undefined,
    because: ({ task }) => `it is required for key_delivery github-secret in mode ${task.mode}`,
    remedy: ({ delivery }) =>
      'Use a fine-grained personal access token or the token of a GitHub App, with ' +
      `${permissionsFor(delivery.secretScope)}. GITHUB_TOKEN cannot write secrets. ${READS_AS_EMPTY}`,
  },
  {
    input: 'key_delivery',
    code: 'input.not-allowed',
    isBroken: (values, { repository }) =>
      deliversTo(values, 'github-secret') && modeOf(values).delivers && repository === undefined,
    because: () => 'github-secret needs the environment variable GITHUB_REPOSITORY, which is not set',
    remedy: () => 'Run in a GitHub Actions workflow, or set it to OWNER/NAME.',
  },
  {
    input: 'segment_token',
    code: 'input.missing',
    isBroken: (values) =>
      values.tokens.segmentToken === undefined &&
      ((deliversTo(values, 'segment') && modeOf(values).delivers) || isDeletingSource(values)),
    because: (values) =>
      isDeletingSource(values)
        ? 'it is required for delete_source'
        : `it is required for key_delivery segment in mode ${values.task.mode}`,
    remedy: () =>
      "Use a token of Segment's Public API (Settings → Access Management → Tokens), from a secret of a protected environment. " +
      'Only Workspace Owners can create one.',
  },
  {
    input: 'secret_manager_secret',
    code: 'input.missing',
    isBroken: (values) => deliversTo(values, 'secret-manager') && values.delivery.secretManagerSecret === undefined,
    because: () => 'it is required for key_delivery secret-manager',
    remedy: () => 'Use projects/PROJECT/secrets/SECRET.',
  },
  {
    input: 'secret_manager_secret',
    code: 'input.conflict',
    needs: ['key_delivery'],
    isBroken: (values) =>
      values.delivery.secretManagerSecret !== undefined &&
      !deliversTo(values, 'secret-manager') &&
      modeOf(values).compares &&
      modeOf(values).wants === 'present' &&
      !modeOf(values).revokes,
    because: () => 'it has no effect without key_delivery secret-manager, so no key would go there',
    remedy: () => 'Set key_delivery: secret-manager, or remove it.',
  },
  {
    input: 'key_delivery',
    code: 'input.not-allowed',
    isBroken: (values) => modeOf(values).rotates && values.delivery.to.length === 0,
    because: ({ task }) => `none is not allowed in mode ${task.mode}, because a new key must be delivered somewhere`,
    remedy: () => `Use one or more of ${deliveryNames.join(', ')}.`,
  },
  {
    input: 'secret_repositories',
    code: 'input.missing',
    isBroken: (values) => isForSelected(values) && values.delivery.secretRepositories.length === 0,
    because: () => 'it is required for secret_visibility selected',
    remedy: () => 'List the repositories that may use the secret, as NAME or OWNER/NAME, one per line.',
  },
  {
    input: 'secret_repositories',
    code: 'input.conflict',
    isBroken: (values) => !isForSelected(values) && values.delivery.secretRepositories.length > 0,
    because: () => 'it has no effect without secret_scope organization:NAME and secret_visibility selected',
    remedy: () => 'Set both, or remove it.',
  },
  {
    input: 'key_lifetime_days',
    code: 'input.conflict',
    isBroken: (values) => {
      const { lifetimeDays } = values.keyLife;
      return lifetimeDays !== undefined && daysInUse(values) >= lifetimeDays;
    },
    because: (values) =>
      `'${String(values.keyLife.lifetimeDays)}' is too short: key_max_age_days plus key_overlap_days is ` +
      `${String(daysInUse(values))} and must be below it, or a key would expire while Segment may still use it`,
    remedy: () => 'Raise key_lifetime_days, or lower the other two.',
  },
  {
    input: 'credentials_json',
    code: 'input.conflict',
    needs: ['project_id', 'account_id'],
    isBroken: (values) => {
      const owner = ownerOfKey(values);
      return owner !== undefined && owner.toLowerCase() !== ownEmail(values);
    },
    because: (values) => `it is a key of ${ownerOfKey(values) ?? ''}, and Segment uses ${ownEmail(values)}`,
    remedy: (values) => `Use a key of ${ownEmail(values)}, or check project_id and account_id.`,
  },
  {
    input: 'models',
    code: 'input.missing',
    needs: ['dbt_manifest'],
    isBroken: (values) =>
      modeOf(values).validates && !modeOf(values).compares && !hasModels(values) && !values.models.liveModels,
    because: ({ task }) => `mode ${task.mode} needs models, dbt_manifest or live_models`,
    remedy: () =>
      'Set models to the files or the folder of your models, such as segment, or dbt_manifest to target/manifest.json.',
  },
  {
    input: 'models',
    code: 'input.conflict',
    needs: ['dbt_manifest'],
    isBroken: (values) => hasModels(values) && !modeOf(values).validates,
    because: ({ task }) => `neither it nor dbt_manifest has an effect in mode ${task.mode}, which looks at no model`,
    remedy: () => 'Remove it, or use mode models, plan, check or apply.',
  },
  {
    input: 'live_models',
    code: 'input.missing',
    needs: ['segment_token'],
    isBroken: (values) => values.models.liveModels && triesLive(values) && values.tokens.segmentToken === undefined,
    because: () => 'it needs segment_token, without which nobody knows which models run in Segment',
    remedy: () => 'Set segment_token, or remove live_models.',
  },
  {
    input: 'live_models',
    code: 'input.conflict',
    isBroken: (values) => values.models.liveModels && !triesLive(values),
    because: ({ task }) => `it has no effect in mode ${task.mode}, which tries nothing as the service account`,
    remedy: () => 'Remove it, or use mode models, check or apply.',
  },
  {
    input: 'publish_models',
    code: 'input.missing',
    needs: ['segment_token'],
    isBroken: (values) => isPublishing(values) && modeOf(values).writes && values.tokens.segmentToken === undefined,
    because: ({ task }) => `it needs segment_token in mode ${task.mode}`,
    remedy: () =>
      "Use a token of Segment's Public API (Settings → Access Management → Tokens), from a secret of a protected environment.",
  },
  {
    input: 'publish_models',
    code: 'input.missing',
    needs: ['models', 'dbt_manifest'],
    isBroken: (values) => isPublishing(values) && !hasModels(values),
    because: () => 'it needs models, or dbt_manifest',
    remedy: () => 'Set one of them, or remove publish_models.',
  },
  {
    input: 'publish_models',
    code: 'input.not-allowed',
    isBroken: (values, { repository }) => isPublishing(values) && repository === undefined,
    because: () =>
      'it needs the environment variable GITHUB_REPOSITORY, which is not set: each model is marked with it',
    remedy: () => 'Run in a GitHub Actions workflow, or set it to OWNER/NAME.',
  },
  {
    input: 'publish_models',
    code: 'input.conflict',
    needs: ['dataset_overrides'],
    isBroken: (values) => isPublishing(values) && modeOf(values).writes && values.models.datasetOverrides.length > 0,
    because: () =>
      'models that are tried on other datasets, by dataset_overrides, are not proven to run as they would be written',
    remedy: () => 'Remove dataset_overrides where models are published.',
  },
  {
    input: 'prune_models',
    code: 'input.conflict',
    isBroken: ({ consent }) => consent.pruneModels && !consent.publishModels,
    because: () => 'it has no effect without publish_models',
    remedy: () => 'Set publish_models: true, or remove it.',
  },
  {
    input: 'prune_models',
    code: 'input.not-allowed',
    isBroken: (values, { name, isOnDefaultBranch }) =>
      values.consent.pruneModels &&
      isPublishing(values) &&
      modeOf(values).writes &&
      !(isOnDefaultBranch && ['push', 'workflow_dispatch'].includes(name)),
    because: (_values, { name, isOnDefaultBranch }) =>
      isOnDefaultBranch
        ? `it is not allowed ${onEvent(name)}`
        : 'it is allowed on the default branch alone: on another one, files are missing that others still use',
    remedy: () => 'Run it on push or workflow_dispatch of the default branch.',
  },
  {
    input: 'dataset_overrides',
    code: 'input.conflict',
    needs: ['models', 'dbt_manifest'],
    isBroken: (values) => values.models.datasetOverrides.length > 0 && !hasModels(values),
    because: () => 'it has no effect without models or dbt_manifest',
    remedy: () => 'Set one of them, or remove it.',
  },
  {
    input: 'dataset_overrides',
    code: 'input.conflict',
    needs: ['project_id'],
    isBroken: (values) => overriddenTwice(values) !== undefined,
    because: (values) => `${overriddenTwice(values) ?? ''} is replaced twice`,
    remedy: () => 'Name each dataset once on the left of =.',
  },
  {
    input: 'restore',
    code: 'input.not-allowed',
    isBroken: ({ consent }, { name, mayRestore }) =>
      consent.restore && name !== 'workflow_dispatch' && mayRestore !== true,
    because: (_values, { name }) =>
      `it is not allowed ${onEvent(name)}, because a disabled account is re-enabled only when a person decides so`,
    remedy: () => 'Run the workflow by hand, with workflow_dispatch; or the command at a terminal, with --yes-restore.',
  },
  {
    input: 'config_file',
    code: 'input.missing',
    isBroken: (values) => modeOf(values).lists && values.fleet.configFile === undefined,
    because: ({ task }) => `mode ${task.mode} tells which targets a file has`,
    remedy: () => 'Set config_file to the path of the file, such as .github/segment-reverse-etl.yml.',
  },
  {
    input: 'targets',
    code: 'input.conflict',
    needs: ['config_file'],
    isBroken: ({ fleet }) => fleet.targets.length > 0 && fleet.configFile === undefined,
    because: () => 'it has no effect without config_file',
    remedy: () => 'Set config_file, or remove it.',
  },
  {
    input: 'shard',
    code: 'input.conflict',
    needs: ['config_file'],
    isBroken: ({ fleet }) => fleet.shard !== undefined && fleet.configFile === undefined,
    because: () => 'it has no effect without config_file',
    remedy: () => 'Set config_file, or remove it.',
  },
  {
    input: 'expected_plan',
    code: 'input.conflict',
    isBroken: (values) =>
      values.reporting.expectedPlan !== undefined && (!modeOf(values).writes || modeOf(values).revokes),
    because: ({ task }) => `it has no effect in mode ${task.mode}, which applies no plan`,
    remedy: () => 'Remove it, or use mode apply, rotate or destroy.',
  },
];

/** @param unread - inputs that are wrong by themselves: what could not be read is not complained of twice */
export function brokenRules(values: InputValues, around: Circumstances, unread: readonly string[]): Problem[] {
  return rules
    .filter(({ input, needs = [] }) => ![input, ...needs].some((name) => unread.includes(name)))
    .filter(({ isBroken }) => isBroken(values, around))
    .map(({ input, code, because, remedy }) =>
      problemWith(input, code, { because: because(values, around), remedy: remedy(values) }),
    );
}
