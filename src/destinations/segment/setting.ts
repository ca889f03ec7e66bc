import type { Option } from '../../cloud/segment/catalog.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import type { NamedSetting } from '../../inputs/schema/segment.ts';

/** Which setting of a source takes the key: read in Segment's catalog, else named by the user, and never guessed. Pure. */

/** The setting that takes the key, and how the key is sent. */
export interface Setting {
  readonly name: string;
  readonly as: 'object' | 'string';
  /** Who says so: a key of which nothing is known goes only where the catalog says. */
  readonly by: 'catalog' | 'user';
}

/** The setting; or why none can be chosen, with what to do. */
export type Choice = { readonly setting: Setting } | { readonly because: string; readonly remedy: string };

/** What a label or a name says of a setting that takes a key file. */
const TELLING = /credential|service[ _-]?account|json/i;
/** A setting that links a credential, which is a thing of its own in Segment. */
const LINK = 'credential_id';

export function chooseSetting(options: readonly Option[], named: NamedSetting | undefined): Choice {
  const found = inCatalog(options);
  if (named === undefined) return found === undefined ? open(options) : linked(settingOf(found, undefined));
  const option = options.find(({ name }) => name === named.name);
  const by = found?.name === named.name ? 'catalog' : 'user';
  return { setting: { name: named.name, as: named.as ?? formOf(option), by } };
}

/** The only one that can hold a secret, else the only one whose words say that it does. */
function inCatalog(options: readonly Option[]): Option | undefined {
  const possible = options.filter(
    ({ hasDefault, name, type }) => name !== 'location' && type !== 'boolean' && type !== 'number' && !hasDefault,
  );
  const [only, ...others] = possible;
  if (others.length === 0) return only;
  const [told, ...more] = possible.filter(({ label = '', name }) => TELLING.test(name) || TELLING.test(label));
  return more.length === 0 ? told : undefined;
}

function settingOf(option: Option, as: NamedSetting['as']): Setting {
  return { name: option.name, as: as ?? formOf(option), by: 'catalog' };
}

function formOf(option: Option | undefined): Setting['as'] {
  return option?.type === 'object' || option?.type === 'json' ? 'object' : 'string';
}

function linked(setting: Setting): Choice {
  if (setting.name !== LINK) return { setting };
  return {
    because: `the catalog says that a BigQuery source takes no key itself, but links a credential (${LINK})`,
    remedy: 'Set key_delivery: secret-manager, and paste the key into a credential in Segment; this action makes none.',
  };
}

function open(options: readonly Option[]): Choice {
  const listed = options.map(({ label, name, type }) => `${name} (${type})${label === undefined ? '' : ` "${label}"`}`);
  return {
    because: `the catalog lists these settings for BigQuery: ${listed.join(', ') || 'none'}`,
    remedy: 'Name the one that takes the key file in segment_credentials_setting.',
  };
}

/** No key goes where nobody knows that it belongs. */
export function undecided(choice: Pick<Problem, 'because' | 'remedy'>): Problem {
  return { severity: 'error', code: 'segment.setting-unknown', attempted: 'deliver the key to Segment', ...choice };
}
