import { ApiError, isNotFound } from '../../errors/api-error.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import type { SecretScope, Visibility } from './scope.ts';
import { expectTexts } from '../answer.ts';
import { orAbsent } from '../call.ts';
import { audienceOf } from './audience.ts';
import { expectDone, gitHubClient } from './client.ts';
import type { Reply } from './client.ts';
import type { Call } from '../call.ts';
import type { Secret } from '../../secret.ts';
import { seal } from './sealed-box.ts';

/** What GitHub tells of a secret or a variable. Times in milliseconds since 1970; a secret never tells its value. */
export interface Noted {
  readonly updatedAt: number;
  readonly value: string | undefined;
  /** Only in an organization. */
  readonly visibility: string | undefined;
}

/**
 * The Actions secrets and variables of a repository, an environment, or an organization. `undefined` = GitHub says 404,
 * which something invisible does too.
 */
export interface SecretStore {
  /** Key to seal with. Refused (403, or 404 where the store is invisible) to tokens that may not see secrets. */
  publicKey(): Promise<PublicKey>;
  secret(name: string): Promise<Noted | undefined>;
  variable(name: string): Promise<Noted | undefined>;
  /** @returns when GitHub answered, by its own clock; NaN where it does not tell */
  putSecret(name: string, value: Secret, key: PublicKey): Promise<number>;
  putVariable(name: string, value: string): Promise<void>;
  deleteSecret(name: string): Promise<void>;
  deleteVariable(name: string): Promise<void>;
  /** Makes sure that everybody exists to whom the secret is to be shown. */
  audience(): Promise<void>;
}

/** A secret store's public key, base64, and its id. */
export interface PublicKey {
  readonly key: string;
  readonly key_id: string;
}

/** Which store, and who may see what is in it. */
export interface StoreOptions {
  readonly token: Secret;
  /** `owner/name` */
  readonly repository: string;
  readonly scope: SecretScope;
  /** For an organization's secrets alone. */
  readonly visibility: Visibility;
  readonly selected: readonly string[];
  /** Of GitHub's API, for GitHub Enterprise too. */
  readonly baseUrl: string;
}

/** A route, and what goes into it, its query or its body. */
type Sending = { readonly route: string } & Readonly<Record<string, unknown>>;

export function secretStore(call: Call, options: StoreOptions): SecretStore {
  const ask = gitHubClient(call, options);
  const place = placeOf(options);
  const send = <T>(what: string, sending: Sending, expect: (reply: Reply) => T): Promise<T> => {
    const { route, ...parameters } = sending;
    const asked = { call: `${what} of ${place.name}`, repeatable: true };
    return ask(asked, { route, parameters: { ...place.parameters, ...parameters } }, expect);
  };
  const write = (what: string, sending: Sending): Promise<void> => send(what, sending, expectDone);
  const read = async (what: string, route: string, name: string): Promise<Noted | undefined> =>
    orAbsent(send(what, { route, name }, expectNoted));
  const reach = audienceOf(ask, options);
  const updateVariable = async (name: string, value: string): Promise<void> => {
    const route = `PATCH ${place.variables}/{name}`;
    await write(`write the variable ${name}`, { route, name, value, ...(await reach()) });
  };
  return {
    publicKey: () =>
      send('read the public key for secrets', { route: `GET ${place.secrets}/public-key` }, expectPublicKey),
    secret: (name) => read(`read the secret ${name}`, `GET ${place.secrets}/{name}`, name),
    variable: (name) => read(`read the variable ${name}`, `GET ${place.variables}/{name}`, name),
    putSecret: async (name, value, key) => {
      const sealed = { encrypted_value: seal(value.reveal(), key.key), key_id: key.key_id };
      const route = `PUT ${place.secrets}/{name}`;
      return send(`write the secret ${name}`, { route, name, ...sealed, ...(await reach()) }, (reply) => {
        expectDone(reply);
        return Date.parse(reply.headers.date ?? '');
      });
    },
    putVariable: async (name, value) => {
      try {
        await updateVariable(name, value);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        try {
          const route = `POST ${place.variables}`;
          await write(`create the variable ${name}`, { route, name, value, ...(await reach()) });
        } catch (conflict) {
          if (!isTaken(conflict)) throw conflict;
          await updateVariable(name, value);
        }
      }
    },
    deleteSecret: async (name) => {
      await orAbsent(write(`delete the secret ${name}`, { route: `DELETE ${place.secrets}/{name}`, name }));
    },
    deleteVariable: async (name) => {
      await orAbsent(write(`delete the variable ${name}`, { route: `DELETE ${place.variables}/{name}`, name }));
    },
    audience: async () => {
      await reach();
    },
  };
}

/** Of Curve25519, as sealing needs it: found out before there is a key to seal. */
const KEY_BYTES = 32;

function expectPublicKey({ data }: Reply): PublicKey {
  const found = expectTexts('public key', data as PublicKey, ['key', 'key_id']);
  const { length } = Buffer.from(found.key, 'base64');
  if (length !== KEY_BYTES)
    throw new UnreadableAnswer(`its key has ${String(length)} bytes instead of ${String(KEY_BYTES)}`);
  return found;
}

/** As GitHub answers it, reduced to what is read here. */
interface Answer {
  readonly name: string;
  readonly updated_at: string;
  readonly value?: string;
  readonly visibility?: string;
}

function expectNoted({ data }: Reply): Noted {
  const {
    updated_at: time,
    value,
    visibility,
  } = expectTexts('secret or variable', data as Answer, ['name', 'updated_at']);
  const updatedAt = Date.parse(time);
  if (Number.isNaN(updatedAt)) throw new UnreadableAnswer('its time is none');
  return { updatedAt, value, visibility };
}

interface Place {
  readonly name: string;
  readonly secrets: string;
  readonly variables: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where GitHub keeps them. `{name}` parts are encoded as they are filled in. */
function placeOf({ repository, scope }: StoreOptions): Place {
  const [owner = '', repo = ''] = repository.split('/');
  if (scope.kind === 'organization') {
    const root = '/orgs/{org}/actions';
    const parameters = { org: scope.organization };
    return { name: scope.organization, secrets: `${root}/secrets`, variables: `${root}/variables`, parameters };
  }
  if (scope.kind === 'environment') {
    const root = '/repos/{owner}/{repo}/environments/{environment}';
    const parameters = { owner, repo, environment: scope.environment };
    const name = `the environment ${scope.environment} of ${repository}`;
    return { name, secrets: `${root}/secrets`, variables: `${root}/variables`, parameters };
  }
  const root = '/repos/{owner}/{repo}/actions';
  return { name: repository, secrets: `${root}/secrets`, variables: `${root}/variables`, parameters: { owner, repo } };
}

/** GitHub answers 409 or 422 to the creation of a variable that is there: another run made it in between. */
function isTaken(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 409 || error.code === 422);
}
