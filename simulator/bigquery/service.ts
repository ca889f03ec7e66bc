import { record } from '../engine/json.ts';
import { googleService } from '../engine/google-service.ts';
import type { Service } from '../engine/service.ts';
import { bigQueryEnvelope } from './envelope.ts';
import { renameAccount } from './members.ts';
import { prepareAnswers } from './prepared/register.ts';
import { bigQueryRoutes } from './routes.ts';
import { bigQueryState } from './state.ts';

const google = googleService({ api: 'bigquery', title: 'BigQuery API', isOnAtFirst: true });

export const bigQuery: Service = {
  name: 'bigQuery',
  ...google,
  routes: bigQueryRoutes,
  envelope: bigQueryEnvelope,
  owns: (path) => path.startsWith('/bigquery/'),
  apis: [...google.apis, { name: 'bigquerystorage.googleapis.com', title: 'BigQuery Storage API', isOnAtFirst: true }],
  state: bigQueryState,
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY: `${url}/bigquery/v2/` }),
  permissions: {
    'bigquery.connections': ['use'],
    'bigquery.datasets': ['create', 'delete', 'get', 'getIamPolicy', 'setIamPolicy', 'update', 'updateTag'],
    'bigquery.jobs': ['create', 'get', 'list', 'listAll', 'delete', 'update'],
    'bigquery.models': ['create', 'delete', 'getData', 'getMetadata', 'list', 'updateData'],
    'bigquery.readsessions': ['create', 'getData', 'update'],
    'bigquery.routines': ['create', 'delete', 'get', 'list', 'update'],
    'bigquery.rowAccessPolicies': ['create', 'delete', 'list', 'update'],
    'bigquery.tables': [
      ...['create', 'delete', 'export', 'get', 'getData', 'getIamPolicy', 'list', 'setIamPolicy', 'update'],
      'updateData',
    ],
  },
  onAccount: renameAccount,
  changes: { policyTags: (world, value) => Object.assign(bigQueryState(world).policyTags, record(value)) },
  controls: { queries: prepareAnswers },
};
