/** Whose a token is, as it shows on what was written with it. */
import { createHash } from 'node:crypto';
import type { AuthorState, TokenState } from './state.ts';

/** The person of the job's claims, unless the token says another. */
export const PERSON = { login: 'octocat', id: 583231 };
const JOBS = { login: 'github-actions[bot]', id: 41898282 };
const APP = 'acme-automation';

/** An App writes as `NAME[bot]`, a job as GitHub's own App, a personal token as its person. */
export function authorOf({ kind, name }: TokenState): AuthorState {
  if (kind === 'GITHUB_TOKEN') return { ...JOBS, type: 'Bot' };
  if (kind === 'app') return named(`${name ?? APP}[bot]`, 'Bot');
  return name === undefined || name === PERSON.login ? { ...PERSON, type: 'User' } : named(name, 'User');
}

/** The same login has the same id, always. */
function named(login: string, type: AuthorState['type']): AuthorState {
  return { login, id: createHash('sha256').update(login).digest().readUInt32BE() >>> 4, type };
}
