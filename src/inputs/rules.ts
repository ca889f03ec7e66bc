import { permissionsFor } from '../cloud/github/scope.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { shell } from '../errors/shell.ts';
import { modelRules } from './model-rules.ts';
import { STATE_DATASET, emailOf } from './names.ts';
import { READS_AS_EMPTY, problemWith } from './problem.ts';
import { modeOf, onEvent } from './rule.ts';
import type { Circumstances, Rule } from './rule.ts';
import type { InputValues } from './schema.ts';
import { deliveryNames } from './schema/delivery.ts';
import { keyFileIn } from './schema/run.ts';

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
/** The project in a provider's name, where it is not given by its number. */
const projectIdIn = ({ identity }: InputValues): string | undefined =>
  /^projects\/(?!\d+\/)([^/]+)/.exec(identity.provider ?? '')?.[1];

/** What does not go together: rows, each for one input that is fine by itself. Pure. */
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
  ...modelRules,
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
    because: ({ task }) => `mode ${task.mode} lists the targets of a file`,
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
