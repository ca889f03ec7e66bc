import type { Route } from '../route.ts';
import { impersonationRoutes } from './impersonation.ts';
import { oauthRoutes } from './oauth.ts';
import { oidcRoutes } from './oidc.ts';
import { stsRoutes } from './sts.ts';

/** The runner's OIDC endpoint, STS, the OAuth token endpoint, IAM credentials. */
export const identityRoutes: Route[] = [...oidcRoutes, ...stsRoutes, ...oauthRoutes, ...impersonationRoutes];
