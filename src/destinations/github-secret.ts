import { ApiError } from '../errors/api-error.ts';
import { rightsFor } from '../inputs/delivery.ts';
import type { SecretScope, Visibility } from '../inputs/delivery.ts';
import type { Noted, PublicKey, SecretStore } from '../cloud/github/secret-store.ts';
import { Refused } from '../errors/diagnostic.ts';
import type { Refusal } from '../errors/diagnostic.ts';
import type { Destination, Reading } from './destination.ts';

/** What `githubSecret` needs. Without `open` (no token) the destination is named, and cannot be read. */
export interface GitHubSecretOptions {
  readonly secretName: string;
  readonly repository: string;
  readonly scope: SecretScope;
  /** Who is to see it, in an organization. */
  readonly visibility: Visibility;
  readonly open: (() => Promise<SecretStore>) | undefined;
}

/**
 * A secret of GitHub Actions, with the key's id in the variable `<secret>_KEY_ID` of the same scope: a secret never tells
 * what it holds, and one that is newer than its variable was overwritten by hand.
 */
export function githubSecret(options: GitHubSecretOptions): Destination {
  const { secretName } = options;
  const variable = `${secretName}_KEY_ID`;
  const name = nameOf(options);
  let asked: Promise<Asked> | undefined;
  const ask = (): Promise<Asked> => (asked ??= look(options, variable));
  const reread = async (): Promise<Reading> => {
    asked = undefined;
    return (await ask()).reading;
  };
  const store = async (): Promise<SecretStore> => {
    if (options.open === undefined) throw new Error(`there is no github_token to reach ${name} with`);
    return options.open();
  };
  return {
    name,
    willing: false,
    read: async () => (await ask()).reading,
    reread,
    refuse: async () => {
      const { reading, error } = await ask();
      if (reading.state === 'unreadable') return refusal(options, reading.why, error);
      try {
        await (await store()).audience();
        return undefined;
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown;
        return refusal(options, `could not ${thrown.call}: ${thrown.words}`, thrown);
      }
    },
    deliver: async (key) => {
      const secrets = await store();
      const publicKey = (await ask()).publicKey ?? (await secrets.publicKey());
      await secrets.putSecret(secretName, key.file, publicKey);
      asked = undefined;
      try {
        await secrets.putVariable(variable, key.id);
      } catch (error) {
        throw halfDelivered(variable, options.scope, error);
      }
    },
    note: async (keyId) => {
      await (await store()).putVariable(variable, keyId);
      asked = undefined;
    },
    retire: () => Promise.resolve(), // The new key has overwritten it.
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

function nameOf({ secretName, scope }: GitHubSecretOptions): string {
  if (scope.kind === 'environment') return `the secret ${secretName} of the environment ${scope.environment}`;
  if (scope.kind === 'organization') return `the secret ${secretName} of the organization ${scope.organization}`;
  return `the repository secret ${secretName}`;
}

interface Asked {
  readonly reading: Reading;
  readonly publicKey?: PublicKey;
  readonly error?: ApiError;
}

/** One round trip. The public key proves that the token sees the store: without it, 404 would prove nothing. */
async function look(options: GitHubSecretOptions, variable: string): Promise<Asked> {
  if (options.open === undefined) return { reading: { state: 'unreadable', why: 'no github_token was given' } };
  try {
    const secrets = await options.open();
    const [publicKey, secret, note] = await Promise.all([
      secrets.publicKey(),
      secrets.secret(options.secretName),
      secrets.variable(variable),
    ]);
    if (secret === undefined) return { publicKey, reading: { state: 'absent', isNoted: note !== undefined } };
    const { updatedAt: writtenAt } = secret;
    const remark = remarkOn(secret, options);
    return {
      publicKey,
      reading: { state: 'present', writtenAt, keyId: note?.value, notedAt: note?.updatedAt, remark },
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { error, reading: { state: 'unreadable', why: `could not ${error.call}: ${error.words}` } };
  }
}

/** GitHub shows a secret to others only as it is written, so a wrong audience lasts until the next delivery. */
function remarkOn(secret: Noted, { scope, visibility }: GitHubSecretOptions): string | undefined {
  if (scope.kind !== 'organization' || secret.visibility === undefined || secret.visibility === visibility) return;
  return `its visibility is ${secret.visibility}, and secret_visibility says ${visibility}: the next delivery changes it`;
}

/** The secret took the key, its note did not: not a refusal, so that nobody deletes a key that is out. */
function halfDelivered(variable: string, scope: SecretScope, error: unknown): Error {
  if (!(error instanceof ApiError)) return new Error(`could not write the variable ${variable}`, { cause: error });
  const attempted = `write the id of the new key into the variable ${variable}`;
  const remedy = `Give github_token ${rightsFor(scope)}, and run the workflow again.`;
  return new Refused([{ attempted, because: error.words, remedy }], error);
}

function refusal(options: GitHubSecretOptions, because: string, error: ApiError | undefined): Refusal {
  const { repository, scope } = options;
  const where = scope.kind === 'organization' ? '' : ` of ${repository}`;
  return {
    attempted: `make sure that a key can be delivered to ${nameOf(options)}${where}`,
    because,
    remedy:
      error?.code !== undefined && error.code >= 500
        ? 'GitHub is unwell: run the workflow again later.'
        : `${missing(scope, error)}Give github_token a fine-grained personal access token, or the token of a GitHub App, with ` +
          `${rightsFor(scope)}. GITHUB_TOKEN can never write secrets.`,
  };
}

/** GitHub says 404 for what is not there, and for what the token may not see. */
function missing(scope: SecretScope, error: ApiError | undefined): string {
  if (error?.code !== 404 || scope.kind === 'repository') return '';
  return scope.kind === 'environment'
    ? `If the environment ${scope.environment} is not there yet, create it in the settings of the repository. `
    : `Check that the organization ${scope.organization} exists. `;
}
