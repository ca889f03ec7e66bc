/** Whose bearer token it is. */
import type { Caller, Context } from '../route.ts';
import { selfSignedCaller } from './oauth.ts';

/** undefined = no valid token. A token of a disabled or deleted account is dead at once. */
export async function findCaller(authorization: string | undefined, context: Context): Promise<Caller | undefined> {
  const token = /^(?:Bearer|OAuth) (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const known = context.world.identity.tokens[token];
  if (known === undefined) return selfSignedCaller(token, context);
  if (known.expiresAt !== undefined && known.expiresAt <= context.now) return undefined;
  const email = /^serviceAccount:(.+)$/.exec(known.principal)?.[1];
  if (email !== undefined && context.world.iam.accounts[email]?.disabled !== false) return undefined;
  return known;
}
