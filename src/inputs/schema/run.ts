import { Secret, isSigningKey } from '../../secret.ts';
import { checked, flag, isTrue, mapped, minutes, oneOf, shaped, text, token, wordsIn } from '../kinds.ts';
import { modes } from '../modes.ts';
import type { Mode } from '../modes.ts';
import type { ReviewedRows, Rows } from '../row.ts';
import { deliveryNames } from './delivery.ts';
import type { DeliveryName } from './delivery.ts';

/** The inputs that say what one run does, as whom, and with which permission of its user. */

export const task = {
  mode: {
    input: 'mode',
    scope: 'run',
    kind: oneOf(Object.keys(modes) as Mode[]),
    default: 'apply',
    description:
      'What to do: `plan` (show what `apply` would change), `check` (fail on drift, on missing access, or when the key is about to expire), `apply`, `rotate` (replace the key now), `revoke` (disable the service account immediately), `destroy`, `models` (try the models of a pull request as Segment would run them) or `list` (check `config_file` and name its targets, asking nobody).',
  },
} as const satisfies Rows;

const PROVIDER_NAME = 'projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER';

/** What was most likely meant. */
function providerFrom(given: string): string {
  const name = /\/\/iam\.googleapis\.com\/(projects\/.*)/.exec(given)?.[1];
  if (name !== undefined) return `${name}, without what comes before`;
  const isPool = /\/workloadIdentityPools\/[^/]+\/?$/.test(given);
  return isPool ? `${PROVIDER_NAME}: what was given is the pool, so add /providers/PROVIDER` : PROVIDER_NAME;
}

export const identity = {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`; undefined = ADC. */
  provider: {
    input: 'workload_identity_provider',
    scope: 'both',
    kind: shaped(
      /^projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32}$/,
      providerFrom,
    ),
    description:
      'Full name of the workload identity provider: `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. If unset, Application Default Credentials are used.',
  },
  /** The account that is impersonated; undefined = the federated identity itself. */
  serviceAccount: {
    input: 'service_account',
    scope: 'both',
    kind: shaped(
      /^[a-z0-9][a-z0-9-]{2,62}@[a-z0-9.-]+\.gserviceaccount\.com$/,
      'the email of a service account, NAME@PROJECT.iam.gserviceaccount.com',
    ),
    description:
      'Email of the service account that the workflow impersonates. If unset, the federated identity is used directly.',
  },
  audience: {
    input: 'audience',
    scope: 'both',
    kind: text,
    description: 'Audience of the OIDC token, if the provider restricts allowed audiences.',
  },
} as const satisfies Rows;

export const tokens = {
  /** Writes GitHub secrets and variables. */
  githubToken: {
    input: 'github_token',
    scope: 'run',
    kind: token,
    secret: 'as it is',
    description:
      'For `github-secret`: a token that can write secrets and variables in `secret_scope`. Required in modes that can deliver a key. `GITHUB_TOKEN` cannot write secrets.',
  },
  /** Of Segment's Public API. */
  segmentToken: {
    input: 'segment_token',
    scope: 'run',
    kind: token,
    secret: 'as it is',
    description:
      "For `segment`: a token of Segment's Public API, which only Workspace Owners can create. Without it, nothing is read from or written to Segment.",
  },
} as const satisfies Rows;

export const verification = {
  /** Whether what the account can do is tried as the account, and whether a run that cannot try it fails. */
  verify: {
    input: 'verify',
    scope: 'run',
    kind: mapped(
      shaped(/^(true|True|TRUE|false|False|FALSE|required)$/, 'true, false or required'),
      (given): 'true' | 'false' | 'required' => (given === 'required' ? given : isTrue(given) ? 'true' : 'false'),
    ),
    default: 'true',
    description:
      "Verify the service account's effective access after `apply` and in `check`: `true`, `false`, or `required` (the step fails unless every access check could be made).",
  },
  /** The key file in use, as one line of JSON, and the id of the key in it. */
  credentials: {
    input: 'credentials_json',
    scope: 'run',
    kind: mapped(
      checked(
        (given) => isSigningKey(keyFileIn(given)?.private_key ?? ''),
        'the JSON key file of a service account, whole: its private_key is a PKCS #8 PEM, whose line breaks are escaped once',
      ),
      (given): { readonly file: Secret; readonly keyId: string } => {
        const file = keyFileIn(given);
        return { file: new Secret(JSON.stringify(file)), keyId: file?.private_key_id ?? '' };
      },
    ),
    secret: 'key file',
    description: 'JSON key file that Segment currently uses. `check` then verifies that this key still works.',
  },
  patienceMinutes: {
    input: 'patience_minutes',
    scope: 'run',
    kind: minutes,
    default: '10',
    description:
      'How many minutes (0 to 60) to wait for new access to take effect, before old access is removed and before verification fails.',
  },
} as const satisfies Rows;

/** A review covers every one of these. */
export const consent = {
  enableApis: {
    input: 'enable_apis',
    scope: 'run',
    kind: flag,
    default: 'false',
    description: 'Enable the required APIs that are disabled in `project_id`, and wait until they are available.',
  },
  adopt: {
    input: 'adopt',
    scope: 'run',
    kind: flag,
    default: 'false',
    description: 'Take over an existing role, service account or dataset that is not marked as managed by this action.',
  },
  restore: {
    input: 'restore',
    scope: 'run',
    kind: flag,
    default: 'false',
    description:
      'Re-enable a service account that was disabled. With `mode: rotate`, its old keys are deleted first. Allowed only on the event `workflow_dispatch`, or for the command at a terminal with `--yes-restore`.',
  },
  prune: {
    input: 'prune',
    scope: 'run',
    kind: flag,
    default: 'false',
    description:
      'Remove surplus access: other project roles of the service account, its access to other datasets, unlisted impersonators, and keys that this action did not create.',
  },
  /** Kinds of places, as key_delivery names them. */
  forget: {
    input: 'forget',
    scope: 'run',
    kind: mapped(
      checked(isForgettable, `one or more of ${deliveryNames.join(', ')}`),
      (given): readonly DeliveryName[] => deliveryNames.filter((name) => wordsIn(given).includes(name)),
      { type: 'array', items: { enum: deliveryNames } },
    ),
    default: '',
    description:
      'Former destinations, as `key_delivery` names them, from which nobody takes a key any more: replaced keys that were left there are retired like all others. Places to which this run delivers are not affected.',
  },
  publishModels: {
    input: 'publish_models',
    scope: 'run',
    kind: flag,
    default: 'false',
    description:
      'Keep the models in Segment in sync with `models` and `dbt_manifest`: `check` reports differences, and `apply` writes them through an alpha API of Segment. A model with errors is not written. Mappings and schedules are never written. Needs `segment_token`.',
  },
  pruneModels: {
    input: 'prune_models',
    scope: 'run',
    kind: flag,
    default: 'false',
    description:
      'With `publish_models`: delete models in Segment that came from a file of this repository, are no longer in it, and are used by no mapping. Allowed only on `push` and `workflow_dispatch` of the default branch, and for at most 5 models without `expected_plan`.',
  },
  deleteDataset: {
    input: 'delete_dataset',
    scope: 'run',
    kind: flag,
    default: 'false',
    description: 'Let `destroy` delete the dataset, including the state that Segment keeps in it.',
  },
  deleteSource: {
    input: 'delete_source',
    scope: 'run',
    kind: flag,
    default: 'false',
    description:
      'Let `destroy` delete the source in Segment that this action created; without it, the source is disabled and loses its key.',
  },
} as const satisfies ReviewedRows;

function isForgettable(given: string): boolean {
  return wordsIn(given).every((word) => deliveryNames.some((name) => name === word));
}

/** A service account's key file. */
export interface KeyFile {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
}

/** undefined = it is none. */
export function keyFileIn(given: string): KeyFile | undefined {
  try {
    const file: unknown = JSON.parse(given);
    return isKeyFile(file) ? file : undefined;
  } catch {
    return undefined; // Told like any other text that is no key file.
  }
}

function isKeyFile(file: unknown): file is KeyFile {
  const { client_email, private_key, private_key_id } = (file ?? {}) as Partial<Record<keyof KeyFile, unknown>>;
  return [client_email, private_key, private_key_id].every((part) => typeof part === 'string');
}
