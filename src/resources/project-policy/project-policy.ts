import { untilVisible } from '../../cloud/document.ts';
import type { Document } from '../../cloud/document.ts';
import { addGrant, conditionOf, grantsOf, leftoversOf, removeMember } from '../../cloud/google/bindings.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Resource, Run } from '../../engine/resource.ts';
import { ApiError } from '../../errors/api-error.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import type { Claims } from '../../ownership/claims.ts';
import { projectEdge } from '../picture.ts';
import { examineProjectPolicy } from './examine.ts';
import type { ProjectPolicyChange, ProjectPolicyDesign, ProjectPolicyLive } from './examine.ts';

/** What our account may do on the project, and where that is written. */
export interface ProjectPolicyOptions extends ProjectPolicyDesign {
  readonly document: Document<Policy>;
  readonly claims: Pick<Claims, 'read'>;
  /** Who runs, as policies name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

export function projectPolicy(options: ProjectPolicyOptions): Resource<ProjectPolicyLive, ProjectPolicyChange> {
  const { document, names, projectId } = options;
  return {
    address: options.address,
    want: options.want,
    picture: { edges: options.roles.map((role) => projectEdge(names, projectId, role)) },
    read: async () => {
      const [policy, { account, owned }] = await Promise.all([document.read(), options.claims.read()]);
      if (policy === undefined) return undefined;
      const isOurs = account === undefined || owned !== undefined;
      return { policy, isOurs, isCreated: owned?.mark === 'created', principal: options.principal() };
    },
    examine: (live) => examineProjectPolicy(options, live),
    change: async (live, changes, run) => {
      const { member } = names;
      const change = (before: Policy): Policy => changes.reduce((policy, one) => changed(policy, member, one), before);
      // A policy that still names an account just deleted is rejected: it is read again, until IAM names it as deleted.
      const isStale = options.want === 'absent' && grantsOf(change(live?.policy ?? {}), member).length > 0;
      await untilKnown(run, async () => {
        if (isStale) await document.reread();
        return document.edit(change);
      });
      return undefined;
    },
  };
}

function changed(policy: Policy, member: string, change: ProjectPolicyChange): Policy {
  if ('byHand' in change) return policy;
  if ('dropLeftover' in change) return removeMember(policy, () => true, change.dropLeftover);
  if ('grant' in change) return addGrant(policy, change.grant, member);
  const { role, condition } = change.revoke;
  // An account that this run has deleted stands there under its number already.
  return [member, ...leftoversOf(policy, member)].reduce(
    (left, one) =>
      removeMember(left, (binding) => (binding.role ?? '') === role && conditionOf(binding) === condition, one),
    policy,
  );
}

/** A role or an account just made may not be known to Resource Manager yet: this run has seen both. */
async function untilKnown<T>(run: Run, write: () => Promise<T>): Promise<T> {
  const onWait = (): void => run.say('Resource Manager does not know the new account or role yet; trying again …');
  const { clock } = run;
  return untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible: isUnknown, onWait }, write);
}

function isUnknown(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.code === 400 &&
    /(service account|role)\b.*(does not exist|not supported)/is.test(error.words)
  );
}
