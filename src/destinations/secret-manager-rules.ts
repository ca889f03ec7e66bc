import type { ApiError } from '../errors/api-error.ts';
import type { SecretResource } from '../cloud/google/secret-versions.ts';
import type { Refusal } from '../errors/diagnostic.ts';

/** What was found where a key should go. */
export interface Findings {
  readonly live: SecretResource | undefined;
  /** Why it could not be read. */
  readonly error: ApiError | undefined;
  /** Whether an organisation policy demands customer-managed encryption. */
  readonly demandsOwnEncryption: boolean;
  /** Permissions that this workflow's identity does not hold there. */
  readonly lacking: readonly string[];
}

/**
 * Why no key can be delivered to a secret of Secret Manager. Pure.
 *
 * @param secret - `projects/P/secrets/S`
 */
export function refuseSecretManager(secret: string, findings: Findings): Refusal | undefined {
  const { live, error, demandsOwnEncryption, lacking } = findings;
  const [, project = '', , id = ''] = secret.split('/');
  const attempted = `make sure that a key can be delivered to the secret ${secret}`;
  const kms = demandsOwnEncryption ? ' --kms-key-name KEY' : '';
  const create = `gcloud secrets create ${id} --project ${project} --replication-policy automatic${kms}`;
  if (error?.reason === 'SERVICE_DISABLED') return { attempted, because: error.words, remedy: enable(error) };
  if (error !== undefined && error.code !== 403)
    return { attempted, because: `could not ${error.call}: ${error.words}`, remedy: 'Run the workflow again later.' };
  if (error === undefined && live === undefined) {
    const because = 'it does not exist, and where a secret is stored is for its owner to choose';
    return { attempted, because, remedy: `Create it: ${create}.` };
  }
  if (lacking.length > 0) {
    return {
      attempted,
      because: `this workflow's identity lacks ${lacking.join(', ')} there, or it does not exist`,
      remedy:
        'Grant them on the secret, in a custom role (permissions/provisioner.yaml lists them): gcloud secrets ' +
        `add-iam-policy-binding ${id} --project ${project} --role ROLE --member MEMBER. A grant takes 2 to 7 minutes to show. ` +
        `If it does not exist: ${create}.`,
    };
  }
  if (!demandsOwnEncryption || live === undefined || isEncrypted(live)) return undefined;
  return {
    attempted,
    because: 'the organisation policy gcp.restrictNonCmekServices demands customer-managed encryption, and it has none',
    remedy:
      `Create a secret that has: gcloud secrets create NAME --project ${project} --replication-policy automatic --kms-key-name KEY; ` +
      'or ask who holds roles/orgpolicy.policyAdmin on the organisation for an exception.',
  };
}

function enable(error: ApiError): string {
  const consumer = error.details.find(({ metadata }) => metadata?.['consumer'] !== undefined)?.metadata?.['consumer'];
  const project = (consumer ?? 'projects/PROJECT').replace('projects/', '');
  return `Enable the API in the project that the credential belongs to: gcloud services enable secretmanager.googleapis.com --project ${project}.`;
}

function isEncrypted({ replication }: SecretResource): boolean {
  const replicas = replication?.userManaged?.replicas ?? [];
  return (
    replication?.automatic?.customerManagedEncryption !== undefined ||
    (replicas.length > 0 && replicas.every(({ customerManagedEncryption }) => customerManagedEncryption !== undefined))
  );
}
