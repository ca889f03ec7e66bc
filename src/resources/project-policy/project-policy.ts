import { untilVisible } from '../../cloud/document.ts';
import type { Document } from '../../cloud/document.ts';
import { addGrant, conditionOf, removeMember } from '../../cloud/google/bindings.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import type { Resource, Run } from '../../engine/resource.ts';
import { ApiError } from '../../errors/api-error.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { readDescription } from '../../ownership/record.ts';
import { projectEdge } from '../picture.ts';
import { examineProjectPolicy } from './examine.ts';
import type { ProjectPolicyChange, ProjectPolicyDesign, ProjectPolicyLive } from './examine.ts';

/** What our account may do on the project, and where that is written. */
export interface ProjectPolicyOptions extends ProjectPolicyDesign {
  readonly document: Document<Policy>;
  readonly account: Document<Account>;
}

export function projectPolicy(options: ProjectPolicyOptions): Resource<ProjectPolicyLive, ProjectPolicyChange> {
  const { document, names, projectId } = options;
  return {
    address: options.address,
    want: options.want,
    picture: { edges: options.roles.map((role) => projectEdge(names, projectId, role)) },
    read: async () => {
      const [policy, account] = await Promise.all([document.read(), options.account.read()]);
      if (policy === undefined) return undefined;
      return { policy, isOurs: account === undefined || readDescription(account.description).ownership !== undefined };
    },
    examine: (live) => examineProjectPolicy(options, live),
    change: async (_live, changes, run) => {
      await untilKnown(run, () =>
        document.edit((before) => changes.reduce((policy, change) => changed(policy, names.member, change), before)),
      );
      return undefined;
    },
  };
}

function changed(policy: Policy, member: string, change: ProjectPolicyChange): Policy {
  if ('dropLeftover' in change) return removeMember(policy, () => true, change.dropLeftover);
  if ('grant' in change) return addGrant(policy, change.grant, member);
  const { role, condition } = change.revoke;
  return removeMember(policy, (one) => (one.role ?? '') === role && conditionOf(one) === condition, member);
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
