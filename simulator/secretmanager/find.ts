/** What a path names: a project by id or number, a secret in it, a version by number, alias or `latest`. */
import { holds } from '../directory/permissions.ts';
import { projectOf } from '../directory/projects.ts';
import type { ProjectState } from '../directory/projects.ts';
import { sightOf } from '../engine/lag.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Request } from '../engine/route.ts';
import { deniedFor } from './refusals.ts';
import { secretManagerState } from './state.ts';
import type { SecretState, VersionState } from './state.ts';

/** A secret that the caller may do this with, and the name that it is answered under: with the project's number. */
export interface Found {
  readonly secret: SecretState;
  readonly name: string;
}

/** The project of a path, if the caller may do this in it. */
export function openProject(request: Request, context: Context, permission: string): ProjectState {
  const given = request.params['project'] ?? '';
  const project = projectOf(context.world, given);
  if (project !== undefined && holds(context, context.caller(), permission, { project: project.projectId }))
    return project;
  throw deniedFor(permission, `projects/${project?.projectNumber ?? given}`);
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
    const version = secret && shownVersions(secret, context).at(-1);
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

/** The versions that this front end has heard of. */
export function shownVersions(secret: SecretState, context: Context): VersionState[] {
  return secret.versions.filter((version) => isShown(version, secret, context));
}

function isShown({ number, createdAt }: VersionState, { project, id }: SecretState, context: Context): boolean {
  return sightOf({ createdAt, id: `${project}/${id}/${String(number)}` }, 'version', context) === 'shown';
}

/** The secret of a path without regard to rights; undefined when there is none. */
export function findSecret({ params }: Request, { world }: Context): SecretState | undefined {
  const { project = '', secret = '' } = params;
  // It stands in the state under the project's id.
  return secretManagerState(world).secrets[
    `projects/${projectOf(world, project)?.projectId ?? project}/secrets/${secret}`
  ];
}

function look(
  request: Request,
  context: Context,
  { permission, version }: { readonly permission: string; readonly version: string },
): { readonly name: string; readonly secret: SecretState | undefined } {
  const { project: given = '', secret: id = '' } = request.params;
  const project = projectOf(context.world, given);
  const secret = findSecret(request, context);
  const name = `projects/${project?.projectNumber ?? given}/secrets/${id}`;
  const target = { project: project?.projectId ?? given, grants: secret?.grants };
  if (!holds(context, context.caller(), permission, target)) throw deniedFor(permission, name + version);
  return { name, secret };
}
