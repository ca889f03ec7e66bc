import { regions } from '../../cloud/segment/regions.ts';
import { checked, mapped, oneOf, shaped } from '../kinds.ts';
import type { ReviewedRows } from '../row.ts';

/** The inputs that say which source of Segment takes the key, and how. */

/** A setting of a source, and how its value is sent; undefined = as the catalog says. */
export interface NamedSetting {
  readonly name: string;
  readonly as: 'object' | 'string' | undefined;
}

const SETTING = /^([A-Za-z][A-Za-z0-9_.-]{0,99})(?:=(object|string))?$/;

export const segment = {
  region: {
    input: 'segment_region',
    scope: 'target',
    kind: oneOf(regions),
    default: 'us',
    description:
      'Region of the Segment workspace: `us` or `eu`. The environment variable `PUBLIC_API_URL` overrules it.',
  },
  /** Id or slug. */
  workspace: {
    input: 'segment_workspace',
    scope: 'target',
    kind: shaped(/^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/, 'the ID or the slug of a workspace'),
    description:
      'ID or slug of the Segment workspace. If `segment_token` belongs to another one, the run fails before it changes anything.',
  },
  /** Slug or id; undefined = a slug made of project and account. */
  source: {
    input: 'segment_source',
    scope: 'target',
    kind: shaped(/^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$/, 'the slug or the ID of a source: letters, digits, _ and -'),
    description:
      'Slug of the BigQuery source in Segment (or the ID of one that was made in the app, with `adopt`). Default: `bigquery-PROJECT`, followed by `-ACCOUNT_ID` if `account_id` is not the default.',
  },
  /** undefined = `BigQuery PROJECT` at creation, and never compared. */
  sourceName: {
    input: 'segment_source_name',
    scope: 'target',
    kind: checked((given) => !/\p{Cc}/u.test(given) && given.length <= 150, 'at most 150 characters on one line'),
    description: 'Display name of the source. If unset, `BigQuery PROJECT` at creation, and not compared afterwards.',
  },
  credentialsSetting: {
    input: 'segment_credentials_setting',
    scope: 'target',
    kind: mapped(shaped(SETTING, 'NAME, NAME=object or NAME=string'), settingIn, {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: { type: 'string', description: 'Name of the setting.' },
        as: { enum: ['object', 'string'], description: 'How its value is sent.' },
      },
    }),
    description:
      "Name of the source's setting that takes the key, only needed if Segment's catalog leaves it open. `NAME=object` or `NAME=string` also says how the key is sent.",
  },
  keyRetirement: {
    input: 'key_retirement',
    scope: 'target',
    kind: oneOf(['proven', 'elapsed']),
    default: 'proven',
    description:
      'For `segment`: when a replaced key may be disabled, `proven` (`key_overlap_days` has passed, and Segment is proven to use the new key) or `elapsed` (`key_overlap_days` alone).',
  },
  /** Id of a mapping. */
  proofMapping: {
    input: 'proof_mapping',
    scope: 'target',
    kind: shaped(/^[A-Za-z0-9_-]{1,200}$/, 'the ID of a mapping'),
    description:
      'ID of a mapping that may be synced once right after a new key was delivered, to prove that Segment can use it.',
  },
} as const satisfies ReviewedRows;

function settingIn(given: string): NamedSetting {
  const [, name = '', as] = SETTING.exec(given) ?? [];
  return { name, as: as === 'object' || as === 'string' ? as : undefined };
}
