import { getOctokit } from '@actions/github';
import { isAlreadyExists, isNotFound } from '../api-error.ts';
import type { Call } from '../google/call.ts';
import type { Secret } from '../secret.ts';
import { seal } from './sealed-box.ts';

/** What GitHub tells of a secret or a variable. Times in milliseconds since 1970; a secret never tells its value. */
export interface Noted {
  readonly updatedAt: number;
  readonly value: string | undefined;
}

/** The Actions secrets and variables of one repository. `undefined` = GitHub says 404, which an invisible one does too. */
export interface RepositorySecrets {
  /** Key to seal with. Refused (403, or 404 where the repository is invisible) to tokens that may not see secrets. */
  publicKey(): Promise<PublicKey>;
  secret(name: string): Promise<Noted | undefined>;
  variable(name: string): Promise<Noted | undefined>;
  putSecret(name: string, value: Secret, key: PublicKey): Promise<void>;
  putVariable(name: string, value: string): Promise<void>;
  deleteSecret(name: string): Promise<void>;
  deleteVariable(name: string): Promise<void>;
}

/** A secret store's public key, base64, and its id. */
export interface PublicKey {
  readonly key: string;
  readonly key_id: string;
}

/** @param repository - `owner/name`; @param baseUrl - of GitHub's API, for GitHub Enterprise too */
export function repositorySecrets(call: Call, token: Secret, repository: string, baseUrl: string): RepositorySecrets {
  const octokit = getOctokit(token.reveal(), { baseUrl });
  const [owner = '', repo = ''] = repository.split('/');
  const base = { owner, repo };
  const send = <T>(what: string, request: () => Promise<{ data: T }>): Promise<T> =>
    call({ call: `${what} of ${repository}`, service: 'github', repeatable: true }, async () => (await request()).data);
  const unless404 = async <T>(request: Promise<T>): Promise<T | undefined> => {
    try {
      return await request;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const { actions } = octokit.rest;
  const updateVariable = (name: string, value: string): Promise<unknown> =>
    send(`write the variable ${name}`, () => actions.updateRepoVariable({ ...base, name, value }));
  return {
    publicKey: () => send('read the public key for secrets', () => actions.getRepoPublicKey(base)),
    secret: async (name) => {
      const found = await unless404(
        send(`look at the secret ${name}`, () => actions.getRepoSecret({ ...base, secret_name: name })),
      );
      return found && { updatedAt: Date.parse(found.updated_at), value: undefined };
    },
    variable: async (name) => {
      const found = await unless404(
        send(`read the variable ${name}`, () => actions.getRepoVariable({ ...base, name })),
      );
      return found && { updatedAt: Date.parse(found.updated_at), value: found.value };
    },
    putSecret: async (name, value, key) => {
      const sealed = { encrypted_value: seal(value.reveal(), key.key), key_id: key.key_id };
      await send(`write the secret ${name}`, () =>
        actions.createOrUpdateRepoSecret({ ...base, secret_name: name, ...sealed }),
      );
    },
    putVariable: async (name, value) => {
      try {
        await updateVariable(name, value);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        try {
          await send(`create the variable ${name}`, () => actions.createRepoVariable({ ...base, name, value }));
        } catch (conflict) {
          if (!isAlreadyExists(conflict) && !isTaken(conflict)) throw conflict;
          await updateVariable(name, value);
        }
      }
    },
    deleteSecret: async (name) => {
      await unless404(
        send(`delete the secret ${name}`, () => actions.deleteRepoSecret({ ...base, secret_name: name })),
      );
    },
    deleteVariable: async (name) => {
      await unless404(send(`delete the variable ${name}`, () => actions.deleteRepoVariable({ ...base, name })));
    },
  };
}

/** GitHub answers 409 or 422 to the creation of a variable that is there: another run made it in between. */
function isTaken(error: unknown): boolean {
  const code = (error as { code?: number }).code;
  return code === 409 || code === 422;
}
