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

/** Reads the overrides; problems name the variable. Origins come without a trailing slash. */
export function readEndpoints(env: Readonly<NodeJS.ProcessEnv>): { endpoints: Endpoints; problems: Problem[] } {
  const problems: Problem[] = [];
  const url = (variable: string, standard: string): URL => {
    const given = env[variable];
    if (given === undefined || given === '') return new URL(standard);
    if (isAllowed(given)) return new URL(given);
    problems.push(notAllowed(variable, given));
    return new URL(standard);
  };
  const origin = (name: string, host: string): string => url(OVERRIDE + name, `https://${host}.googleapis.com`).origin;
  return {
    endpoints: {
      iam: origin('IAM', 'iam'),
      resourceManager: origin('CLOUDRESOURCEMANAGER', 'cloudresourcemanager'),
      bigQuery: origin('BIGQUERY', 'bigquery'),
      iamCredentials: origin('IAMCREDENTIALS', 'iamcredentials'),
      secretManager: origin('SECRETMANAGER', 'secretmanager'),
      orgPolicy: origin('ORGPOLICY', 'orgpolicy'),
      serviceUsage: origin('SERVICEUSAGE', 'serviceusage'),
      sts: origin('STS', 'sts'),
      token: url(TOKEN_HOST, 'https://oauth2.googleapis.com/token').href,
    },
    problems,
  };
}

function notAllowed(variable: string, given: string): Problem {
  return {
    severity: 'error',
    code: 'endpoint.invalid',
    subject: { input: variable },
    attempted: `use the environment variable ${variable}`,
    because: `'${given}' is not allowed`,
    remedy: 'Set it to an https URL, or to an http URL on loopback.',
  };
}

function isAllowed(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname } = new URL(given);
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname));
}
