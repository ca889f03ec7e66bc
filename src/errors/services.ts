/** Google's APIs by name, of which the host is made and the variable that says otherwise. A new one is a row here, and no more. */
const OF_GOOGLE = {
  bigquery: 'BigQuery',
  cloudresourcemanager: 'Resource Manager',
  iam: 'IAM',
  iamcredentials: 'IAM Service Account Credentials',
  monitoring: 'Cloud Monitoring',
  orgpolicy: 'Organization Policy',
  secretmanager: 'Secret Manager',
  serviceusage: 'Service Usage',
  sts: 'Security Token Service',
} as const;

/** Those whose address is not made of their name. */
const OTHERS = {
  github: 'GitHub',
  'github-oidc': 'GitHub',
  oauth2: "Google's OAuth token endpoint",
  segment: 'Segment',
} as const;

const NAMES = { ...OF_GOOGLE, ...OTHERS } as const;

/** An API of Google whose address the environment may set. */
export type GoogleApi = keyof typeof OF_GOOGLE;

/** Every service that is called. */
export type ServiceName = keyof typeof NAMES;

export const googleApis = Object.keys(OF_GOOGLE) as readonly GoogleApi[];

/** A service as its own documentation names it. */
export function serviceName(service: ServiceName): string {
  return NAMES[service];
}
