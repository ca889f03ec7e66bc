/** The APIs that Google switches on in every new project. */
import type { Api } from '../engine/route.ts';

/** Those that this world speaks of. */
const SPOKEN = [
  'bigquery.googleapis.com',
  'bigquerystorage.googleapis.com',
  'monitoring.googleapis.com',
  'serviceusage.googleapis.com',
];

const TITLES: Readonly<Record<string, string>> = {
  analyticshub: 'Analytics Hub API',
  bigqueryconnection: 'BigQuery Connection API',
  bigquerydatapolicy: 'BigQuery Data Policy API',
  bigquerydatatransfer: 'BigQuery Data Transfer API',
  bigquerymigration: 'BigQuery Migration API',
  bigqueryreservation: 'BigQuery Reservation API',
  cloudapis: 'Google Cloud APIs',
  cloudtrace: 'Cloud Trace API',
  dataform: 'Dataform API',
  dataplex: 'Cloud Dataplex API',
  datastore: 'Cloud Datastore API',
  logging: 'Cloud Logging API',
  servicemanagement: 'Service Management API',
  'sql-component': 'Cloud SQL',
  storage: 'Cloud Storage API',
  'storage-api': 'Google Cloud Storage JSON API',
  'storage-component': 'Cloud Storage',
};

/** Those that can be switched on and off here, and nothing else. */
export const unspokenApis: readonly Api[] = Object.entries(TITLES).map(([name, title]) => ({
  name: `${name}.googleapis.com`,
  title,
}));

/** Whether it is on without anybody's doing. */
export function isOnByDefault({ name }: Api): boolean {
  return SPOKEN.includes(name) || unspokenApis.some((api) => api.name === name);
}
