import type { Cloud } from './clients.ts';
import { isDenied, isEnforced, orgPolicies } from './org-policies.ts';

/** How a key comes to be: Google makes it, or its public half is uploaded. */
export type KeyWay = 'create' | 'upload';

/** Which constraints of the organization close the way, and which the other one. Names without `constraints/`. */
export interface KeyConstraints {
  readonly closed: readonly string[];
  /** Asked only where the way is closed. */
  readonly otherClosed: readonly string[];
}

/** Each way has a constraint of the old kind and a managed one, and both can be in force. */
const CONSTRAINTS: Readonly<Record<KeyWay, readonly string[]>> = {
  create: ['iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'],
  upload: ['iam.disableServiceAccountKeyUpload', 'iam.managed.disableServiceAccountKeyUpload'],
};
const NO_ACCOUNTS = 'iam.disableServiceAccountCreation';
const LOCATIONS = 'gcp.resourceLocations';
const OWN_ENCRYPTION = 'gcp.restrictNonCmekServices';

/** Finds out before anything is written. What cannot be read counts as open: IAM itself refuses what it must. */
export async function keyConstraints(cloud: Cloud, way: KeyWay): Promise<KeyConstraints> {
  const effective = orgPolicies(cloud);
  const enforced = async (names: readonly string[]): Promise<string[]> => {
    const policies = await Promise.all(names.map((name) => effective(cloud.projectId, name)));
    return names.filter((_name, index) => isEnforced(policies[index]));
  };
  const closed = await enforced(CONSTRAINTS[way]);
  if (closed.length === 0) return { closed, otherClosed: [] };
  return { closed, otherClosed: await enforced(CONSTRAINTS[way === 'create' ? 'upload' : 'create']) };
}

/** What the organization forbids of what apply may create. */
export interface CreationConstraints {
  readonly forbidsAccounts: boolean;
  /** Locations that are allowed; undefined = all, or groups of them whose members the policy does not tell. */
  readonly locations: readonly string[] | undefined;
}

export async function creationConstraints(cloud: Cloud): Promise<CreationConstraints> {
  const effective = orgPolicies(cloud);
  const [accounts, places] = await Promise.all([
    effective(cloud.projectId, NO_ACCOUNTS),
    effective(cloud.projectId, LOCATIONS),
  ]);
  const allowed = (places?.rules ?? []).flatMap((rule) => rule.values?.allowedValues ?? []);
  const isSpelled = allowed.length > 0 && allowed.every((one) => !one.startsWith('in:'));
  const locations = isSpelled ? allowed.map((one) => one.replace(/^is:/, '')) : undefined;
  return { forbidsAccounts: isEnforced(accounts), locations };
}

/** Whether secrets of a project must be encrypted with a key of the customer's own. */
export async function demandsOwnEncryption(cloud: Cloud, project: string): Promise<boolean> {
  return isDenied(await orgPolicies(cloud)(project, OWN_ENCRYPTION), 'secretmanager.googleapis.com');
}
