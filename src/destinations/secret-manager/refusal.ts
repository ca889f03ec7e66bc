import type { SecretResource } from '../../cloud/google/secret-versions.ts';
import type { ApiError } from '../../errors/api-error.ts';
import { explainApiError } from '../../errors/explain.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';

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

type Obstacle = Pick<Problem, 'because' | 'remedy' | 'letsWrite'>;

function obstacle(secret: string, facts: SecretFacts): Obstacle | undefined {
  const { live, error, demandsOwnEncryption, lacking } = facts;
  const [, project = '', , id = ''] = secret.split('/');
  const create = demandsOwnEncryption
    ? createEncrypted(id, project)
    : shell`gcloud secrets create ${id} --project ${project} --replication-policy automatic`;
  const known = error && explainApiError(error);
  // Any other refusal has a cause and a remedy of its own, an API that is off or a perimeter among them.
  if (known !== undefined && known.code !== 'service.permission-missing')
    return { because: known.because, remedy: known.remedy };
  if (error === undefined && live === undefined) {
    const because = 'it does not exist, and where a secret is stored is for its owner to choose';
    return { because, remedy: `Create it: ${create}.` };
  }
  if (lacking.length > 0) {
    const grant = shell`gcloud secrets add-iam-policy-binding ${id} --project ${project} --role ROLE --member MEMBER`;
    return {
      because: `this workflow's identity lacks ${lacking.join(', ')} there, or it does not exist`,
      remedy:
        `Grant them on the secret, in a custom role (permissions/secret-manager.yaml lists them): ${grant}. A grant takes 2 to 7 ` +
        `minutes to take effect. If it does not exist: ${create}.`,
      letsWrite: true,
    };
  }
  return demandsOwnEncryption && isPlain(live) ? unencrypted(project) : undefined;
}

function createEncrypted(id: string, project: string): string {
  return shell`gcloud secrets create ${id} --project ${project} --replication-policy automatic --kms-key-name KEY`;
}

function unencrypted(project: string): Obstacle {
  return {
    because: 'the organization policy gcp.restrictNonCmekServices demands customer-managed encryption, and it has none',
    remedy:
      `Create a secret that has: ${createEncrypted('NAME', project)}; or ` +
      'ask who holds roles/orgpolicy.policyAdmin on the organization for an exception.',
  };
}

/** Whether it is there, and not every copy of it is encrypted with a key of the customer's own. */
function isPlain(live: SecretResource | undefined): boolean {
  if (live === undefined || live.replication?.automatic?.customerManagedEncryption !== undefined) return false;
  const replicas = live.replication?.userManaged?.replicas ?? [];
  return replicas.length === 0 || replicas.some((replica) => replica.customerManagedEncryption === undefined);
}
