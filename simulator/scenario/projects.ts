import type { BindingState } from '../directory/policies.ts';
import { resourceManagerState } from '../directory/projects.ts';
import type { ProjectState } from '../directory/projects.ts';
import { nextEtag, nextNumber } from '../engine/random.ts';
import type { World } from '../engine/world.ts';

export function addProject(world: World, projectId: string, bindings: readonly BindingState[]): ProjectState {
  const made: ProjectState = {
    projectId,
    projectNumber: nextNumber(world, 12),
    name: projectId,
    lifecycleState: 'ACTIVE',
    createdAt: Date.now() - 400 * 86_400_000,
    policy: {
      version: 1,
      etag: nextEtag(world),
      bindings: [{ role: 'roles/owner', members: ['user:owner@acme.example'] }, ...bindings],
    },
    grants: [],
  };
  resourceManagerState(world).projects[projectId] = made;
  return made;
}

export function findProject(world: World, projectId: string): ProjectState {
  const found = resourceManagerState(world).projects[projectId];
  if (found === undefined) throw new Error(`the world has no project ${projectId}`);
  return found;
}
