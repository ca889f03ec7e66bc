import { ApiError } from '../api-error.ts';
import type { PublicKey, RepositorySecrets } from '../github/repository-secrets.ts';
import { Refused } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import type { Destination, Reading } from './destination.ts';

/** What `githubSecret` needs. Without `secrets` (no token) the destination is named, and cannot be read. */
export interface GitHubSecretOptions {
  readonly secretName: string;
  readonly repository: string;
  readonly secrets: (() => Promise<RepositorySecrets>) | undefined;
}

/**
 * A secret of the repository, with the key's id in the variable `<secret>_KEY_ID` beside it: a secret never tells what
 * it holds, and one that is newer than its variable was overwritten by hand.
 */
export function githubSecret(options: GitHubSecretOptions): Destination {
  const { secretName, repository } = options;
  const variable = `${secretName}_KEY_ID`;
  const name = `the repository secret ${secretName}`;
  let asked: Promise<Asked> | undefined;
  const ask = (): Promise<Asked> => (asked ??= look(options, variable));
  const reread = async (): Promise<Reading> => {
    asked = undefined;
    return (await ask()).reading;
  };
  const store = async (): Promise<RepositorySecrets> => {
    if (options.secrets === undefined) throw new Error(`there is no github_token to reach ${name} with`);
    return options.secrets();
  };
  return {
    name,
    willing: false,
    read: async () => (await ask()).reading,
    reread,
    refuse: async () => {
      const { reading, error } = await ask();
      return reading.state === 'unreadable' ? refusal(name, repository, reading.why, error) : undefined;
    },
    deliver: async (key) => {
      const secrets = await store();
      const publicKey = (await ask()).publicKey ?? (await secrets.publicKey());
      await secrets.putSecret(secretName, key.file, publicKey);
      asked = undefined;
      try {
        await secrets.putVariable(variable, key.id);
      } catch (error) {
        throw halfDelivered(variable, error);
      }
    },
    note: async (keyId) => {
      await (await store()).putVariable(variable, keyId);
      asked = undefined;
    },
    forget: async () => {
      const reading = await reread();
      if (reading.state === 'absent' && reading.isNoted !== true) return undefined;
      if (reading.state === 'unreadable')
        return `left ${name} where it is (${reading.why}): its key is dead, delete it`;
      const secrets = await store();
      await secrets.deleteSecret(secretName);
      await secrets.deleteVariable(variable);
      return `deleted ${name} and the variable ${variable}`;
    },
  };
}

interface Asked {
  readonly reading: Reading;
  readonly publicKey?: PublicKey;
  readonly error?: ApiError;
}

/** One round trip. The public key proves that the token sees the repository: without it, 404 would prove nothing. */
async function look(options: GitHubSecretOptions, variable: string): Promise<Asked> {
  if (options.secrets === undefined) return { reading: { state: 'unreadable', why: 'no github_token was given' } };
  try {
    const secrets = await options.secrets();
    const [publicKey, secret, note] = await Promise.all([
      secrets.publicKey(),
      secrets.secret(options.secretName),
      secrets.variable(variable),
    ]);
    if (secret === undefined) return { publicKey, reading: { state: 'absent', isNoted: note !== undefined } };
    const { updatedAt: writtenAt } = secret;
    return { publicKey, reading: { state: 'present', writtenAt, keyId: note?.value, notedAt: note?.updatedAt } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { error, reading: { state: 'unreadable', why: `could not ${error.call}: ${error.words}` } };
  }
}

/** The secret took the key, its note did not: not a refusal, so that nobody deletes a key that is out. */
function halfDelivered(variable: string, error: unknown): Error {
  if (!(error instanceof ApiError)) return new Error(`could not write the variable ${variable}`, { cause: error });
  const attempted = `write the id of the new key into the variable ${variable}`;
  const remedy = 'Give github_token the repository permission Variables: write, and run the workflow again.';
  return new Refused([{ attempted, because: error.words, remedy }], error);
}

function refusal(name: string, repository: string, because: string, error: ApiError | undefined): Refusal {
  return {
    attempted: `make sure that a key can be delivered to ${name} of ${repository}`,
    because,
    remedy:
      error?.code !== undefined && error.code >= 500
        ? 'GitHub is unwell: run the workflow again later.'
        : 'Give github_token a fine-grained personal access token, or the token of a GitHub App, with the repository ' +
          'permissions Secrets: write and Variables: write. GITHUB_TOKEN can never write secrets.',
  };
}
