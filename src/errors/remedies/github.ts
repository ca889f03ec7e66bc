import type { Row } from './row.ts';

export const gitHub: readonly Row[] = [
  {
    code: 'github.token-invalid',
    service: 'github',
    http: [401],
    remedy: () => 'github_token is invalid or has expired: replace it.',
  },
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
];
