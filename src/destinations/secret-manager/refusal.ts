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

const API_OFF = 'SERVICE_DISABLED';

type Obstacle = Pick<Problem, 'because' | 'remedy'>;

function obstacle(secret: string, facts: SecretFacts): Obstacle | undefined {
  const { live, error, demandsOwnEncryption, lacking } = facts;
  const [, project = '', , id = ''] = secret.split('/');
  const kms = demandsOwnEncryption ? ' --kms-key-name KEY' : '';
  const create = `gcloud secrets create ${id} --project ${project} --replication-policy automatic${kms}`;
  if (error !== undefined && (error.code !== 403 || error.reason === API_OFF)) return unreadable(error);
  if (error === undefined && live === undefined) {
    const because = 'it does not exist, and where a secret is stored is for its owner to choose';
    return { because, remedy: `Create it: ${create}.` };
  }
  if (lacking.length > 0) {
    return {
      because: `this workflow's identity lacks ${lacking.join(', ')} there, or it does not exist`,
      remedy:
        'Grant them on the secret, in a custom role (permissions/secret-manager.yaml lists them): gcloud secrets ' +
        `add-iam-policy-binding ${id} --project ${project} --role ROLE --member MEMBER. A grant takes 2 to 7 minutes to take ` +
        `effect. If it does not exist: ${create}.`,
    };
  }
  return demandsOwnEncryption && isPlain(live) ? unencrypted(project) : undefined;
}

function unreadable(error: ApiError): Obstacle {
  if (error.reason === API_OFF) return { because: error.words, remedy: enable(error) };
  return { because: `could not ${error.call}: ${error.words}`, remedy: 'Run the workflow again later.' };
}

function unencrypted(project: string): Obstacle {
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

/** Whether it is there, and not every copy of it is encrypted with a key of the customer's own. */
function isPlain(live: SecretResource | undefined): boolean {
  if (live === undefined || live.replication?.automatic?.customerManagedEncryption !== undefined) return false;
  const replicas = live.replication?.userManaged?.replicas ?? [];
  return replicas.length === 0 || replicas.some((replica) => replica.customerManagedEncryption === undefined);
}
