import { vanished } from '../../errors/vanished.ts';
import { secretmanager_v1 } from 'googleapis/build/src/apis/secretmanager/v1.js';
import { ApiError } from '../../errors/api-error.ts';
import type { Secret } from '../../secret.ts';
import { expectTexts } from '../answer.ts';
import { orAbsent } from '../call.ts';
import type { Cloud } from './clients.ts';
import { expectPermissions } from './project-policies.ts';
import { lastPart } from './resource-names.ts';
import { makeDocument } from '../document.ts';
import type { Document } from '../document.ts';

/** A secret of Secret Manager as it answers it: labels, annotations, etag; never the payload. */
export type SecretResource = secretmanager_v1.Schema$Secret;

/** A version without its payload. Times in milliseconds since 1970. */
export interface SecretVersion {
  /** `1`, `2` … */
  readonly number: string;
  readonly createdAt: number;
  readonly state: string;
}

/** One secret, which must exist, and its versions. */
export interface SecretVersions extends Document<SecretResource> {
  /** The newest version, whatever its state; undefined when there is none. */
  latest(): Promise<SecretVersion | undefined>;
  /** One by its number; undefined when there is none. */
  version(number: string): Promise<SecretVersion | undefined>;
  /** Which of these permissions the caller holds on the secret. */
  held(permissions: readonly string[]): Promise<string[]>;
  /** Sent once: every call that arrives makes a version. Returns its number. */
  add(payload: Secret): Promise<string>;
  disable(version: string): Promise<void>;
  destroy(version: string): Promise<void>;
}

/** @param name - `projects/P/secrets/S` */
export function secretVersions(cloud: Cloud, name: string): SecretVersions {
  const rootUrl = `${cloud.endpoints.secretmanager}/`;
  const { secrets } = new secretmanager_v1.Secretmanager({ ...cloud.clientOptions, rootUrl }).projects;
  const send = <T extends { name?: string | null }>(
    what: string,
    request: () => Promise<{ data: T }>,
    repeatable = true,
  ): Promise<T> =>
    cloud.call({ call: `${what} ${name}`, service: 'secretmanager', repeatable }, async () =>
      expectTexts('secret or version', (await request()).data, ['name']),
    );
  const document = makeDocument<SecretResource>(cloud.clock, {
    get: () => orAbsent(send('read the secret', async () => whole(await secrets.get({ name })))),
    put: (after, before) => {
      const requestBody = { name, annotations: after.annotations ?? {}, etag: before.etag ?? null };
      const request = { name, updateMask: 'annotations', requestBody };
      return send('annotate the secret', async () => whole(await secrets.patch(request)));
    },
    gone: () => vanished(`the secret ${name}`),
  });
  const one = async (number: string, what: string): Promise<SecretVersion | undefined> => {
    const request = { name: `${name}/versions/${number}` };
    const found = await orAbsent(send(`read ${what} of`, () => secrets.versions.get(request)));
    return (
      found && {
        number: lastPart(found.name ?? ''),
        createdAt: Date.parse(found.createTime ?? ''),
        state: found.state ?? 'STATE_UNSPECIFIED',
      }
    );
  };
  return {
    ...document,
    latest: () => one('latest', 'the latest version'),
    version: (number) => one(number, `version ${number}`),
    held: async (permissions) => {
      const request = { resource: name, requestBody: { permissions: [...permissions] } };
      const asked = { call: `test the permissions on ${name}`, service: 'secretmanager', repeatable: true } as const;
      return cloud.call(asked, async () => expectPermissions((await secrets.testIamPermissions(request)).data));
    },
    add: async (payload) => {
      const data = Buffer.from(payload.reveal()).toString('base64');
      const request = { parent: name, requestBody: { payload: { data } } };
      return lastPart((await send('add a version to', () => secrets.addVersion(request), false)).name ?? '');
    },
    disable: (version) =>
      unlessGone(send(`disable version ${version} of`, () => secrets.versions.disable(named(name, version)))),
    destroy: (version) =>
      unlessGone(send(`destroy version ${version} of`, () => secrets.versions.destroy(named(name, version)))),
  };
}

/** A secret without its etag could only be written over. @throws UnreadableAnswer */
function whole({ data }: { readonly data: SecretResource }): { data: SecretResource } {
  return { data: expectTexts('secret', data, ['etag']) };
}

/** A version that somebody has destroyed already is as gone as it can be. */
async function unlessGone(request: Promise<unknown>): Promise<void> {
  try {
    await orAbsent(request);
  } catch (error) {
    const isDestroyed = error instanceof ApiError && error.code === 400 && /destroyed/i.test(error.words);
    if (!isDestroyed) throw error;
  }
}

function named(secret: string, version: string): { name: string; requestBody: Record<string, never> } {
  return { name: `${secret}/versions/${version}`, requestBody: {} };
}
