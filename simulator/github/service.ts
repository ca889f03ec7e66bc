import { REPOSITORY } from '../engine/names.ts';
import type { Service } from '../engine/service.ts';
import { GITHUB_TOKENS } from './beginning.ts';
import { addCommits } from './contents.ts';
import { gitHubEnvelope } from './envelope.ts';
import { mergePulls } from './merges.ts';
import { gitHubState } from './part.ts';
import { gitHubRoutes } from './routes.ts';
import { readTokens } from './tokens.ts';

const SECRET_FIELDS = ['encryptedvalue', 'token'];
const isVariable = (path: string): boolean => /^\/(repos|orgs)\/.+\/variables(\/|$)/.test(path);

/** api.github.com */
export const gitHub: Service = {
  name: 'gitHub',
  routes: gitHubRoutes,
  envelope: gitHubEnvelope,
  owns: (path) => /^\/(?:(?:repos|repositories|orgs)\/|graphql$)/.test(path),
  state: gitHubState,
  // A variable's value is no secret.
  secrets: { fields: (path) => (isVariable(path) ? SECRET_FIELDS : [...SECRET_FIELDS, 'value']) },
  environment: (url) => ({
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: REPOSITORY,
    ...Object.fromEntries(Object.entries(GITHUB_TOKENS).map(([name, { token }]) => [name, token])),
  }),
  changes: {
    gitHubTokens: (world, value) => Object.assign(gitHubState(world).tokens, readTokens(value)),
    gitHubCommits: addCommits,
    gitHubMerges: mergePulls,
  },
};
