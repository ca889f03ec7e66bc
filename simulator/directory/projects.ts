import { statePart } from '../engine/world.ts';
import type { World } from '../engine/world.ts';
import type { Grant } from './grants.ts';
import type { PolicyHolder } from './policies.ts';

export interface ProjectState extends PolicyHolder {
  projectId: string;
  projectNumber: string;
  name: string;
  lifecycleState: string;
  createdAt: number;
  /** What the folder above it grants, which its own policy does not show. */
  inherited?: Grant[];
}

export interface ResourceManagerState {
  /** By project id. */
  projects: Record<string, ProjectState>;
}

export const resourceManagerState = statePart<ResourceManagerState>('resourceManager', () => ({ projects: {} }));

/** The project of that id or number. */
export function projectOf(world: World, given: string): ProjectState | undefined {
  const { projects } = resourceManagerState(world);
  if (Object.hasOwn(projects, given)) return projects[given];
  return Object.values(projects).find(({ projectNumber }) => projectNumber === given);
}

/** Whether the accounts of an e-mail domain (`p`, or `p.example.com` of `example.com:p`) are a project's of this world. */
export function isProjectOfDomain(world: World, domain: string): boolean {
  return Object.keys(resourceManagerState(world).projects).some((id) => id.split(':').reverse().join('.') === domain);
}
