import { visibilities } from '../../cloud/github/scope.ts';
import type { SecretScope } from '../../cloud/github/scope.ts';
import { checked, days, list, mapped, oneOf, shaped, wordsIn } from '../kinds.ts';
import type { ReviewedRows } from '../row.ts';

/** The inputs that say where a key goes, and how long it lives. */

export const deliveryNames = ['output', 'github-secret', 'secret-manager', 'segment'] as const;
export type DeliveryName = (typeof deliveryNames)[number];

/** What else to choose, in words: `github-secret, segment or none`. */
export function deliveriesBesides(name: DeliveryName): string {
  return `${deliveryNames.filter((other) => other !== name).join(', ')} or none`;
}

const ORGANIZATION = /^organization:([A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?)$/;
const ENVIRONMENT = /^environment:(\P{Cc}{1,255})$/u;

export const delivery = {
  /** Empty = `none`. */
  to: {
    input: 'key_delivery',
    scope: 'target',
    kind: mapped(
      checked(isDelivery, `one or more of ${deliveryNames.join(', ')}, or none alone`),
      (given): readonly DeliveryName[] => deliveryNames.filter((name) => wordsIn(given).includes(name)),
      { type: 'array', items: { enum: deliveryNames } },
    ),
    default: 'output',
    description:
      'Where a new key is delivered: one or more of `output`, `github-secret`, `secret-manager` and `segment` (the source itself, by the Public API), or `none` to set up everything except a key. A key counts as delivered only when every destination has it.',
  },
  /** Upper case, as GitHub stores it. */
  secretName: {
    input: 'secret_name',
    scope: 'target',
    kind: mapped(
      shaped(
        /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,200}$/i,
        'letters, digits and underscores, not starting with a digit or with GITHUB_',
      ),
      (given) => given.toUpperCase(),
    ),
    default: 'SEGMENT_BIGQUERY_CREDENTIALS',
    description:
      'For `github-secret`: name of the secret. The ID of the key is stored beside it, in a variable of the same name with the suffix `_KEY_ID`.',
  },
  secretScope: {
    input: 'secret_scope',
    scope: 'target',
    kind: mapped(
      checked(
        (given) => given === 'repository' || ENVIRONMENT.test(given) || ORGANIZATION.test(given),
        'repository, environment:NAME or organization:NAME',
      ),
      scopeIn,
      {
        type: 'object',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          kind: { enum: ['repository', 'environment', 'organization'], description: 'Where the secret is stored.' },
          environment: { type: 'string', description: 'Name of the environment.' },
          organization: { type: 'string', description: 'Name of the organization.' },
        },
      },
    ),
    default: 'repository',
    description:
      'For `github-secret`: where the secret is stored, `repository`, `environment:NAME` or `organization:NAME`.',
  },
  /** Who sees an organization's secret. */
  secretVisibility: {
    input: 'secret_visibility',
    scope: 'target',
    kind: oneOf(visibilities),
    default: 'private',
    description:
      'For an organization secret: which repositories can use it, `all`, `private` or `selected`. Updated on every delivery.',
  },
  /** `owner/name`, for visibility `selected`. */
  secretRepositories: {
    input: 'secret_repositories',
    scope: 'target',
    kind: list(shaped(/^(?:[A-Za-z0-9-]{1,39}\/)?[A-Za-z0-9._-]{1,100}$/, 'NAME or OWNER/NAME, one per line')),
    default: '',
    description: 'For `secret_visibility: selected`: the repositories, as `NAME` or `OWNER/NAME`, one per line.',
  },
  /** `projects/P/secrets/S` */
  secretManagerSecret: {
    input: 'secret_manager_secret',
    scope: 'target',
    kind: shaped(
      /^projects\/(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]{0,29}\/secrets\/[A-Za-z0-9_-]{1,255}$/,
      'projects/PROJECT/secrets/SECRET',
    ),
    description:
      'For `secret-manager`: an existing secret, as `projects/PROJECT/secrets/SECRET`. Each key becomes a new version of it.',
  },
} as const satisfies ReviewedRows;

/** In days; undefined = not asked for. */
export const keyLife = {
  maxAgeDays: {
    input: 'key_max_age_days',
    scope: 'target',
    kind: days(1),
    description:
      'Rotate keys older than this. If unset, keys are replaced only by `mode: rotate` or shortly before they expire.',
  },
  overlapDays: {
    input: 'key_overlap_days',
    scope: 'target',
    kind: days(0),
    description:
      'Disable a replaced key this many days after its replacement was created, and delete it in a later run. If unset, replaced keys are kept and reported.',
  },
  lifetimeDays: {
    input: 'key_lifetime_days',
    scope: 'target',
    kind: days(2),
    description:
      'Create keys that expire after this many days (at least 2). They are generated on the runner, uploaded, and renewed by `apply` when a third of their lifetime is left.',
  },
} as const satisfies ReviewedRows;

function isDelivery(given: string): boolean {
  const words = wordsIn(given);
  const isKnown = words.every((word) => deliveryNames.some((name) => name === word));
  return words.length > 0 && (isKnown || (words.length === 1 && words[0] === 'none'));
}

function scopeIn(given: string): SecretScope {
  const environment = ENVIRONMENT.exec(given)?.[1];
  const organization = ORGANIZATION.exec(given)?.[1];
  if (environment !== undefined) return { kind: 'environment', environment };
  return organization === undefined ? { kind: 'repository' } : { kind: 'organization', organization };
}
