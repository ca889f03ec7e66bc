/** Projects, by id or number; a missing one and a forbidden one look alike. */
import { holds } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import type { ProjectState } from '../directory/projects.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Request } from '../engine/route.ts';

/** The project of a path. Without a permission to ask for, only its existence counts. */
export function findProject(request: Request, context: Context, permission: string | undefined): ProjectState {
  const caller = context.caller();
  const project = projectOf(context.world, request.params['project'] ?? '');
  if (
    project === undefined ||
    (permission !== undefined && !holds(context, caller, permission, { project: project.projectId }))
  ) {
    throw google(403, 'PERMISSION_DENIED', 'The caller does not have permission');
  }
  return project;
}

/** As v1 answers it. */
export function answerV1(project: ProjectState): Record<string, unknown> {
  const { projectId, projectNumber, name, lifecycleState, createdAt } = project;
  return { projectId, projectNumber, name, lifecycleState, createTime: new Date(createdAt).toISOString() };
}

/** As v3 answers it. */
export function answerV3(project: ProjectState): Record<string, unknown> {
  const { projectId, projectNumber, name, lifecycleState, createdAt } = project;
  const createTime = new Date(createdAt).toISOString();
  return { name: `projects/${projectNumber}`, projectId, state: lifecycleState, displayName: name, createTime };
}
