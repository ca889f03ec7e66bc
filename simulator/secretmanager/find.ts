/** What a path names: a project by id or number, a secret in it, a version by number, alias or `latest`. */
import { holds } from '../permissions.ts';
import { google } from '../refusal.ts';
import type { ProjectState } from '../resourcemanager/state.ts';
import type { Context, Request } from '../route.ts';
import type { World } from '../world.ts';
import { deniedFor } from './refusals.ts';
import type { SecretState, VersionState } from './state.ts';

/** A secret that the caller may do this with, and the name that it is answered under: with the project's number. */
export interface Found {
  readonly secret: SecretState;
  readonly name: string;
}

/** The project of a path, if the caller may do this in it. */
export function openProject(request: Request, context: Context, permission: string): ProjectState {
  const caller = context.caller();
  const project = projectOf(request, context.world);
  if (project !== undefined && holds(context, caller, permission, { project: project.projectId })) return project;
  throw deniedFor(permission, `projects/${project?.projectNumber ?? request.params['project'] ?? ''}`);
}

/** The secret of a path. Whoever lacks the permission is not told whether it exists. */
export function openSecret(request: Request, context: Context, permission: string): Found {
  const { name, secret } = look(request, context, { permission, version: '' });
  if (secret === undefined) throw google(404, 'NOT_FOUND', `Secret [${name}] not found.`);
  return { name, secret };
}

/** The version of a path; aliases of the secret's own only where `byAlias`. */
export function openVersion(
  request: Request,
  context: Context,
  { permission, byAlias }: { readonly permission: string; readonly byAlias: boolean },
): Found & { readonly version: VersionState } {
  const asked = request.params['version'] ?? '';
  const { name, secret } = look(request, context, { permission, version: `/versions/${asked}` });
  if (asked === 'latest') {
    const version = secret?.versions.at(-1);
    if (secret === undefined || version === undefined)
      throw google(404, 'NOT_FOUND', `Secret [${name}] not found or has no versions.`);
    return { name, secret, version };
  }
  const number = (byAlias ? secret?.versionAliases[asked] : undefined) ?? asked;
  const version = secret?.versions.find((one) => String(one.number) === number);
  if (secret === undefined || version === undefined)
    throw google(404, 'NOT_FOUND', `Secret Version [${name}/versions/${asked}] not found.`);
  return { name, secret, version };
}

/** The secret of a path without regard to rights; undefined when there is none. */
export function findSecret(request: Request, { world }: Context): SecretState | undefined {
  return world.secretManager.secrets[keyOf(request, world)];
}

/** How a secret stands in the state: with the project's id. */
function keyOf(request: Request, world: World): string {
  const { project = '', secret = '' } = request.params;
  return `projects/${projectOf(request, world)?.projectId ?? project}/secrets/${secret}`;
}

function projectOf({ params }: Request, { resourceManager }: World): ProjectState | undefined {
  const given = params['project'] ?? '';
  return Object.values(resourceManager.projects).find(
    ({ projectId, projectNumber }) => projectId === given || projectNumber === given,
  );
}

function look(
  request: Request,
  context: Context,
  { permission, version }: { readonly permission: string; readonly version: string },
): { readonly name: string; readonly secret: SecretState | undefined } {
  const { project: given = '', secret: id = '' } = request.params;
  const project = projectOf(request, context.world);
  const key = keyOf(request, context.world);
  const name = `projects/${project?.projectNumber ?? given}/secrets/${id}`;
  const target = { project: project?.projectId ?? given, secret: key };
  if (!holds(context, context.caller(), permission, target)) throw deniedFor(permission, name + version);
  return { name, secret: context.world.secretManager.secrets[key] };
}
