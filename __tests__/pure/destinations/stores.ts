import type { Noted, SecretStore } from '../../../src/cloud/github/secret-store.ts';
import type { AccountDocument } from '../../../src/cloud/google/service-accounts.ts';
import type { SecretResource, SecretVersion, SecretVersions } from '../../../src/cloud/google/secret-versions.ts';
import { ApiError } from '../../../src/errors/api-error.ts';
import type { ServiceName } from '../../../src/errors/services.ts';
import { fakeDocument } from '../resources/fixtures.ts';

/** Stores in memory, and every request to them, in order. */

export function apiError(
  code: number | undefined,
  words = 'no',
  reason?: string,
  service: ServiceName = 'serviceusage',
): ApiError {
  return new ApiError({
    ...{ call: 'try', service, code, status: 'X', reason, words },
    ...{ requestId: undefined, details: [], retryAfter: undefined },
  });
}

/** Goes wrong when it is asked for this. */
export type Trouble = (request: string) => ApiError | undefined;

export interface GitHubWorld {
  readonly log: string[];
  secret: Noted | undefined;
  variable: Noted | undefined;
  /** What GitHub's clock says when the secret is written. */
  writtenAt?: number;
}

export function gitHubStore(world: GitHubWorld, trouble: Trouble = () => undefined): SecretStore {
  const request = <T>(line: string, carryOut: () => T): Promise<T> => {
    world.log.push(line);
    const error = trouble(line);
    return error === undefined ? Promise.resolve(carryOut()) : Promise.reject(error);
  };
  return {
    publicKey: () => request('read public key', () => ({ key: 'k', key_id: '1' })),
    secret: () => request('read secret', () => world.secret),
    variable: () => request('read variable', () => world.variable),
    putSecret: () => request('put secret', () => world.writtenAt ?? NaN),
    putVariable: (_name, value) => request(`put variable ${value}`, () => undefined),
    deleteSecret: () => request('delete secret', () => undefined),
    deleteVariable: () => request('delete variable', () => undefined),
    audience: () => request('audience', () => undefined),
  };
}

export interface VersionsWorld {
  readonly log: string[];
  readonly versions: SecretVersion[];
  annotations: Record<string, string>;
  /** Whether the secret exists. */
  isThere: boolean;
}

export const version = (number: number, state = 'ENABLED'): SecretVersion => ({
  number: String(number),
  createdAt: number * 1000,
  state,
});

/** @param lose - whether the answer to this attempt to add a version is lost: before it is there, after, or not */
export function secretVersionsOf(
  world: VersionsWorld,
  lose: (attempt: number) => 'before' | 'after' | 'never' = () => 'never',
): SecretVersions {
  let attempts = 0;
  const get = (): SecretResource | undefined => (world.isThere ? { annotations: world.annotations } : undefined);
  const request = <T>(line: string, carryOut: () => T): Promise<T> => {
    world.log.push(line);
    return Promise.resolve().then(carryOut);
  };
  return {
    read: () => request('read', get),
    reread: () => request('read', get),
    learn: () => undefined,
    edit: async (change) => {
      const after = change(get() ?? {});
      world.annotations = { ...after.annotations };
      return request(`annotate ${JSON.stringify(world.annotations)}`, () => after);
    },
    latest: () => request('latest', () => world.versions.at(-1)),
    version: (number) => request(`version ${number}`, () => world.versions.find((one) => one.number === number)),
    held: (permissions) => request('held', () => [...permissions]),
    add: () =>
      request('add', () => {
        const lost = lose((attempts += 1));
        if (lost === 'before') throw apiError(undefined, 'lost');
        world.versions.push(version(world.versions.length + 1));
        if (lost === 'after') throw apiError(undefined, 'lost');
        return String(world.versions.length);
      }),
    disable: (number) => request(`disable ${number}`, () => undefined),
    destroy: (number) => request(`destroy ${number}`, () => undefined),
  };
}

/** @param description - undefined = there is no account */
export function accountWith(description: string | undefined): AccountDocument {
  const no = (): Promise<never> => Promise.reject(new Error('no'));
  return {
    ...fakeDocument(description === undefined ? undefined : { description }),
    ...{ email: 'retl@p', create: no, enable: no, disable: no, delete: no },
  };
}
