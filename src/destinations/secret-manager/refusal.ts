import type { SecretResource } from '../../cloud/google/secret-versions.ts';
import type { ApiError } from '../../errors/api-error.ts';
import type { Problem } from '../../errors/diagnostic.ts';

/** What was found where a key should go. */
export interface SecretFacts {
  readonly live: SecretResource | undefined;
  /** Why it could not be read. */
  readonly error: ApiError | undefined;
  /** Whether an organization policy demands customer-managed encryption. */
  readonly demandsOwnEncryption: boolean;
  /** Permissions that this workflow's identity does not hold there. */
  readonly lacking: readonly string[];
}

/**
 * Why no key can be delivered to a secret of Secret Manager. Pure.
 *
 * @param secret - `projects/P/secrets/S`
 */
export function whySecretRefused(secret: string, facts: SecretFacts): Problem | undefined {
  const found = obstacle(secret, facts);
  const attempted = `make sure that a key can be delivered to the secret ${secret}`;
  return found && { severity: 'error', code: 'destination.refuses', attempted, ...found };
}

type Obstacle = Pick<Problem, 'because' | 'remedy'>;

function obstacle(secret: string, { live, error, demandsOwnEncryption, lacking }: SecretFacts): Obstacle | undefined {
  const [, project = '', , id = ''] = secret.split('/');
  const kms = demandsOwnEncryption ? ' --kms-key-name KEY' : '';
  const create = `gcloud secrets create ${id} --project ${project} --replication-policy automatic${kms}`;
  if (error?.reason === 'SERVICE_DISABLED') return { because: error.words, remedy: enable(error) };
  if (error !== undefined && error.code !== 403)
    return { because: `could not ${error.call}: ${error.words}`, remedy: 'Run the workflow again later.' };
  if (error === undefined && live === undefined) {
    const because = 'it does not exist, and where a secret is stored is for its owner to choose';
    return { because, remedy: `Create it: ${create}.` };
  }
  if (lacking.length > 0) {
    return {
      because: `this workflow's identity lacks ${lacking.join(', ')} there, or it does not exist`,
      remedy:
        'Grant them on the secret, in a custom role (permissions/provisioner.yaml lists them): gcloud secrets ' +
        `add-iam-policy-binding ${id} --project ${project} --role ROLE --member MEMBER. A grant takes 2 to 7 minutes to take ` +
        `effect. If it does not exist: ${create}.`,
    };
  }
  if (!demandsOwnEncryption || live === undefined || isEncrypted(live)) return undefined;
  return {
    because: 'the organization policy gcp.restrictNonCmekServices demands customer-managed encryption, and it has none',
    remedy:
      `Create a secret that has: gcloud secrets create NAME --project ${project} --replication-policy automatic --kms-key-name KEY; ` +
      'or ask who holds roles/orgpolicy.policyAdmin on the organization for an exception.',
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
