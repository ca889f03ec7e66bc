import { record } from '../engine/json.ts';
import type { Service } from '../engine/service.ts';
import { bigQueryEnvelope } from './envelope.ts';
import { renameAccount } from './members.ts';
import { prepareAnswers } from './prepared/register.ts';
import { bigQueryRoutes } from './routes.ts';
import { bigQueryState } from './state.ts';

const NAME = 'bigquery.googleapis.com';

export const bigQuery: Service = {
  name: 'bigQuery',
  routes: bigQueryRoutes,
  envelope: bigQueryEnvelope,
  owns: (path) => path.startsWith('/bigquery/'),
  apis: [
    { name: NAME, title: 'BigQuery API' },
    { name: 'bigquerystorage.googleapis.com', title: 'BigQuery Storage API' },
  ],
  requires: NAME,
  state: bigQueryState,
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY: `${url}/bigquery/v2/` }),
  onAccount: renameAccount,
  changes: { policyTags: (world, value) => Object.assign(bigQueryState(world).policyTags, record(value)) },
  controls: { queries: prepareAnswers },
};
