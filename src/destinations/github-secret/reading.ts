import type { Address } from '../../address.ts';
import { secretIn } from '../../cloud/github/scope.ts';
import type { SecretScope, Visibility } from '../../cloud/github/scope.ts';
import type { Noted, PublicKey, SecretStore } from '../../cloud/github/secret-store.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { Reading } from '../destination.ts';
import type { Place } from '../place.ts';

/** A secret of GitHub: its names, and what can be read of it. */

/** Which secret, and how to reach it. Without `open` (no token) the destination is named, and cannot be read. */
export interface GitHubSecretOptions extends Pick<Place, 'want' | 'claims'> {
  readonly secretName: string;
  /** `owner/name` */
  readonly repository: string;
  readonly scope: SecretScope;
  /** Who is to see it, in an organization. */
  readonly visibility: Visibility;
  readonly open: (() => Promise<SecretStore>) | undefined;
}

type Named = Pick<GitHubSecretOptions, 'secretName' | 'scope'>;

/** The variable that notes the id of the key in the secret. */
export function variableOf({ secretName }: Named): string {
  return `${secretName}_KEY_ID`;
}

/** As messages name it. */
export function nameOf({ secretName, scope }: Named): string {
  return secretIn(scope, secretName);
}

/** The same in full, with the repository or the organization that gets it. */
export function placeOf({ secretName, scope, repository }: Named & Pick<GitHubSecretOptions, 'repository'>): string {
  if (scope.kind === 'organization') return `github-secret organization:${scope.organization}/${secretName}`;
  const environment = scope.kind === 'environment' ? ` environment:${scope.environment}` : '';
  return `github-secret ${repository.toLowerCase()}${environment}/${secretName}`;
}

export function addressOf({ secretName, scope }: Named): Address {
  if (scope.kind === 'environment')
    return { kind: 'github-secret', name: `environment:${scope.environment}/${secretName}` };
  if (scope.kind === 'organization')
    return { kind: 'github-secret', name: `organization:${scope.organization}/${secretName}` };
  return { kind: 'github-secret', name: secretName };
}

/** What was found there. */
export interface Asked {
  readonly reading: Reading;
  readonly publicKey?: PublicKey;
  readonly error?: ApiError;
}

/** One round trip. The public key proves that the token sees the store: without it, 404 would prove nothing. */
export async function ask(options: GitHubSecretOptions): Promise<Asked> {
  if (options.open === undefined)
    return { reading: { state: 'unreadable', why: 'no github_token was given', isMeant: true } };
  try {
    const secrets = await options.open();
    const [publicKey, secret, note] = await Promise.all([
      secrets.publicKey(),
      secrets.secret(options.secretName),
      secrets.variable(variableOf(options)),
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

/** GitHub takes a visibility only together with a value, so a wrong one lasts until the next delivery: no drift that apply could mend. */
function remarkOn({ visibility: live }: Noted, options: GitHubSecretOptions): Notice | undefined {
  const { scope, visibility } = options;
  if (scope.kind !== 'organization' || live === undefined || live === visibility) return undefined;
  return {
    severity: 'warning',
    code: 'destination.visibility',
    because: `the visibility of ${nameOf(options)} is ${live}, but secret_visibility is ${visibility}`,
    remedy:
      'GitHub takes it only together with a value, so the next delivery changes it; mode rotate delivers at once.',
  };
}
