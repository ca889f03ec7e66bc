import { gitHubCall } from '../../cloud/github/call.ts';
import type { SecretScope } from '../../cloud/github/scope.ts';
import type { SecretStore } from '../../cloud/github/secret-store.ts';
import { ApiError } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { placeMark } from '../../ownership/place-mark.ts';
import { once } from '../../time.ts';
import { ownerOf } from '../context.ts';
import type { DestinationContext } from '../context.ts';
import type { Destination, Reading } from '../destination.ts';
import { placeAsResource } from '../place.ts';
import { remembered } from '../remembered.ts';
import { addressOf, ask, nameOf, placeOf, variableOf } from './reading.ts';
import type { GitHubSecretOptions } from './reading.ts';
import { remedyFor, whyRefused } from './refusal.ts';

/** As a target asks for it. */
export function gitHubSecretOf(context: DestinationContext): Destination {
  const { cloud, event, options, telling } = context;
  const { secretName, secretScope: scope, secretVisibility: visibility } = context.target.delivery;
  const { apiUrl: baseUrl, repository = '' } = event;
  const { githubToken: token } = options;
  const selected = context.target.delivery.secretRepositories;
  const open = once(async () => {
    if (token === undefined) throw new Error(`there is no github_token to reach the secret ${secretName} with`);
    // Octokit is big, and most runs deliver nothing.
    const { secretStore } = await import('../../cloud/github/secret-store.ts');
    const call = gitHubCall({ clock: cloud.clock, ...telling });
    return secretStore(call, { token, repository, scope, visibility, selected, baseUrl });
  });
  const reached = { secretName, repository, scope, visibility, open: token === undefined ? undefined : open };
  return gitHubSecret({ ...ownerOf(context), ...reached });
}

/**
 * A secret of GitHub Actions, with the key's id in the variable `<secret>_KEY_ID` of the same scope: a secret never tells
 * what it holds, and one that is newer than its variable was overwritten by hand.
 */
export function gitHubSecret(options: GitHubSecretOptions): Destination {
  const { secretName, scope } = options;
  const variable = variableOf(options);
  const name = nameOf(options);
  const asked = remembered(() => ask(options));
  const reading = async (): Promise<Reading> => (await asked.get()).reading;
  const reread = async (): Promise<Reading> => (await asked.again()).reading;
  let delivered = NaN; // When, by GitHub's clock.
  const store = (): Promise<SecretStore> => opened(options, name);
  const remove = async (): Promise<Notice | undefined> => {
    const found = await reread();
    if (found.state === 'absent' && found.isNoted !== true) return undefined;
    if (found.state === 'unreadable') return left(name, found.why);
    const secrets = await store();
    await secrets.deleteSecret(secretName);
    await secrets.deleteVariable(variable);
    return { severity: 'note', code: 'destination.removed', because: `deleted ${name} and the variable ${variable}` };
  };
  const place = placeOf(options);
  return {
    ...placeAsResource(
      { ...options, name, place, address: addressOf(options) },
      { reading, remove, reread, leaves: 'nothing' },
    ),
    mark: placeMark('github-secret', place),
    willing: false,
    reading,
    reread,
    refuse: async () => {
      const { reading: found, error } = await asked.get();
      const refused = { scope, repository: options.repository, name };
      if (found.state === 'unreadable') return whyRefused(refused, found.why, error);
      try {
        await (await store()).audience();
        return undefined;
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown;
        return whyRefused(refused, `could not ${thrown.call}: ${thrown.words}`, thrown);
      }
    },
    foresee: () => Promise.resolve(undefined), // GitHub says the same of what is not there and of what a token may not see.
    deliver: async (key) => {
      const secrets = await store();
      const publicKey = (await asked.get()).publicKey ?? (await secrets.publicKey());
      delivered = await secrets.putSecret(secretName, key.file, publicKey);
      asked.forget();
      try {
        await secrets.putVariable(variable, key.id);
      } catch (error) {
        throw halfDelivered(variable, scope, error);
      }
    },
    isStillThere: async () => isUntouched(await store(), secretName, delivered),
    note: async (keyId) => {
      await (await store()).putVariable(variable, keyId);
      asked.forget();
    },
    retire: () => Promise.resolve(undefined), // The new key has overwritten it.
  };
}

async function opened({ open }: GitHubSecretOptions, name: string): Promise<SecretStore> {
  if (open === undefined) throw new Error(`there is no github_token to reach ${name} with`);
  return open();
}

/** @param since - NaN = nobody knows */
async function isUntouched(secrets: SecretStore, name: string, since: number): Promise<boolean> {
  try {
    const found = await secrets.secret(name);
    // HTTP tells times in whole seconds.
    return found !== undefined && !(Math.floor(found.updatedAt / 1000) * 1000 > since);
  } catch (error) {
    if (error instanceof ApiError) return true; // It was delivered, and nothing says otherwise.
    throw error;
  }
}

function left(name: string, why: string): Notice {
  return {
    severity: 'warning',
    code: 'destination.left',
    because: `${name} is left: it could not be read (${why})`,
    remedy: 'Its key is no longer valid: delete it by hand.',
  };
}

/** The secret took the key, its note did not: not a refusal, so that nobody deletes a key that is out. */
function halfDelivered(variable: string, scope: SecretScope, error: unknown): Error {
  if (!(error instanceof ApiError)) return new Error(`could not write the variable ${variable}`, { cause: error });
  const attempted = `write the id of the new key into the variable ${variable}`;
  const remedy = `${remedyFor(scope, error)} Then run the workflow again: the next run heals this.`;
  return new Blocked(
    [{ severity: 'error', code: 'destination.unnoted', attempted, because: error.words, remedy }],
    error,
  );
}

declare module '../../address.ts' {
  interface Kinds {
    readonly 'github-secret': true;
  }
}
