/** The runner's OIDC endpoint: really signed tokens, with GitHub's claims. */
import { randomUUID } from 'node:crypto';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { Refusal } from '../engine/route.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { identityState } from './state.ts';

const LIFETIME = 300;
const keys = generateKeyPair('RS256', { extractable: true });

/** The public half, as STS fetches it from the issuer. */
export async function publicJwk(): Promise<Record<string, unknown>> {
  return { ...(await exportJWK((await keys).publicKey)), kid: 'simulator', alg: 'RS256', use: 'sig' };
}

async function issue(request: Request, { world, now }: Context): Promise<Reply> {
  const { runnerToken, claims, issuer } = identityState(world);
  if (request.headers['authorization'] !== `Bearer ${runnerToken}`) {
    throw new Refusal({ status: 401, body: { message: 'The request token is not valid.' } });
  }
  const audience = request.query.get('audience') ?? `https://github.com/${claims['repository_owner'] ?? ''}`;
  const issuedAt = Math.floor(now / 1000);
  const value = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'simulator' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt - 5)
    .setExpirationTime(issuedAt + LIFETIME)
    .sign((await keys).privateKey);
  return { status: 200, body: { count: value.length, value } };
}

export const oidcRoutes: Route[] = [
  { on: 'GET /_runner/oidc/token', handle: issue },
  { on: 'GET /_runner/oidc/jwks', handle: async () => ({ status: 200, body: { keys: [await publicJwk()] } }) },
];
