/** Whose bearer token it is. */
import type { Caller, Context } from '../route.ts';
import { Refusal } from '../route.ts';
import { verifyAssertion } from './assertion.ts';
import { callerOf } from './token.ts';

/** undefined = no valid token. Those of a disabled or deleted account are dead at once. */
export async function findCaller(authorization: string | undefined, context: Context): Promise<Caller | undefined> {
  const token = /^(?:Bearer|OAuth) +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const { tokens } = context.world.identity;
  const known = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  if (known === undefined) return token.split('.').length === 3 ? selfSigned(token, context) : undefined;
  if (known.expiresAt !== undefined && known.expiresAt <= context.now) return undefined;
  if (known.accountId === undefined) return known;
  const account = Object.values(context.world.iam.accounts).find(({ uniqueId }) => uniqueId === known.accountId);
  return account === undefined || account.disabled ? undefined : known;
}

/** A JWT that an account's key signed is a bearer by itself; it names the service or the scope. */
async function selfSigned(token: string, context: Context): Promise<Caller | undefined> {
  try {
    const { account, claims } = await verifyAssertion(token, context);
    const isNamed = claims.aud !== undefined || claims['scope'] !== undefined;
    return isNamed && claims.sub === claims.iss ? callerOf(account, context) : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined; // The service that was asked says 401.
    throw error;
  }
}
