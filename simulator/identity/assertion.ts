/** JWTs that a service account's key signed: really verified, against the public half that was kept. */
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { accountBy, isTooNew } from '../iam/find-account.ts';
import type { AccountState, KeyState } from '../iam/state.ts';
import { oauth } from '../refusal.ts';
import type { Context } from '../route.ts';

const MOST_SECONDS = 3600;
const SKEW_SECONDS = 300;

/** What a verified assertion says, and who said it. */
export interface Assertion {
  readonly account: AccountState;
  readonly claims: JWTPayload;
}

/** Throws `invalid_grant` in the token endpoint's own words. */
export async function verifyAssertion(assertion: string, context: Context): Promise<Assertion> {
  const { claims, kid } = decode(assertion);
  const account = accountBy(claims.iss ?? '', context);
  if (account === undefined || isTooNew(account, context)) throw refuse('Invalid grant: account not found');
  if (account.disabled) throw refuse('Robot is disabled.');
  requireShortLife(claims, context.now);
  const key = account.keys.find(({ id }) => id === kid);
  // Deleted, disabled, expired and too new all read alike.
  if (key === undefined || !isWorking(key, context)) throw refuse('Invalid JWT Signature.');
  try {
    const publicKey = await importSPKI(key.publicKey, 'RS256');
    await jwtVerify(assertion, publicKey, { currentDate: new Date(context.now), clockTolerance: SKEW_SECONDS });
  } catch {
    throw refuse('Invalid JWT Signature.');
  }
  return { account, claims };
}

function refuse(description: string): Error {
  return oauth(400, 'invalid_grant', description);
}

function decode(assertion: string): { claims: JWTPayload; kid: string | undefined } {
  try {
    return { claims: decodeJwt(assertion), kid: decodeProtectedHeader(assertion).kid };
  } catch {
    throw oauth(400, 'invalid_request', 'Bad Request');
  }
}

function requireShortLife({ iat = 0, exp = 0 }: JWTPayload, now: number): void {
  const seconds = now / 1000;
  if (exp - iat <= MOST_SECONDS && iat <= seconds + SKEW_SECONDS && exp >= seconds) return;
  throw refuse(
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
      'Check your iat and exp values in the JWT claim.',
  );
}

function isWorking(key: KeyState, { world, now }: Context): boolean {
  return !key.disabled && key.validBeforeTime > now && key.addedAt + world.lagMs <= now;
}
