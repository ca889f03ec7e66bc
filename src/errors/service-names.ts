/** Every service that is called. Whether it says what only it says stands in remedies/rows.ts. */
const NAMES = {
  bigquery: 'BigQuery',
  cloudresourcemanager: 'Resource Manager',
  github: 'GitHub',
  'github-oidc': 'GitHub',
  iam: 'IAM',
  iamcredentials: 'IAM Service Account Credentials',
  monitoring: 'Cloud Monitoring',
  oauth2: "Google's OAuth token endpoint",
  orgpolicy: 'Organization Policy',
  secretmanager: 'Secret Manager',
  segment: 'Segment',
  serviceusage: 'Service Usage',
  sts: 'Security Token Service',
} as const;

export type ServiceName = keyof typeof NAMES;

/** A service as its own documentation names it. */
export function serviceName(service: ServiceName): string {
  return NAMES[service];
}
