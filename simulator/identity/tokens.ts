/** Access tokens of accounts. */
import type { AccountState } from '../directory/iam.ts';
import { projectOf } from '../directory/projects.ts';
import { nextHex } from '../engine/random.ts';
import type { Caller, Context } from '../engine/route.ts';
import type { World } from '../engine/world.ts';
import { identityState } from './state.ts';

/** A new access token of an account. */
export function tokenFor(account: AccountState, { world, now }: Context, milliseconds: number): string {
  const token = `sim-account-${nextHex(world)}${nextHex(world)}`;
  const { principal, consumerProject } = callerOf(account, world);
  identityState(world).tokens[token] = { principal, memberships: [], consumerProject, expiresAt: now + milliseconds };
  return token;
}

/** The account as a caller. */
export function callerOf({ email, project }: AccountState, world: World): Caller {
  const consumerProject = projectOf(world, project)?.projectNumber ?? '';
  return { principal: `serviceAccount:${email}`, memberships: [], consumerProject };
}
