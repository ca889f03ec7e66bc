/** Puts things into a world before anybody looks: no permission asked, old enough for any lag. */
import { trackGrants } from './grants.ts';
import type { AccountState } from './iam/state.ts';
import { grantsIn } from './policy.ts';
import type { Binding } from './policy.ts';
import type { PolicyHolder } from './policy-write.ts';
import { nextEtag, nextNumber } from './random.ts';
import type { ProjectState } from './resourcemanager/state.ts';
import type { World } from './world.ts';

export function foundProject(world: World, projectId: string, foundedAt: number, parent?: string): ProjectState {
  const project: ProjectState = {
    projectId,
    projectNumber: nextNumber(world, 12),
    name: projectId,
    ...(parent === undefined ? {} : { parent }),
    createdAt: foundedAt,
    policy: { etag: nextEtag(world), bindings: [] },
    grants: [],
  };
  world.resourceManager.projects[projectId] = project;
  return project;
}

export function foundAccount(world: World, email: string, displayName: string, foundedAt: number): AccountState {
  const account: AccountState = {
    project: email.replace(/^.*@(.*)\.iam\.gserviceaccount\.com$/, '$1'),
    email,
    uniqueId: nextNumber(world, 21),
    displayName,
    description: '',
    etag: nextEtag(world),
    disabled: false,
    createdAt: foundedAt,
    keys: [],
    policy: { etag: 'ACAB', bindings: [] },
    grants: [],
    looks: 0,
  };
  world.iam.accounts[email] = account;
  return account;
}

/** Adds bindings, as they are, to the policy of a project or an account. */
export function foundBindings(
  world: World,
  holder: PolicyHolder,
  bindings: readonly Binding[],
  foundedAt: number,
): void {
  holder.policy = { ...holder.policy, etag: nextEtag(world), bindings: [...holder.policy.bindings, ...bindings] };
  trackGrants(holder.grants, grantsIn(holder.policy.bindings), foundedAt);
}
