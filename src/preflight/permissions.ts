import type { Permission } from '../engine/finding.ts';
import { chosenOf } from '../engine/plan.ts';
import type { PlanView, StepView } from '../engine/plan.ts';
import type { Notice, Problem } from '../errors/diagnostic.ts';
import { shell } from '../errors/shell.ts';
import { codesOf, findings } from '../resources/findings.ts';

/**
 * Which permissions the workflow's identity lacks for what is planned: told all at once, before anything is written. What
 * can be held on the account or the dataset alone, and what nothing planned needs, does not block. Pure.
 */

/** What was asked in the plan's wave. */
export interface Rights {
  /** Permissions that the identity holds on the project; undefined = that could not be asked. */
  readonly held: readonly string[] | undefined;
  /** As a policy names the identity; undefined where the credential does not tell. */
  readonly member: string | undefined;
}

/** What can be held below the project: there, lacking it on the project proves nothing. */
const heldBelow: Readonly<Partial<Record<Permission, 'account' | 'dataset'>>> = {
  'bigquery.datasets.update': 'dataset',
  'bigquery.datasets.delete': 'dataset',
  'iam.serviceAccounts.update': 'account',
  'iam.serviceAccounts.enable': 'account',
  'iam.serviceAccounts.setIamPolicy': 'account',
  'iam.serviceAccounts.delete': 'account',
  'iam.serviceAccountKeys.create': 'account',
  'iam.serviceAccountKeys.delete': 'account',
  'iam.serviceAccountKeys.disable': 'account',
};

/** What a run that writes asks about: whatever mending a finding needs. */
export const ASKED: readonly Permission[] = [...new Set(Object.values(findings).flatMap(({ needs }) => needs))];

/** What is lacking: problems end the run before its first write, notices do not. */
export function checkPermissions(
  plan: PlanView,
  { held, member }: Rights,
  { projectId }: { readonly projectId: string },
): (Problem | Notice)[] {
  if (held === undefined) return [];
  const needed = new Set(plan.steps.flatMap((step) => needsOf(step, plan.prune)));
  const lacking = ASKED.filter((permission) => needed.has(permission) && !held.includes(permission));
  // An account that is yet to be created has no policy of its own on which such a permission could be held.
  const isNew = plan.steps.some(({ address, action }) => address.kind === 'service-account' && action === 'create');
  const isBlocking = (permission: Permission): boolean => {
    const below = heldBelow[permission];
    return below === undefined || (below === 'account' && isNew);
  };
  const blocking = lacking.filter(isBlocking);
  const maybe = lacking.filter((permission) => !isBlocking(permission));
  const facts = { member, projectId };
  return [
    ...(blocking.length === 0 ? [] : [lackingProblem(blocking, facts)]),
    ...(maybe.length === 0 ? [] : [lackingNotice(maybe, facts)]),
  ];
}

/** What of a plan needs which permissions; a step that could not be read may need anything that its kind can need. */
function needsOf(step: StepView, prune: boolean): Permission[] {
  if (step.action === 'unknown') return codesOf(step.address.kind).flatMap((code) => findings[code].needs);
  return chosenOf(step, prune).flatMap(({ code }) => findings[code].needs);
}

interface Facts {
  readonly member: string | undefined;
  readonly projectId: string;
}

function lackingProblem(lacking: readonly Permission[], { member, projectId }: Facts): Problem {
  const role = `projects/${projectId}/roles/segmentReverseEtlProvisioner`;
  const grant = shell`gcloud projects add-iam-policy-binding ${projectId} --condition None --member ${member ?? 'MEMBER'} --role ${role}`;
  return {
    severity: 'error',
    code: 'preflight.permissions',
    attempted: 'carry out the plan',
    because: `${member ?? "the workflow's identity"} lacks ${lacking.join(', ')} on the project ${projectId}`,
    remedy:
      'Is service_account the provisioner? The reader is for plan and check alone. If it is, grant it the role in ' +
      `permissions/provisioner.yaml: ${grant}; never grant that to an identity that pull requests can use. A grant takes effect ` +
      'after 2 to 7 minutes.',
    letsWrite: true,
  };
}

function lackingNotice(lacking: readonly Permission[], { member, projectId }: Facts): Notice {
  return {
    severity: 'warning',
    code: 'preflight.permissions',
    because: `${member ?? "the workflow's identity"} does not hold ${lacking.join(', ')} on the project ${projectId}`,
    remedy: 'This is fine if it holds them on the service account and on the dataset themselves.',
  };
}
