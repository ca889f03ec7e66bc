import { addressProblems, isAllowed } from '../addresses.ts';
import type { Addressed } from '../addresses.ts';
import type { Problem } from '../../errors/diagnostic.ts';

/**
 * Where each service is asked, in gcloud's own variables, so that private endpoints work for both. A path in an override
 * is dropped: the clients know their paths.
 */
export interface Endpoints {
  readonly iam: string;
  readonly resourceManager: string;
  readonly bigQuery: string;
  readonly iamCredentials: string;
  readonly secretManager: string;
  readonly orgPolicy: string;
  readonly serviceUsage: string;
  readonly monitoring: string;
  readonly sts: string;
  /** Full URL of the OAuth token endpoint. */
  readonly token: string;
  /** Segment's Public API; undefined = that of the region. */
  readonly segment: string | undefined;
}

const OVERRIDE = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_';
const TOKEN_HOST = 'CLOUDSDK_AUTH_TOKEN_HOST';
/** As Segment's own Terraform provider has it. */
const SEGMENT = 'PUBLIC_API_URL';
/** Where the OIDC token of the job, or the assertion of a key, is turned into a token of Google. */
const SIGN_IN = [`${OVERRIDE}STS`, TOKEN_HOST];
/** Where the runner gets OIDC tokens, and where GitHub's API is: given by the runner itself, and checked like ours. */
const BY_RUNNER = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'GITHUB_API_URL'];
/** The runner's own service has many hosts, and is nobody's choice: it is checked, and goes without saying. */
const SILENT = ['ACTIONS_ID_TOKEN_REQUEST_URL'];

/** What the environment says about where requests go. */
export interface EndpointReading {
  readonly endpoints: Endpoints;
  /** Problems name the variable. */
  readonly problems: readonly Problem[];
  /** Addresses that somebody has chosen. */
  readonly chosen: readonly Addressed[];
}

/** Reads the overrides. Origins come without a trailing slash. */
export function readEndpoints(env: Readonly<NodeJS.ProcessEnv>): EndpointReading {
  const variables = Object.keys(env).filter(
    (name) => name.startsWith(OVERRIDE) && KNOWN.includes(name.slice(OVERRIDE.length)),
  );
  const all = [...variables, TOKEN_HOST, SEGMENT, ...BY_RUNNER].flatMap((variable): Addressed[] => {
    const url = env[variable];
    return url === undefined || url === '' ? [] : [addressed(variable, url)];
  });
  const given = new Map(all.filter(isAllowed).map(({ variable, url }) => [variable, url]));
  const origin = (name: Api): string =>
    new URL(given.get(OVERRIDE + name) ?? `https://${name.toLowerCase()}.googleapis.com`).origin;
  return {
    endpoints: {
      iam: origin('IAM'),
      resourceManager: origin('CLOUDRESOURCEMANAGER'),
      bigQuery: origin('BIGQUERY'),
      iamCredentials: origin('IAMCREDENTIALS'),
      secretManager: origin('SECRETMANAGER'),
      orgPolicy: origin('ORGPOLICY'),
      serviceUsage: origin('SERVICEUSAGE'),
      monitoring: origin('MONITORING'),
      sts: origin('STS'),
      token: new URL(given.get(TOKEN_HOST) ?? 'https://oauth2.googleapis.com/token').href,
      segment: given.has(SEGMENT) ? new URL(given.get(SEGMENT) ?? '').origin : undefined,
    },
    problems: addressProblems(all, env),
    chosen: all.filter(({ variable }) => !SILENT.includes(variable)),
  };
}

function addressed(variable: string, url: string): Addressed {
  return { variable, url, signsIn: SIGN_IN.includes(variable), isSegments: variable === SEGMENT };
}

/** Google's APIs whose address the environment may set: suffixes of `CLOUDSDK_API_ENDPOINT_OVERRIDES_`. */
export const APIS = [
  'IAM',
  'CLOUDRESOURCEMANAGER',
  'BIGQUERY',
  'IAMCREDENTIALS',
  'SECRETMANAGER',
  'ORGPOLICY',
  'SERVICEUSAGE',
  'MONITORING',
  'STS',
] as const;
type Api = (typeof APIS)[number];
const KNOWN: readonly string[] = APIS;
