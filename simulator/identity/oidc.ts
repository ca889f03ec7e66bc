/** The runner's OIDC endpoint: really signed tokens with GitHub's claims. */
import { SignJWT } from 'jose';
import { next } from '../random.ts';
import { Refusal } from '../route.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { ISSUER_KEY_ID, issuerKey } from './issuer.ts';

const LIFETIME_SECONDS = 300;

async function issue(request: Request, { world, now }: Context): Promise<Reply> {
  const { runnerToken, issuer, claims } = world.identity;
  if (request.headers['authorization'] !== `Bearer ${runnerToken}`) {
    throw new Refusal({ status: 401, body: { message: 'The request token is not valid.' } });
  }
  const audience = request.query.get('audience') ?? `https://github.com/${claims['repository_owner'] ?? ''}`;
  const issuedAt = Math.floor(now / 1000);
  const value = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: ISSUER_KEY_ID })
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(next(world).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'))
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt - 300)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign((await issuerKey()).privateKey);
  return { status: 200, body: { count: value.length, value } };
}

export const oidcRoutes: Route[] = [
  { on: 'GET /_runner/oidc/token', handle: issue },
  {
    on: 'GET /_runner/oidc/.well-known/jwks',
    handle: async () => ({ status: 200, body: { keys: [(await issuerKey()).jwk] } }),
  },
];
