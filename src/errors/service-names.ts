const NAMES: Readonly<Record<string, string>> = {
  bigquery: 'BigQuery',
  cloudresourcemanager: 'Resource Manager',
  github: 'GitHub',
  'github-oidc': 'GitHub',
  iam: 'IAM',
  iamcredentials: 'IAM Service Account Credentials',
  oauth2: "Google's OAuth token endpoint",
  orgpolicy: 'Organization Policy',
  secretmanager: 'Secret Manager',
  serviceusage: 'Service Usage',
  sts: 'Security Token Service',
};

/** A service as its own documentation names it. */
export function serviceName(service: string): string {
  return NAMES[service] ?? service;
}
