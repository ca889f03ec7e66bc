/** The APIs of a project as they are found and answered. */
import { requirePermission } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import { google } from '../engine/refusal.ts';
import type { Api, Context, Request } from '../engine/route.ts';
import { isEnabled } from './disabled.ts';

export interface Project {
  readonly id: string;
  readonly number: string;
}

/** The project of a path, by id or number; a missing one and a forbidden one look alike. */
export function openProject({ params }: Request, context: Context, permission: string): Project {
  const given = params['project'] ?? '';
  const found = projectOf(context.world, given);
  if (found === undefined)
    throw google(403, 'PERMISSION_DENIED', `Permission denied to get service on projects/${given}`);
  requirePermission(context, permission, { project: found.projectId });
  return { id: found.projectId, number: found.projectNumber };
}

/** The APIs of these names. Throws for those that Google does not have; as far as this world can tell, and it knows few. */
export function findApis(services: readonly string[], { apis }: Context): Api[] {
  const found = services.map((service) => apis.find(({ name }) => name === service));
  const unknown = services.filter((_service, index) => found[index] === undefined).join(', ');
  if (unknown === '') return found.filter((api) => api !== undefined);
  throw google(403, 'PERMISSION_DENIED', `Not found or permission denied for service(s): ${unknown}.`, {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
        domain: 'serviceusage.googleapis.com',
        metadata: { services: unknown.replaceAll(', ', ',') },
      },
    ],
  });
}

/** The one of a path. */
export function findApi({ params }: Request, context: Context): Api {
  const { service: name = '' } = params;
  const [found = { name, title: name }] = findApis([name], context);
  return found;
}

export function answer({ world }: Context, project: Project, { name, title }: Api): Record<string, unknown> {
  return {
    name: `projects/${project.number}/services/${name}`,
    config: { name, title },
    state: isEnabled(world, project.id, name) ? 'ENABLED' : 'DISABLED',
    parent: `projects/${project.number}`,
  };
}
