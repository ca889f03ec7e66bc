import { addressProblems, isAllowed } from '../addresses.ts';
import type { Addressed } from '../addresses.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { googleApis } from '../../errors/services.ts';
import type { GoogleApi } from '../../errors/services.ts';

/**
 * Where each service is asked, in gcloud's own variables, so that private endpoints work for both. A path in an override
 * is dropped: the clients know their paths.
 */
export interface Endpoints extends Readonly<Record<GoogleApi, string>> {
  /** Full URL of the OAuth token endpoint. */
  readonly token: string;
  /** Segment's Public API; undefined = that of the region. */
  readonly segment: string | undefined;
}

/** `CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM` */
const variableOf = (api: GoogleApi): string => `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`;
const VARIABLES = googleApis.map(variableOf);
const TOKEN_HOST = 'CLOUDSDK_AUTH_TOKEN_HOST';
/** As Segment's own Terraform provider has it. */
const SEGMENT = 'PUBLIC_API_URL';
/** Where the OIDC token of the job, or the assertion of a key, is turned into a token of Google. */
const SIGN_IN = [variableOf('sts'), TOKEN_HOST];
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
  const all = [...VARIABLES, TOKEN_HOST, SEGMENT, ...BY_RUNNER].flatMap((variable): Addressed[] => {
    const url = env[variable];
    return url === undefined || url === '' ? [] : [addressed(variable, url)];
  });
  const given = new Map(all.filter(isAllowed).map(({ variable, url }) => [variable, url]));
  const origin = (api: GoogleApi): string =>
    new URL(given.get(variableOf(api)) ?? `https://${api}.googleapis.com`).origin;
  const origins = Object.fromEntries(googleApis.map((api) => [api, origin(api)])) as Record<GoogleApi, string>;
  return {
    endpoints: {
      ...origins,
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
