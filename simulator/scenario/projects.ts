import type { BindingState } from '../directory/policies.ts';
import { resourceManagerState } from '../directory/projects.ts';
import type { ProjectState } from '../directory/projects.ts';
import { nextEtag, nextNumber } from '../engine/random.ts';
import type { World } from '../engine/world.ts';

/** What the world's seed draws for a project, unless it is fixed. */
export interface Drawn {
  readonly projectNumber: string;
  readonly etag: string;
}

export function addProject(
  world: World,
  projectId: string,
  bindings: readonly BindingState[],
  { projectNumber, etag }: Drawn = { projectNumber: nextNumber(world, 12), etag: nextEtag(world) },
): ProjectState {
  const made: ProjectState = {
    projectId,
    projectNumber,
    name: projectId,
    lifecycleState: 'ACTIVE',
    createdAt: Date.now() - 400 * 86_400_000,
    policy: {
      version: 1,
      etag,
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
