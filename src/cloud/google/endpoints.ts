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
  readonly sts: string;
  /** Full URL of the OAuth token endpoint. */
  readonly token: string;
}

const OVERRIDE = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_';
const TOKEN_HOST = 'CLOUDSDK_AUTH_TOKEN_HOST';
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
  const addressed = [...variables, TOKEN_HOST, ...BY_RUNNER].flatMap((variable): Addressed[] => {
    const url = env[variable];
    return url === undefined || url === '' ? [] : [{ variable, url, signsIn: SIGN_IN.includes(variable) }];
  });
  const given = new Map(addressed.filter(isAllowed).map(({ variable, url }) => [variable, url]));
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
      sts: origin('STS'),
      token: new URL(given.get(TOKEN_HOST) ?? 'https://oauth2.googleapis.com/token').href,
    },
    problems: addressProblems(addressed, env),
    chosen: addressed.filter(({ variable }) => !SILENT.includes(variable)),
  };
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
  'STS',
] as const;
type Api = (typeof APIS)[number];
const KNOWN: readonly string[] = APIS;
