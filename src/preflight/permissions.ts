import { modes } from '../inputs/modes.ts';
import type { CreationConstraints } from '../cloud/google/org-policy-constraints.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Plan, Step } from '../engine/plan.ts';
import { isCarriedOut } from '../engine/plan.ts';
import type { Refusal } from '../errors/diagnostic.ts';
import type { Difference } from '../engine/resource.ts';

/**
 * Which rights the workflow's identity lacks for what is planned: told all at once, before anything is written. What can
 * be held on the account or the dataset alone, and what nothing planned needs, does not block. Pure.
 */

/** What was asked in the plan's wave. */
export interface Rights {
  /** Permissions that the identity holds on the project; undefined = that could not be asked. */
  readonly held: readonly string[] | undefined;
  /** As a policy names the identity; undefined where the credential does not tell. */
  readonly member: string | undefined;
}

const on =
  (kind: string, ...actions: readonly Step['action'][]) =>
  ({ resource, action }: Step): boolean =>
    resource.address.startsWith(`${kind}/`) && actions.includes(action);
const field =
  (kind: string, pattern: RegExp) =>
  ({ resource }: Step, chosen: readonly Difference[]): boolean =>
    resource.address.startsWith(`${kind}/`) && chosen.some((difference) => pattern.test(difference.field));

/** What the organisation forbids of what is planned to be created. */
export function refuseByPolicy(
  plan: Plan,
  { forbidsAccounts, locations }: CreationConstraints,
  inputs: Inputs,
): Refusal[] {
  const exception = 'ask who holds roles/orgpolicy.policyAdmin on the organisation for an exception for this project';
  const refusals: Refusal[] = [];
  if (forbidsAccounts && plan.steps.some(on('service-account', 'create'))) {
    refusals.push({
      attempted: `make sure that the service account ${inputs.accountId} can be created`,
      because: `the organisation policy iam.disableServiceAccountCreation is enforced on ${inputs.projectId}`,
      remedy: `Create the account elsewhere in the organisation's way and run with adopt: true, or ${exception}.`,
    });
  }
  const dataset = plan.steps.find(on('dataset', 'create'));
  const location = dataset?.facts['location'] ?? '';
  const isAllowed = locations?.some((one) => one.toLowerCase() === location.toLowerCase()) ?? true;
  if (dataset !== undefined && location !== '' && !isAllowed) {
    refusals.push({
      attempted: `make sure that ${dataset.resource.address} can be created in ${location}`,
      because: `the organisation policy gcp.resourceLocations allows only ${locations?.join(', ') ?? ''} in ${inputs.projectId}`,
      remedy: `Choose one of those locations, if the data that your models read lies there, or ${exception}.`,
    });
  }
  return refusals;
}

/** A permission, and which part of a plan needs it. */
interface Need {
  readonly permission: string;
  /** Whether it can be held below the project: then lacking it on the project proves nothing. */
  readonly below: boolean;
  readonly when: (step: Step, chosen: readonly Difference[]) => boolean;
}

const NEEDS: readonly Need[] = [
  { permission: 'iam.roles.create', below: false, when: on('role', 'create') },
  { permission: 'iam.roles.update', below: false, when: on('role', 'update') },
  {
    permission: 'iam.roles.undelete',
    below: false,
    when: ({ resource }, chosen) =>
      resource.address.startsWith('role/') &&
      chosen.some((one) => one.field === 'role' && one.live.includes('deleted')),
  },
  { permission: 'iam.roles.delete', below: false, when: on('role', 'delete') },
  { permission: 'iam.serviceAccounts.create', below: false, when: on('service-account', 'create') },
  {
    permission: 'resourcemanager.projects.setIamPolicy',
    below: false,
    when: on('project-policy', 'create', 'update', 'delete'),
  },
  { permission: 'bigquery.datasets.create', below: false, when: on('dataset', 'create') },
  { permission: 'bigquery.datasets.update', below: true, when: on('dataset', 'create', 'update') },
  { permission: 'bigquery.datasets.delete', below: true, when: on('dataset', 'delete') },
  { permission: 'iam.serviceAccounts.update', below: true, when: on('service-account', 'create', 'update') },
  { permission: 'iam.serviceAccounts.enable', below: true, when: field('service-account', /^disabled$/) },
  { permission: 'iam.serviceAccounts.setIamPolicy', below: true, when: on('account-policy', 'update') },
  { permission: 'iam.serviceAccounts.delete', below: true, when: on('service-account', 'delete') },
  { permission: 'iam.serviceAccountKeys.create', below: true, when: field('credential', /^key$/) },
  { permission: 'iam.serviceAccountKeys.delete', below: true, when: field('credential', /^key ./) },
  { permission: 'iam.serviceAccountKeys.disable', below: true, when: field('credential', /^key ./) },
];

/** What a run that writes asks about. */
export const ASKED: readonly string[] = NEEDS.map(({ permission }) => permission);

/** What stands in the way, and what may. */
export interface Preflight {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

export function checkRights(plan: Plan, rights: Rights, inputs: Inputs): Preflight {
  if (!modes[inputs.mode].writes || rights.held === undefined) return { refusals: [], warnings: [] };
  const { held } = rights;
  const lacking = NEEDS.filter(({ permission }) => !held.includes(permission));
  const needed = lacking.filter(({ when }) =>
    plan.steps.some((step) => when(step, chosenOf(step, plan)) || isMaybe(step, when)),
  );
  const blocking = needed.filter(({ below }) => !below);
  // An account that is yet to be made has no policy of its own on which such a right could be held.
  const isNew = plan.steps.some(on('service-account', 'create'));
  const hopeless = needed.filter(({ below, permission }) => below && isNew && permission.startsWith('iam.'));
  const hints = needed.filter((need) => need.below && !hopeless.includes(need));
  return {
    refusals: [...blocking, ...hopeless].length === 0 ? [] : [refusal([...blocking, ...hopeless], rights, inputs)],
    warnings:
      hints.length === 0
        ? []
        : [
            `this workflow's identity does not hold ${hints.map(({ permission }) => permission).join(', ')} on the project ` +
              `${inputs.projectId}: it must hold them on the account and the dataset themselves`,
          ],
  };
}

/** A step that could not be looked at may need anything that its kind of document can need. */
function isMaybe(step: Step, when: Need['when']): boolean {
  if (step.action !== 'unknown') return false;
  const actions: Step['action'][] = ['create', 'update'];
  const fields = ['key', 'disabled'].map((name) => ({ field: name }) as Difference);
  return actions.some((action) => when({ ...step, action }, fields));
}

function chosenOf(step: Step, plan: Plan): Difference[] {
  return step.differences.filter((difference) => isCarriedOut(difference, plan.prune));
}

function refusal(lacking: readonly Need[], { member }: Rights, { mode, projectId }: Inputs): Refusal {
  const names = lacking.map(({ permission }) => permission).join(', ');
  return {
    attempted: `make sure that this run may ${mode === 'destroy' ? 'destroy' : 'carry the plan out'}`,
    because: `${member ?? "this workflow's identity"} lacks ${names} on the project ${projectId}`,
    remedy:
      `Grant it the role in permissions/provisioner.yaml: gcloud projects add-iam-policy-binding ${projectId} --condition None ` +
      `--member ${member ?? 'MEMBER'} --role projects/${projectId}/roles/segmentReverseEtlProvisioner. A grant takes 2 to 7 minutes to show.`,
  };
}
