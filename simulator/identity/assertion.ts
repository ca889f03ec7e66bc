/** JWTs signed with an account's key. */
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { noteAuthentication } from '../directory/authentications.ts';
import { iamState } from '../directory/iam.ts';
import type { AccountState, KeyState } from '../directory/iam.ts';
import { sightOf } from '../engine/lag.ts';
import type { Context } from '../engine/route.ts';
import { oauth } from './envelope.ts';

const SIGNATURE = 'Invalid JWT Signature.';

/** Whose it is, and what it says. Throws `invalid_grant` in the token endpoint's own words. */
export async function verifyAssertion(
  assertion: string,
  context: Context,
): Promise<{ account: AccountState; claims: JWTPayload }> {
  const { claims, kid } = decode(assertion);
  const account = iamState(context.world).accounts[(claims.iss ?? '').toLowerCase()];
  if (account === undefined || sightOf({ ...account, id: `${account.uniqueId} mints` }, 'account', context) !== 'shown')
    throw oauth(400, 'invalid_grant', 'Invalid grant: account not found');
  if (account.disabled) throw oauth(400, 'invalid_grant', 'Robot is disabled.');
  const key = account.keys.find((one) => one.id === kid);
  if (key === undefined || !works(key, context)) throw oauth(400, 'invalid_grant', SIGNATURE);
  checkTimes(claims, context.now);
  try {
    await jwtVerify(assertion, await importSPKI(key.publicKey, 'RS256'), {
      currentDate: new Date(context.now),
      clockTolerance: 60,
    });
  } catch {
    throw oauth(400, 'invalid_grant', SIGNATURE);
  }
  noteAuthentication(account, key.id, context);
  return { account, claims };
}

function decode(assertion: string): { claims: JWTPayload; kid: string | undefined } {
  try {
    return { claims: decodeJwt(assertion), kid: decodeProtectedHeader(assertion).kid };
  } catch {
    throw oauth(400, 'invalid_request', 'Bad Request');
  }
}

function checkTimes({ iat = 0, exp = 0 }: JWTPayload, now: number): void {
  if (exp - iat > 3600 || iat * 1000 > now + 60_000 || exp * 1000 < now) {
    throw oauth(
      400,
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    );
  }
}

function works(key: KeyState, context: Context): boolean {
  const { now } = context;
  const isHeardOf = sightOf({ ...key, id: `${key.id} mints` }, 'key', context) === 'shown';
  return !key.disabled && key.validBeforeTime > now && key.validAfterTime <= now && isHeardOf;
}
