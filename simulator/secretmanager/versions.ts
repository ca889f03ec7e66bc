/** Versions of a secret: numbered from 1, their payload never changed; destroyed for good, or disabled until enabled. */
import { record } from '../engine/json.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { checkEtag, newEtag } from './etags.ts';
import { openSecret, openVersion, shownVersions } from './find.ts';
import type { Found } from './find.ts';
import { page } from './paging.ts';
import { crc32c, readPayload } from './payload.ts';
import { badState } from './refusals.ts';
import { statusOf } from './replication.ts';
import type { VersionState, VersionStatus } from './state.ts';

function answer({ name, secret, version }: Found & { readonly version: VersionState }): Record<string, unknown> {
  const { number, createdAt, destroyedAt, state, etag, isChecked } = version;
  return {
    name: `${name}/versions/${String(number)}`,
    createTime: new Date(createdAt).toISOString(),
    ...(destroyedAt === undefined ? {} : { destroyTime: new Date(destroyedAt).toISOString() }),
    state,
    replicationStatus: statusOf(secret.replication),
    etag,
    ...(isChecked ? { clientSpecifiedPayloadChecksum: true } : {}),
  };
}

export function addVersion(request: Request, context: Context): Reply {
  const { world, now } = context;
  const found = openSecret(request, context, 'secretmanager.versions.add');
  const payload = readPayload(request.body);
  const { versions } = found.secret;
  const number = versions.length + 1;
  const version: VersionState = { number, createdAt: now, state: 'ENABLED', etag: newEtag(world), ...payload };
  versions.push(version);
  return { status: 200, body: answer({ ...found, version }) };
}

export function getVersion(request: Request, context: Context): Reply {
  const found = openVersion(request, context, { permission: 'secretmanager.versions.get', byAlias: true });
  if (!shownVersions(found.secret, context).includes(found.version))
    throw google(
      404,
      'NOT_FOUND',
      `Secret Version [${found.name}/versions/${String(found.version.number)}] not found.`,
    );
  return { status: 200, body: answer(found) };
}

export function listVersions(request: Request, context: Context): Reply {
  const found = openSecret(request, context, 'secretmanager.versions.list');
  const versions = shownVersions(found.secret, context).map((version) => answer({ ...found, version }));
  return { status: 200, body: page('versions', versions, request) };
}

export function accessVersion(request: Request, context: Context): Reply {
  const found = openVersion(request, context, { permission: 'secretmanager.versions.access', byAlias: true });
  const { data = '', state, number } = found.version;
  const name = `${found.name}/versions/${String(number)}`;
  if (state !== 'ENABLED') throw badState(`Secret Version [${name}] is in ${state} state.`);
  return { status: 200, body: { name, payload: { data, dataCrc32c: crc32c(Buffer.from(data, 'base64')) } } };
}

/** Enables, disables or destroys. What is destroyed stays so; to do the same twice is no fault otherwise. */
export const setState =
  (permission: string, state: VersionStatus) =>
  (request: Request, context: Context): Reply => {
    const found = openVersion(request, context, { permission, byAlias: false });
    const { version } = found;
    const name = `${found.name}/versions/${String(version.number)}`;
    checkEtag(name, { sent: record(request.body)['etag'], stored: version.etag });
    if (version.state === 'DESTROYED') throw badState(`Secret Version [${name}] is in DESTROYED state.`);
    version.state = state;
    version.etag = newEtag(context.world);
    if (state === 'DESTROYED') {
      version.destroyedAt = context.now;
      delete version.data;
    }
    return { status: 200, body: answer(found) };
  };
