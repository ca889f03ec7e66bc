import { record } from '../engine/json.ts';
import type { Service } from '../engine/service.ts';
import { oauthEnvelope } from './envelope.ts';
import { oauthRoutes } from './oauth.ts';
import { oidcRoutes } from './oidc.ts';
import { identityState } from './state.ts';

/** Who somebody is: the runner's OIDC endpoint and Google's OAuth endpoint, which no discovery document describes. */
export const identity: Service = {
  name: 'identity',
  routes: [...oidcRoutes, ...oauthRoutes],
  envelope: oauthEnvelope,
  state: identityState,
  secrets: { fields: () => ['assertion', 'accesstoken', 'refreshtoken', 'clientsecret', 'token'] },
  environment: (url, world) => {
    const { runnerToken, providers } = identityState(world);
    return {
      CLOUDSDK_AUTH_TOKEN_HOST: `${url}/token`,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_runner/oidc/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: runnerToken,
      SIMULATOR_WORKLOAD_IDENTITY_PROVIDER: providers[0]?.name ?? '',
    };
  },
  changes: {
    claims: (world, value) => Object.assign(identityState(world).claims, record(value)),
    providerCondition: (world, value) => {
      for (const provider of identityState(world).providers)
        provider.condition = record(value) as Record<string, string>;
    },
  },
};
