// Asks Segment what no document tells about its BigQuery sources, with three GET requests, and prints nothing secret: names
// and types alone, never a value.
//
//   PUBLIC_API_TOKEN=… npm run segment:probe            a workspace in the US
//   PUBLIC_API_TOKEN=… npm run segment:probe -- eu      a workspace in the EU
//
// PUBLIC_API_URL overrules the region, as in Segment's own Terraform provider.
const URLS = { us: 'https://api.segmentapis.com', eu: 'https://eu1.api.segmentapis.com' };
const BIGQUERY = '78PbvP2yv8';

const { PUBLIC_API_TOKEN: token = '', PUBLIC_API_URL: url } = process.env;
const [region = 'us'] = process.argv.slice(2);
const base = url || URLS[region];
if (token === '' || base === undefined) {
  console.error('Set PUBLIC_API_TOKEN to a token of a Workspace Owner, and name us or eu.');
  process.exit(1);
}
if (!/^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/?$/.test(base)) {
  console.error('PUBLIC_API_URL must be an https URL.');
  process.exit(1);
}

console.log(JSON.stringify(await findings(), undefined, 2));

/** What the three answers say, without a value of anybody's. */
async function findings() {
  const catalog = await ask(`/catalog/sources/${BIGQUERY}`);
  const sources = await sourcesOf(BIGQUERY);
  const credentials = await ask('/credentials');
  return {
    'GET /catalog/sources/ID': {
      status: catalog.status,
      options: list(catalog.data?.sourceMetadata?.options).map(({ name, type, required, label, defaultValue }) => ({
        ...{ name, type, required, label },
        hasDefault: defaultValue !== undefined && defaultValue !== null,
      })),
    },
    'GET /sources': { status: sources.status, bigQuerySources: sources.found.map(shapeOf) },
    'GET /credentials': {
      status: credentials.status,
      credentials: list(credentials.data?.credentials).map(({ settings }) => ({
        type: settings?.type,
        fields: typesOf(settings),
      })),
    },
  };
}

/** Names and types of settings; of strings whether they are starred out. */
function shapeOf({ enabled, settings }) {
  return { enabled, settings: typesOf(settings) };
}

function typesOf(fields) {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, typeOf(value)]));
}

function typeOf(value) {
  if (typeof value === 'string') return /[•*]{3}/.test(value) ? 'string, starred out' : 'string';
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
}

async function sourcesOf(metadataId) {
  const found = [];
  for (let cursor = ''; ;) {
    const next = cursor === '' ? '' : `&pagination[cursor]=${encodeURIComponent(cursor)}`;
    const { data, status } = await ask(`/sources?pagination[count]=200${next}`);
    found.push(...list(data?.sources).filter(({ metadata }) => metadata?.id === metadataId));
    cursor = data?.pagination?.next ?? '';
    if (status !== 200 || cursor === '') return { status, found };
  }
}

async function ask(path) {
  const reply = await fetch(base.replace(/\/$/, '') + path, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.segment.v1+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(20_000),
  });
  const body = await reply.json().catch(() => undefined);
  return { status: reply.status, data: body?.data };
}

function list(value) {
  return Array.isArray(value) ? value : [];
}
