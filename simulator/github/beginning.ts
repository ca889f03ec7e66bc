/** GitHub as a world begins with it: an organization with three repositories, two pull requests, and a token of each kind. */
import sodium from 'libsodium-wrappers';
import { ORGANIZATION, REPOSITORY } from '../engine/names.ts';
import type { EnvironmentState, GitHubState, PullState, RepositoryState, StoreState, TokenState } from './state.ts';

/** The organization's, with their ids. */
const repositories: Readonly<Record<string, number>> = {
  [REPOSITORY]: 734512093,
  [`${ORGANIZATION}/models`]: 734512094,
  [`${ORGANIZATION}/website`]: 734512095,
};
const sees = [ORGANIZATION, REPOSITORY];

/** By the variable that holds it in what a simulator prints when it is ready. */
export const GITHUB_TOKENS = {
  /** May do everything, in the repositories, their environments and the organization. */
  SIMULATOR_GITHUB_TOKEN: {
    token: 'sim-github-token-e7730b9f64d1c258',
    kind: 'fine-grained',
    permissions: {
      actions: 'write',
      contents: 'read',
      secrets: 'write',
      actions_variables: 'write',
      environments: 'write',
      issues: 'write',
      pull_requests: 'write',
      organization_secrets: 'write',
      organization_actions_variables: 'write',
    },
  },
  SIMULATOR_GITHUB_JOB_TOKEN: {
    token: 'ghs_simulatedTokenOfTheJob',
    kind: 'GITHUB_TOKEN',
    permissions: { actions: 'write' },
    sees,
  },
  /** Of a job that may comment on pull requests. */
  SIMULATOR_GITHUB_PULL_TOKEN: {
    token: 'ghs_simulatedTokenOfAPullRequest',
    kind: 'GITHUB_TOKEN',
    permissions: { contents: 'read', pull_requests: 'write' },
    sees,
  },
  /** Of the job of a fork's pull request: GitHub lets it read, whatever the workflow grants. */
  SIMULATOR_GITHUB_FORK_TOKEN: {
    token: 'ghs_simulatedTokenOfAFork',
    kind: 'GITHUB_TOKEN',
    permissions: { contents: 'read', pull_requests: 'read' },
    sees,
  },
  SIMULATOR_GITHUB_APP_TOKEN: {
    token: 'ghs_simulatedTokenOfAnApp',
    kind: 'app',
    permissions: { actions: 'read', secrets: 'write', actions_variables: 'write', environments: 'write' },
    sees,
  },
  SIMULATOR_GITHUB_FINE_GRAINED_TOKEN: {
    token: 'github_pat_simulatedFineGrained',
    kind: 'fine-grained',
    permissions: { secrets: 'write', actions_variables: 'write' },
    sees,
  },
  SIMULATOR_GITHUB_SECRETS_ONLY_TOKEN: {
    token: 'github_pat_simulatedSecretsOnly',
    kind: 'fine-grained',
    permissions: { secrets: 'write' },
    sees,
  },
} satisfies Record<string, TokenState & { readonly token: string }>;

/** Keys are made at once: what makes them must have been loaded. */
await sodium.ready;

export function beginGitHub(): GitHubState {
  let keyId = 568250167242549742n;
  const store = (): StoreState => emptyStore(String((keyId += 1n)));
  const createdAt = Date.now() - 90 * 86_400_000;
  const environment = (id: number): EnvironmentState => ({ ...store(), id, createdAt });
  const repository = (name: string, id: number): RepositoryState => ({
    ...store(),
    id,
    environments: name === REPOSITORY ? { production: environment(56780428), staging: environment(56780429) } : {},
    commits: {},
    pulls: name === REPOSITORY ? { 7: pull(7, false), 8: pull(8, true) } : {},
  });
  return {
    repositories: Object.fromEntries(Object.entries(repositories).map(([name, id]) => [name, repository(name, id)])),
    organisations: { [ORGANIZATION]: store() },
    tokens: Object.fromEntries(
      Object.values(GITHUB_TOKENS).map(({ token, ...description }) => [token, structuredClone(description)]),
    ),
    lastCommentId: 2_468_013_579,
  };
}

function pull(number: number, isFork: boolean): PullState {
  return { number, isFork, comments: [] };
}

function emptyStore(keyId: string): StoreState {
  const box = sodium.crypto_box_keypair();
  const base64 = (bytes: Uint8Array): string => sodium.to_base64(bytes, sodium.base64_variants.ORIGINAL);
  return { secrets: {}, variables: {}, keyId, publicKey: base64(box.publicKey), privateKey: base64(box.privateKey) };
}
