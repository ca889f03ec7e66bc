import type { Address } from '../address.ts';
import { isSameLocation } from '../cloud/google/datasets.ts';
import type { CreationConstraints } from '../cloud/google/org-policy-constraints.ts';
import type { PlanView } from '../engine/plan.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { STATE_DATASET } from '../inputs/names.ts';
import type { Target } from '../inputs/target.ts';

const EXCEPTION = 'ask whoever holds roles/orgpolicy.policyAdmin on the organization for an exception for this project';

/** Whether anything is planned that the organization could forbid. Pure. */
export function createsAny({ steps }: PlanView): boolean {
  return steps.some(({ address, action }) => action === 'create' && CREATED.includes(address.kind));
}

const CREATED: readonly Address['kind'][] = ['service-account', 'dataset'];

/** What the organization forbids of what is planned to be created. Pure. */
export function checkOrganization(
  plan: PlanView,
  constraints: CreationConstraints,
  target: Pick<Target, 'projectId'>,
): Problem[] {
  return [...checkAccounts(plan, constraints, target), ...checkLocation(plan, constraints, target)];
}

type Check = typeof checkOrganization;

const checkAccounts: Check = ({ steps }, { forbidsAccounts }, { projectId }) => {
  const account = steps.find(({ address, action }) => address.kind === 'service-account' && action === 'create');
  if (account === undefined || !forbidsAccounts) return [];
  return [
    {
      severity: 'error',
      code: 'preflight.accounts-forbidden',
      subject: account.address,
      attempted: `create the service account ${account.address.name}`,
      because: `the organization policy iam.disableServiceAccountCreation is enforced on ${projectId}`,
      remedy: `Create the service account in the way your organization allows and run with \`adopt: true\`, or ${EXCEPTION}.`,
    },
  ];
};

const checkLocation: Check = ({ steps }, { locations }, { projectId }) => {
  const dataset = steps.find(
    ({ address, action }) => address.kind === 'dataset' && address.name === STATE_DATASET && action === 'create',
  );
  const location = dataset?.outputs.location ?? '';
  if (dataset === undefined || location === '' || locations === undefined) return [];
  if (locations.some((one) => isSameLocation(one, location))) return [];
  return [
    {
      severity: 'error',
      code: 'preflight.location-forbidden',
      subject: dataset.address,
      attempted: `create the dataset ${dataset.address.name} in ${location}`,
      because: `the organization policy gcp.resourceLocations allows only ${locations.join(', ')} in ${projectId}`,
      remedy: `Set \`location\` to one of those, if the data that your models read is there, or ${EXCEPTION}.`,
    },
  ];
};
