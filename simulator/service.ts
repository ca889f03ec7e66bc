/** Which service a path belongs to: all share one origin, as their real paths never collide. */

/** Google's services by the first label of their host; GitHub's REST API; the runner; the OAuth token endpoint. */
export type Service =
  | 'iam'
  | 'iamcredentials'
  | 'cloudresourcemanager'
  | 'bigquery'
  | 'serviceusage'
  | 'secretmanager'
  | 'orgpolicy'
  | 'sts'
  | 'oauth2'
  | 'github'
  | 'runner';

const PATHS: readonly (readonly [RegExp, Service])[] = [
  [/^\/_runner\//, 'runner'],
  [/^\/v1\/token$/, 'sts'],
  [/^\/(token|tokeninfo|oauth2\/|robot\/)/, 'oauth2'],
  [
    /^\/v1\/projects\/[^/]+\/serviceAccounts\/[^/]+:(generateAccessToken|generateIdToken|signJwt|signBlob)$/,
    'iamcredentials',
  ],
  [/^\/v1\/(projects|organizations)\/[^/]+\/(roles|serviceAccounts)\b/, 'iam'],
  [/^\/v1\/(roles|permissions)\b/, 'iam'],
  [/^\/v1\/(projects\/[^/]+\/services|services|operations)\b/, 'serviceusage'],
  [/^\/v1\/projects\/[^/]+\/(locations\/[^/]+\/)?secrets\b/, 'secretmanager'],
  [/^\/v2\/[^/]+\/[^/]+\/(policies|constraints)\b/, 'orgpolicy'],
  [/^\/v[123]\/(projects|organizations|folders)\b/, 'cloudresourcemanager'],
  [/^\/(bigquery|\$discovery|discovery|upload|batch)\b/, 'bigquery'],
];

/** Whatever is not Google's is GitHub's. */
export function serviceOf(path: string): Service {
  return PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? 'github';
}

/** Whether its calls need a Google access token, and the API to be on in the caller's project. */
export function isGuarded(service: Service, path: string): boolean {
  if (['github', 'runner', 'sts', 'oauth2'].includes(service)) return false;
  return !/^\/(\$discovery|discovery)\b/.test(path);
}

/** Title as messages give it. */
export const SERVICE_TITLES: Readonly<Partial<Record<Service, string>>> = {
  iam: 'Identity and Access Management (IAM) API',
  iamcredentials: 'IAM Service Account Credentials API',
  cloudresourcemanager: 'Cloud Resource Manager API',
  bigquery: 'BigQuery API',
  serviceusage: 'Service Usage API',
  secretmanager: 'Secret Manager API',
  orgpolicy: 'Organization Policy API',
  sts: 'Security Token Service API',
};
