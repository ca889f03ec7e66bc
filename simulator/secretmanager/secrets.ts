/** Secrets, without what is in them: made, looked at, annotated, deleted. */
import { nextEtag } from '../engine/random.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { checkDemand } from './encryption.ts';
import { checkEtag, newEtag } from './etags.ts';
import { readBody, readMask } from './fields.ts';
import { openProject, openSecret } from './find.ts';
import type { Found } from './find.ts';
import { readNotes } from './notes.ts';
import { page } from './paging.ts';
import { wrong } from './refusals.ts';
import { readReplication } from './replication.ts';
import { secretManagerState } from './state.ts';
import type { SecretState } from './state.ts';

function answer({ name, secret }: Found): Record<string, unknown> {
  const notes = { labels: secret.labels, annotations: secret.annotations, versionAliases: secret.versionAliases };
  return {
    name,
    replication: secret.replication,
    createTime: new Date(secret.createdAt).toISOString(),
    ...Object.fromEntries(Object.entries(notes).filter(([, entries]) => Object.keys(entries).length > 0)),
    etag: secret.etag,
  };
}

export function createSecret(request: Request, context: Context): Reply {
  const { world } = context;
  const { projectId: project, projectNumber } = openProject(request, context, 'secretmanager.secrets.create');
  const id = request.query.get('secretId') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(id)) throw wrong(`Invalid secret id [${id}].`);
  const secret = make(request, context, { project, id });
  const key = `projects/${project}/secrets/${id}`;
  const name = `projects/${projectNumber}/secrets/${id}`;
  if (secretManagerState(world).secrets[key] !== undefined)
    throw google(409, 'ALREADY_EXISTS', `Secret [${name}] already exists.`);
  checkDemand(world, project, secret.replication);
  secretManagerState(world).secrets[key] = secret;
  return { status: 200, body: answer({ name, secret }) };
}

function make(request: Request, { world, now }: Context, named: Pick<SecretState, 'project' | 'id'>): SecretState {
  const body = readBody(request);
  return {
    ...named,
    createdAt: now,
    replication: readReplication(body['replication']),
    labels: readNotes.labels(body),
    annotations: readNotes.annotations(body),
    versionAliases: readNotes.versionAliases(body),
    versions: [],
    etag: newEtag(world),
    policy: { version: 1, etag: nextEtag(world), bindings: [] },
    grants: [],
  };
}

export function getSecret(request: Request, context: Context): Reply {
  const found = openSecret(request, context, 'secretmanager.secrets.get');
  return { status: 200, body: answer(found) };
}

export function listSecrets(request: Request, context: Context): Reply {
  const { projectId, projectNumber } = openProject(request, context, 'secretmanager.secrets.list');
  const secrets = Object.values(secretManagerState(context.world).secrets)
    .filter(({ project }) => project === projectId)
    .map((secret) => answer({ name: `projects/${projectNumber}/secrets/${secret.id}`, secret }));
  return { status: 200, body: page('secrets', secrets, request) };
}

export function patchSecret(request: Request, context: Context): Reply {
  const found = openSecret(request, context, 'secretmanager.secrets.update');
  const { secret, name } = found;
  const body = readBody(request);
  const fields = readMask(request.query.get('updateMask') ?? '');
  checkEtag(name, { sent: body['etag'], stored: secret.etag });
  // All are checked before any is written.
  const changes = fields.map((field) => [field, readNotes[field](body, secret)] as const);
  for (const [field, value] of changes) secret[field] = value;
  secret.etag = newEtag(context.world);
  return { status: 200, body: answer(found) };
}

export function deleteSecret(request: Request, context: Context): Reply {
  const secretManager = secretManagerState(context.world);
  const { secret, name } = openSecret(request, context, 'secretmanager.secrets.delete');
  checkEtag(name, { sent: request.query.get('etag'), stored: secret.etag });
  secretManager.secrets = Object.fromEntries(Object.entries(secretManager.secrets).filter(([, one]) => one !== secret));
  return { status: 200, body: {} };
}
