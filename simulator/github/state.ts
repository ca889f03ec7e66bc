export type Visibility = 'all' | 'private' | 'selected';

/** A secret or a variable. */
export interface EntryState {
  /** What was sealed into a secret, too: GitHub never tells, this world does. */
  value: string;
  createdAt: number;
  updatedAt: number;
  /** Which repositories may use it; of an organization's alone. */
  visibility?: Visibility;
  /** When `selected`. */
  selectedRepositoryIds?: number[];
}

/** What holds secrets and variables; every store has its own pair of keys. */
export interface StoreState {
  /** Names in upper case. */
  secrets: Record<string, EntryState>;
  variables: Record<string, EntryState>;
  keyId: string;
  /** base64 */
  publicKey: string;
  privateKey: string;
}

export interface EnvironmentState extends StoreState {
  id: number;
  createdAt: number;
}

/** Who wrote something. */
export interface AuthorState {
  login: string;
  id: number;
  type: 'Bot' | 'User';
}

export interface CommentState {
  /** Of its own among all comments of GitHub; a later one's is greater. */
  id: number;
  body: string;
  author: AuthorState;
  createdAt: number;
  updatedAt: number;
}

/** A pull request. */
export interface PullState {
  number: number;
  /** Whether it comes from another repository: GitHub gives its jobs a token that writes nothing. */
  isFork: boolean;
  /** As which commit it was merged; undefined = it is open. */
  mergeCommit?: string;
  mergedAt?: number;
  /** Oldest first. */
  comments: CommentState[];
}

export interface RepositoryState extends StoreState {
  id: number;
  /** By name; GitHub finds them in any case. */
  environments: Record<string, EnvironmentState>;
  /** By number. There are no issues besides. */
  pulls: Record<number, PullState>;
  /** Commits by their ids: path → what the file holds, as base64. */
  commits: Record<string, Record<string, string>>;
}

export const PERMISSIONS = [
  'actions',
  'contents',
  'secrets',
  'actions_variables',
  'environments',
  'issues',
  'pull_requests',
  'organization_secrets',
  'organization_actions_variables',
] as const;
/** As GitHub spells it in `X-Accepted-GitHub-Permissions`; `actions` is what looking at an environment takes. */
export type Permission = (typeof PERMISSIONS)[number];
export type Access = 'read' | 'write';
/** `repo` covers repositories and their environments, `admin:org` organizations. */
export type Scope = 'repo' | 'admin:org';

export interface TokenState {
  /** `GITHUB_TOKEN` is a job's own; `app` that of an App's installation; the others are personal access tokens. */
  kind: 'GITHUB_TOKEN' | 'fine-grained' | 'classic' | 'app';
  /** Of the App, or of the person, that it belongs to; a `GITHUB_TOKEN` is always github-actions'. */
  name?: string;
  /** Of every kind but `classic`. */
  permissions?: Partial<Record<Permission, Access>>;
  /** Of a `classic` one. */
  scopes?: Scope[];
  /** The repositories (`owner/name`) and organizations that it sees; without it, all. */
  sees?: string[];
}

export interface GitHubState {
  /** By `owner/name`. */
  repositories: Record<string, RepositoryState>;
  /** By login. */
  organisations: Record<string, StoreState>;
  /** By the token itself; one that is not listed is not valid, unless it looks like GitHub's (see access.ts). */
  tokens: Record<string, TokenState>;
  /** Counts up, and never back: the id of a comment that was deleted is not given again. */
  lastCommentId: number;
}
