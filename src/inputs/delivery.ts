import type { InputReader } from './parse.ts';
import { modes } from './modes.ts';
import type { Mode } from './modes.ts';
import { Secret } from '../secret.ts';

/** The inputs that say where a key goes, and how long it lives. */

export const deliveries = ['output', 'github-secret', 'secret-manager'] as const;
export type DeliveryName = (typeof deliveries)[number];

/** Which store of GitHub holds the secret. */
export type SecretScope =
  | { readonly kind: 'repository' }
  | { readonly kind: 'environment'; readonly environment: string }
  | { readonly kind: 'organization'; readonly organization: string };

/** Where a key goes. */
export interface DeliveryInputs {
  /** Empty = `none`. */
  readonly keyDelivery: readonly DeliveryName[];
  /** Upper case, as GitHub stores it. */
  readonly secretName: string;
  readonly secretScope: SecretScope;
  /** Who sees an organization's secret. */
  readonly secretVisibility: Visibility;
  /** `owner/name`, for visibility `selected`. */
  readonly secretRepositories: readonly string[];
  readonly githubToken: Secret | undefined;
  /** `projects/P/secrets/S` */
  readonly secretManagerSecret: string | undefined;
}

export const visibilities = ['all', 'private', 'selected'] as const;
export type Visibility = (typeof visibilities)[number];

/** How long a key lives. In days; undefined = not asked for. */
export interface LifeInputs {
  readonly keyMaxAgeDays: number | undefined;
  readonly keyOverlapDays: number | undefined;
  readonly keyLifetimeDays: number | undefined;
}

/** @param repository - `owner/name` of the run; undefined outside a runner */
export function readDeliveryInputs(read: InputReader, mode: Mode, repository: string | undefined): DeliveryInputs {
  const keyDelivery = readDelivery(read);
  const secretName = read.shaped(
    'secret_name',
    /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,200}$/i,
    'letters, digits and underscores, not beginning with a digit or with GITHUB_',
  );
  const githubToken = read.optional('github_token');
  const secretScope = readScope(read);
  const secretManagerSecret = read.shaped(
    'secret_manager_secret',
    /^projects\/(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]{0,29}\/secrets\/[A-Za-z0-9_-]{1,255}$/,
    'projects/PROJECT/secrets/SECRET',
  );
  const inputs: DeliveryInputs = {
    keyDelivery,
    secretName: (secretName ?? 'SEGMENT_BIGQUERY_CREDENTIALS').toUpperCase(),
    secretScope,
    secretVisibility: read.oneOf('secret_visibility', visibilities, 'private'),
    secretRepositories: readRepositories(read, secretScope),
    githubToken: githubToken === undefined ? undefined : new Secret(githubToken),
    secretManagerSecret,
  };
  complainOfDelivery(read, { inputs, mode, repository });
  return inputs;
}

interface Asked {
  readonly inputs: DeliveryInputs;
  readonly mode: Mode;
  readonly repository: string | undefined;
}

/** What does not go together. */
function complainOfDelivery(read: InputReader, { inputs, mode, repository }: Asked): void {
  const { keyDelivery, secretScope, secretVisibility, secretRepositories } = inputs;
  if (keyDelivery.includes('github-secret') && modes[mode].delivers && inputs.githubToken === undefined) {
    read.complaints.push(
      `github_token: it is required for key_delivery github-secret in mode ${mode}: a fine-grained personal access token ` +
        `or the token of a GitHub App, with ${rightsFor(secretScope)} (GITHUB_TOKEN cannot write secrets).`,
    );
  }
  if (keyDelivery.includes('github-secret') && modes[mode].delivers && repository === undefined)
    read.complaints.push('key_delivery: github-secret needs GITHUB_REPOSITORY, as on a runner.');
  if (keyDelivery.includes('secret-manager') && inputs.secretManagerSecret === undefined)
    read.complaints.push(
      'secret_manager_secret: it is required for key_delivery secret-manager: projects/PROJECT/secrets/SECRET.',
    );
  if (modes[mode].rotates && keyDelivery.length === 0)
    read.complaints.push(`key_delivery: none is not allowed in mode ${mode}: a new key must go somewhere.`);
  const isSelected = secretScope.kind === 'organization' && secretVisibility === 'selected';
  if (isSelected && secretRepositories.length === 0)
    read.complaints.push(
      'secret_repositories: it is required for secret_visibility selected: repositories, one a line.',
    );
  if (!isSelected && secretRepositories.length > 0)
    read.complaints.push(
      'secret_repositories: it has a meaning only with secret_scope organization:NAME and secret_visibility selected.',
    );
}

/** What a token needs to write there, in GitHub's words. */
export function rightsFor(scope: SecretScope): string {
  return {
    repository: 'the repository permissions Secrets: write and Variables: write',
    environment: 'the repository permission Environments: write',
    organization: 'the organization permissions Secrets: write and Variables: write',
  }[scope.kind];
}

function readDelivery(read: InputReader): DeliveryName[] {
  const given = read.optional('key_delivery') ?? 'output';
  const names = given.split(/[\s,]+/).filter((name) => name !== '');
  if (names.length === 1 && names[0] === 'none') return [];
  const known = deliveries.filter((delivery) => names.includes(delivery));
  if (known.length !== new Set(names).size || known.length === 0)
    read.complain('key_delivery', given, `one or more of ${deliveries.join(', ')}, or none alone`);
  return known;
}

function readScope(read: InputReader): SecretScope {
  const given = read.optional('secret_scope') ?? 'repository';
  const [, environment] = /^environment:(\P{Cc}{1,255})$/u.exec(given) ?? [];
  const [, organization] = /^organization:([A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?)$/.exec(given) ?? [];
  if (environment !== undefined) return { kind: 'environment', environment };
  if (organization !== undefined) return { kind: 'organization', organization };
  if (given !== 'repository') read.complain('secret_scope', given, 'repository, environment:NAME or organization:NAME');
  return { kind: 'repository' };
}

/** A bare name means a repository of that organization. */
function readRepositories(read: InputReader, scope: SecretScope): string[] {
  return read.list('secret_repositories').map((name) => {
    if (!/^(?:[A-Za-z0-9-]{1,39}\/)?[A-Za-z0-9._-]{1,100}$/.test(name))
      read.complain('secret_repositories', name, 'NAME or OWNER/NAME, one a line');
    return name.includes('/') || scope.kind !== 'organization' ? name : `${scope.organization}/${name}`;
  });
}

export function readLifeInputs(read: InputReader): LifeInputs {
  const keyMaxAgeDays = read.days('key_max_age_days', 1);
  const keyOverlapDays = read.days('key_overlap_days', 0);
  const keyLifetimeDays = read.days('key_lifetime_days', 2);
  const used = (keyMaxAgeDays ?? 0) + (keyOverlapDays ?? 0);
  if (keyLifetimeDays !== undefined && used >= keyLifetimeDays) {
    read.complaints.push(
      `key_lifetime_days: '${String(keyLifetimeDays)}' is not allowed: key_max_age_days plus key_overlap_days is ${String(used)}, ` +
        'and must be below it, or a key would end while Segment may still use it.',
    );
  }
  return { keyMaxAgeDays, keyOverlapDays, keyLifetimeDays };
}
