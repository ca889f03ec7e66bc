import { RATE_LIMIT, UNKNOWN_REPOSITORY } from '../api-error.ts';
import { metadata, remedies } from './row.ts';
import type { CodeOf } from './row.ts';

/** GitHub says 403 for many things, and few of them are a missing permission. */
const refusals = remedies([
  {
    code: 'github.rate-limited',
    service: 'github',
    reason: RATE_LIMIT,
    remedy: (error) => {
      const { resetsAt } = metadata(error);
      const when = resetsAt === undefined ? 'in some minutes' : `after ${resetsAt}, when it is lifted`;
      return `GitHub limits how often this token may call: run again ${when}. No permission helps here; fewer runs at once do.`;
    },
  },
  {
    code: 'github.address-not-allowed',
    service: 'github',
    http: [403],
    words: /IP allow list|IP address is not permitted/i,
    remedy: () =>
      'The organization lets only certain IP addresses in, and the token may be right: run the job on a runner whose address is ' +
      'in its IP allow list, or ask an owner of the organization to add it.',
  },
  {
    code: 'github.sso-required',
    service: 'github',
    http: [403],
    words: /\bSAML\b|single sign-on/i,
    remedy: () =>
      'The organization enforces SAML single sign-on: authorize the token for it (Settings → Developer settings → Personal ' +
      'access tokens → Configure SSO), or use the token of a GitHub App, which needs none.',
  },
  {
    code: 'github.archived',
    service: 'github',
    http: [403],
    words: /archived/i,
    remedy: () => 'The repository is archived, so nothing in it can be written: unarchive it, or deliver elsewhere.',
  },
  {
    code: 'github.token-lifetime',
    service: 'github',
    http: [403],
    words: /token's lifetime|lifetime is greater/i,
    remedy: () =>
      'The organization or enterprise does not take tokens that live this long: make one that ends within the days that the ' +
      'message names, or use the token of a GitHub App.',
  },
  {
    code: 'github.token-kind',
    service: 'github',
    http: [403],
    words: /forbids access via/i,
    remedy: () =>
      'The organization or enterprise does not take this kind of token: use one of the kinds that the message names, or the ' +
      'token of a GitHub App.',
  },
  {
    code: 'github.account-suspended',
    service: 'github',
    http: [403],
    words: /suspended/i,
    remedy: () => 'The account or the installation that the token belongs to is suspended: use a token of another one.',
  },
  {
    code: 'github.repository-unknown',
    service: 'github',
    reason: UNKNOWN_REPOSITORY,
    remedy: (error) =>
      `Check ${metadata(error)['repository'] ?? 'the names'} in secret_repositories: it does not exist, or github_token does not ` +
      'see it (the token needs Metadata: read there).',
  },
]);

export const gitHub = remedies([
  {
    code: 'github.token-invalid',
    service: 'github',
    http: [401],
    remedy: () => 'github_token is invalid or has expired: replace it.',
  },
  ...refusals,
  {
    code: 'github.permission-missing',
    service: 'github',
    http: [403, 404],
    remedy: () =>
      'Give github_token a fine-grained personal access token, or the token of a GitHub App, with Secrets: write and ' +
      'Variables: write on this repository. GITHUB_TOKEN can never write secrets.',
  },
  {
    code: 'github.too-many-secrets',
    service: 'github',
    http: [422],
    words: /at most|maximum|limit/i,
    remedy: () =>
      'GitHub allows 100 secrets in a repository or environment, and 1,000 in an organization: delete some.',
  },
]);

declare module '../codes.ts' {
  interface WireCodes extends Record<CodeOf<typeof gitHub>, true> {}
}
