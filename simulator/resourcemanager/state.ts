import type { Grant } from '../grants.ts';

export interface BindingState {
  role: string;
  members: string[];
  condition?: Record<string, unknown>;
  [other: string]: unknown;
}

export interface PolicyState {
  version: number;
  etag: string;
  bindings: BindingState[];
  auditConfigs?: unknown[];
}

export interface ProjectState {
  projectId: string;
  projectNumber: string;
  name: string;
  lifecycleState: string;
  createdAt: number;
  policy: PolicyState;
  grants: Grant[];
}

export interface ResourceManagerState {
  /** By project id. */
  projects: Record<string, ProjectState>;
}
