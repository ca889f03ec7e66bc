import { getOctokit } from '@actions/github';
import { ApiError, isNotFound } from '../../errors/api-error.ts';
import type { SecretScope, Visibility } from './scope.ts';
import { orAbsent } from '../call.ts';
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
  putSecret(name: string, value: Secret, key: PublicKey): Promise<void>;
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

/** As GitHub answers it, reduced to what is read here. */
interface Answer extends PublicKey {
  readonly id: number;
  readonly updated_at: string;
  readonly value?: string;
  readonly visibility?: string;
}

export function secretStore(call: Call, options: StoreOptions): SecretStore {
  const octokit = getOctokit(options.token.reveal(), { baseUrl: options.baseUrl });
  const place = placeOf(options);
  const send = async (what: string, route: string, parameters: Record<string, unknown> = {}): Promise<Answer> =>
    call({ call: `${what} of ${place.name}`, service: 'github', repeatable: true }, async () => {
      const reply: { data: unknown } = await octokit.request(route, { ...place.parameters, ...parameters });
      return reply.data as Answer;
    });
  const read = async (what: string, route: string, name: string): Promise<Noted | undefined> => {
    const found = await orAbsent(send(what, route, { name }));
    return found && { updatedAt: Date.parse(found.updated_at), value: found.value, visibility: found.visibility };
  };
  const idOf = async (repository: string): Promise<number> => {
    const [owner, repo] = repository.split('/');
    return (await send(`look up the repository ${repository}`, 'GET /repos/{owner}/{repo}', { owner, repo })).id;
  };
  let selected: Promise<number[]> | undefined;
  const reach = async (): Promise<Record<string, unknown>> => {
    if (options.scope.kind !== 'organization') return {};
    if (options.visibility !== 'selected') return { visibility: options.visibility };
    selected ??= Promise.all(options.selected.map(idOf));
    return { visibility: 'selected', selected_repository_ids: await selected };
  };
  const updateVariable = async (name: string, value: string): Promise<void> => {
    await send(`write the variable ${name}`, `PATCH ${place.variables}/{name}`, { name, value, ...(await reach()) });
  };
  return {
    publicKey: () => send('read the public key for secrets', `GET ${place.secrets}/public-key`),
    secret: (name) => read(`read the secret ${name}`, `GET ${place.secrets}/{name}`, name),
    variable: (name) => read(`read the variable ${name}`, `GET ${place.variables}/{name}`, name),
    putSecret: async (name, value, key) => {
      const sealed = { encrypted_value: seal(value.reveal(), key.key), key_id: key.key_id };
      await send(`write the secret ${name}`, `PUT ${place.secrets}/{name}`, { name, ...sealed, ...(await reach()) });
    },
    putVariable: async (name, value) => {
      try {
        await updateVariable(name, value);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        try {
          await send(`create the variable ${name}`, `POST ${place.variables}`, { name, value, ...(await reach()) });
        } catch (conflict) {
          if (!isTaken(conflict)) throw conflict;
          await updateVariable(name, value);
        }
      }
    },
    deleteSecret: async (name) => {
      await orAbsent(send(`delete the secret ${name}`, `DELETE ${place.secrets}/{name}`, { name }));
    },
    deleteVariable: async (name) => {
      await orAbsent(send(`delete the variable ${name}`, `DELETE ${place.variables}/{name}`, { name }));
    },
    audience: async () => {
      await reach();
    },
  };
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
