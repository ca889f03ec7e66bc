/** Access tokens that this world gives out. */
import type { AccountState } from '../iam/state.ts';
import { next } from '../random.ts';
import type { Caller, Context } from '../route.ts';
import type { TokenState } from './state.ts';

/** Remembers a new token of whoever it is. */
export function giveToken(owner: Omit<TokenState, 'expiresAt'>, expiresAt: number, { world }: Context): string {
  const token = `ya29.${Buffer.from(next(world) + next(world), 'hex').toString('base64url')}`;
  world.identity.tokens[token] = { ...owner, expiresAt };
  return token;
}

/** A service account as a caller: its credentials belong to its own project. */
export function callerOf(account: AccountState, { world }: Context): Caller & { accountId: string } {
  return {
    principal: `serviceAccount:${account.email}`,
    memberships: [],
    consumerProject: world.resourceManager.projects[account.project]?.projectNumber ?? '',
    accountId: account.uniqueId,
  };
}
