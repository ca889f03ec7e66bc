/** What can be connected: kinds of sources, and one kind of destination. The ids of the sources are Segment's own. */
import type { Catalog } from './state.ts';

export const BIGQUERY = '78PbvP2yv8';
export const WEBSITE = 'IqDTy1TpoU';
export const DESTINATION = '5fab0c14bb29ee4c2b1d5a9e';
export const ACTION = 'gq2JrNfGxqGg5CxcTmTqGe';

/** One setting, as the catalog describes it, and what it does not say of it. */
export interface Option {
  readonly name: string;
  readonly type: 'string' | 'object' | 'boolean' | 'number' | 'text-map';
  readonly required: boolean;
  readonly description: string;
  readonly label?: string;
  readonly defaultValue?: unknown;
  /** Whether its value is kept from everybody who reads. */
  readonly isSecret?: boolean;
}

export interface Kind {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly options: readonly Option[];
}

const LOCATION: Option = {
  name: 'location',
  type: 'string',
  required: true,
  description: 'The location of your BigQuery data',
  label: 'Data Location',
};
const STORAGE: Option = {
  name: 'useStorageApi',
  type: 'boolean',
  required: false,
  description: 'Read with the Storage API',
  label: 'Storage API',
  defaultValue: false,
};
const SECRET = { required: true, description: 'Contents of the JSON file of your service account', isSecret: true };
const CREDENTIALS: Option = { ...SECRET, name: 'credentials', type: 'string', label: 'Enter your credentials' };

const STRING = [LOCATION, CREDENTIALS, STORAGE];

const BIGQUERY_OPTIONS: Readonly<Record<Catalog, readonly Option[]>> = {
  string: STRING,
  object: [LOCATION, { ...SECRET, name: 'serviceAccountKey', type: 'object', label: 'Service account key' }, STORAGE],
  'two-secrets': [
    LOCATION,
    CREDENTIALS,
    { ...SECRET, name: 'serviceAccountJson', type: 'string', label: 'Service account JSON' },
    STORAGE,
  ],
  leaky: STRING,
  validates: STRING,
  eu: STRING,
};

function warehouse(id: string, name: string, options: readonly Option[]): Kind {
  const description = `Use ${name} as a Warehouse Source for Reverse ETL`;
  return { id, name, slug: name.toLowerCase(), description, categories: ['Warehouse'], options };
}

const SNOWFLAKE = warehouse(
  'BQp3zGUgjV',
  'Snowflake',
  ['account', 'database', 'username', 'warehouse', 'password'].map((name) => ({
    ...{ name, type: 'string', required: true, description: '' },
    ...(name === 'password' ? { isSecret: true } : {}),
  })),
);

const JAVASCRIPT: Kind = {
  id: WEBSITE,
  name: 'Javascript',
  slug: 'javascript',
  description: 'Record events on your website',
  categories: ['Website'],
  options: [{ name: 'apiHost', type: 'string', required: false, description: 'Host of the API' }],
};

/** Every kind of source that this workspace can connect: where it is not in the United States, BigQuery is none. */
export function sourceKinds(catalog: Catalog): Kind[] {
  const bigQuery = catalog === 'eu' ? [] : [warehouse(BIGQUERY, 'BigQuery', BIGQUERY_OPTIONS[catalog])];
  return [...bigQuery, SNOWFLAKE, JAVASCRIPT];
}

/** The one kind of destination, with its one action. */
export const DESTINATION_KIND: Kind & { readonly actions: readonly object[] } = {
  id: DESTINATION,
  name: 'Acme CRM',
  slug: 'actions-acme-crm',
  description: 'Send records to the CRM of Acme',
  categories: ['CRM'],
  options: [
    { name: 'apiKey', type: 'string', required: false, description: 'Key of the API', isSecret: true },
    { name: 'endpoint', type: 'string', required: false, description: 'Where the API is' },
  ],
  actions: [
    {
      id: ACTION,
      slug: 'upsertContact',
      name: 'Upsert Contact',
      description: 'Create or update a contact',
      platform: 'cloud',
      hidden: false,
      defaultTrigger: 'event = "new" or event = "updated"',
      fields: [],
    },
  ],
};
