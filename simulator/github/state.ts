export interface SecretState {
  /** What was sealed into it: GitHub never tells, this world does. */
  value: string;
  createdAt: number;
  updatedAt: number;
}

export interface VariableState {
  value: string;
  createdAt: number;
  updatedAt: number;
}

export interface RepositoryState {
  /** Names in upper case. */
  secrets: Record<string, SecretState>;
  variables: Record<string, VariableState>;
}

export interface GitHubState {
  /** By `owner/name`. */
  repositories: Record<string, RepositoryState>;
  /** What a token may do; one that is not listed is not valid. */
  tokens: Record<string, 'writes secrets' | 'reads only' | 'is a GITHUB_TOKEN'>;
  keyId: string;
  /** base64 */
  publicKey: string;
  privateKey: string;
}

/** GitHub without a repository; its pair of keys is base64. */
export function emptyGitHubState(keys: Pick<GitHubState, 'keyId' | 'publicKey' | 'privateKey'>): GitHubState {
  return { repositories: {}, tokens: {}, ...keys };
}
