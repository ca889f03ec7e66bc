import type { Document } from '../../cloud/document.ts';
import { addGrant, conditionOf, grantsOf, leftoversOf, removeMember } from '../../cloud/google/bindings.ts';
import type { Binding, Policy } from '../../cloud/google/project-policies.ts';
import type { Resource, Run } from '../../engine/resource.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';
import type { Claims } from '../../ownership/claims.ts';
import { projectEdge } from '../picture.ts';
import { madeOf } from '../service-account/made.ts';
import { writeShared } from '../shared-writes.ts';
import type { Other, SharedWrite } from '../shared-writes.ts';
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
      const { isDeleted } = madeOf(run, { kind: 'service-account', name: names.accountId });
      const changeFor =
        (isAgain: boolean) =>
        (before: Policy): Policy => {
          // An account that this run has deleted stands there under its number. Where the policy was changed meanwhile, one
          // of its name was made anew by another run, whose grants these are.
          const revoked = [...(isAgain && isDeleted === true ? [] : [member]), ...leftoversOf(before, member)];
          const after = changes.reduce((policy, one) => changed(policy, { member, revoked }, one), before);
          if (changes.some((one) => 'revoke' in one)) keepWanted(options, after);
          return after;
        };
      // A policy that still names an account just deleted is rejected: it is read again, until IAM names it as deleted.
      const isStale = options.want === 'absent' && grantsOf(changeFor(false)(live?.policy ?? {}), member).length > 0;
      await writeShared(sharedPolicy(options, run), async () => {
        if (isStale) await document.reread();
        let tries = 0;
        return document.edit((before) => changeFor((tries += 1) > 1)(before));
      });
      return undefined;
    },
  };
}

/**
 * Nothing is revoked before what replaces it is granted. The plan may have seen an old policy, in which it was; what is
 * written is the policy of this moment. @throws Blocked
 */
function keepWanted({ address, names, projectId, roles, want }: ProjectPolicyOptions, after: Policy): void {
  const held = grantsOf(after, names.member).filter(({ condition }) => condition === undefined);
  const missing = roles.filter((role) => !held.some((grant) => grant.role === role));
  if (want !== 'present' || missing.length === 0) return;
  throw new Blocked([
    {
      severity: 'error',
      code: 'project-policy.changed',
      subject: address,
      attempted: `revoke roles of ${names.email} on the project ${projectId}`,
      because: `it does not hold ${missing.join(', ')}, which it held when the plan was made; nothing was revoked`,
      remedy: 'Run the workflow again: somebody else, or a run just before, changed the policy at the same moment.',
    },
  ]);
}

interface Changing {
  readonly member: string;
  /** Who loses what is revoked. */
  readonly revoked: readonly string[];
}

function changed(policy: Policy, { member, revoked }: Changing, change: ProjectPolicyChange): Policy {
  if ('byHand' in change) return policy;
  if ('dropLeftover' in change) return removeMember(policy, () => true, change.dropLeftover);
  if ('grant' in change) return addGrant(policy, change.grant, member);
  const { role, condition } = change.revoke;
  return revoked.reduce(
    (left, one) =>
      removeMember(left, (binding) => (binding.role ?? '') === role && conditionOf(binding) === condition, one),
    policy,
  );
}

function sharedPolicy(
  { address, document, names, projectId, ours }: ProjectPolicyOptions,
  run: Run,
): SharedWrite<Policy> {
  return {
    run,
    subject: address,
    name: `the IAM policy of the project ${projectId}`,
    ours: [names.email, ...ours],
    waiting: 'Resource Manager does not know the new account or role',
    read: () => document.read(),
    reread: () => document.reread(),
    others: ({ bindings }) => (bindings ?? []).flatMap((binding) => othersIn(binding, projectId)),
  };
}

function othersIn(binding: Binding, projectId: string): Other[] {
  const role = binding.role ?? '';
  const removalOf = (member: string): string =>
    shell`gcloud projects remove-iam-policy-binding ${projectId} --member ${member} --role ${role} --all`;
  const members = binding.members ?? [];
  return [
    ...members.map((member) => ({ name: member.slice(member.indexOf(':') + 1), removal: removalOf(member) })),
    ...members.slice(0, 1).map((member) => ({ name: role, removal: removalOf(member) })),
  ];
}
