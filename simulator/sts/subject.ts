/** The OIDC token that is to be exchanged: signed by the issuer that the provider trusts, for this provider, and not stale. */
import { decodeJwt, errors, importJWK, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { oauth } from '../identity/envelope.ts';
import { publicJwk } from '../identity/oidc.ts';
import type { ProviderState } from '../identity/state.ts';

export async function verifySubject(token: string, provider: ProviderState, now: number): Promise<JWTPayload> {
  const expected =
    provider.allowedAudiences.length > 0
      ? provider.allowedAudiences
      : [`https://iam.googleapis.com/${provider.name}`, `//iam.googleapis.com/${provider.name}`];
  try {
    const key = await importJWK(await publicJwk(), 'RS256');
    const { payload } = await jwtVerify(token, key, {
      currentDate: new Date(now),
      audience: expected,
      issuer: provider.issuer,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw oauth(400, 'invalid_grant', 'ID Token is stale to sign-in.');
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
      throw oauth(400, 'invalid_grant', 'The audience in JWT does not match the expected values.');
    }
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') {
      throw oauth(
        400,
        'invalid_grant',
        `The issuer in ID Token ${String(decodeJwt(token).iss)} does not match the expected ones: ${provider.issuer}`,
      );
    }
    throw oauth(400, 'invalid_grant', 'Unable to verify the signature of the ID Token.');
  }
}
