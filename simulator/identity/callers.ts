/** Whose bearer token it is. */
import { iamState } from '../directory/iam.ts';
import type { Caller, Context } from '../engine/route.ts';
import { verifyAssertion } from './assertion.ts';
import { identityState } from './state.ts';
import { callerOf } from './tokens.ts';

/** undefined = no valid token. A token of a disabled or deleted account is dead at once. */
export async function findCaller(authorization: string | undefined, context: Context): Promise<Caller | undefined> {
  const token = /^(?:Bearer|OAuth) (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const known = identityState(context.world).tokens[token];
  if (known === undefined) return selfSignedCaller(token, context);
  if (known.expiresAt !== undefined && known.expiresAt <= context.now) return undefined;
  const email = /^serviceAccount:(.+)$/.exec(known.principal)?.[1];
  if (email !== undefined && iamState(context.world).accounts[email]?.disabled !== false) return undefined;
  return known;
}

/** A JWT signed with the key itself is a bearer, as Google takes it; its audience is the service. */
async function selfSignedCaller(token: string, context: Context): Promise<Caller | undefined> {
  if (token.split('.').length !== 3) return undefined;
  try {
    const { account } = await verifyAssertion(token, context);
    return callerOf(account, context.world);
  } catch {
    return undefined; // Not one of ours: the caller is told so by the service it asked.
  }
}
