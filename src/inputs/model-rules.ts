import { modeOf, onEvent } from './rule.ts';
import type { Rule } from './rule.ts';
import type { InputValues } from './schema.ts';

/** What does not go together of the inputs about models. Pure. */

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

export const modelRules: readonly Rule[] = [
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
        : 'it is allowed only on the default branch: another branch may lack files that are still in use',
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
];
