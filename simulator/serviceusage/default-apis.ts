/** What Google switches on in every new project besides the services of this world. */
import type { Api } from '../engine/route.ts';

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
  isOnAtFirst: true,
}));
