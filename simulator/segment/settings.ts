/** Settings of sources and destinations: what may be sent, what is stored, and what is shown of it. */
import { isDeepStrictEqual } from 'node:util';
import { record } from '../engine/json.ts';
import { sourceKinds } from './catalog.ts';
import type { Kind, Option } from './catalog.ts';
import { unfit } from './envelope.ts';
import type { Catalog, Settings, SourceState } from './state.ts';

/** What is made of settings that the catalog does not describe. */
export interface Rules {
  readonly kind: Pick<Kind, 'options'>;
  /** Whether they are stored, and shown to everybody, instead of refused. */
  readonly keepsUndeclared: boolean;
}

/** The rules of a source's kind. A kind that is not offered any more describes nothing. */
export function rulesOf(metadataId: string, catalog: Catalog): Rules {
  const kind = sourceKinds(catalog).find(({ id }) => id === metadataId) ?? { options: [] };
  return { kind, keepsUndeclared: catalog === 'leaky' };
}

const IS: Readonly<Record<Option['type'], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  object: isRecord,
  'text-map': isRecord,
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
};

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws 422 for a setting that is not known or of another type; null is for dropping one. */
export function checkSettings(given: Settings, { kind, keepsUndeclared }: Rules): void {
  for (const [name, value] of Object.entries(given)) {
    const option = kind.options.find((one) => one.name === name);
    if (option === undefined && !keepsUndeclared)
      throw unfit(`settings.${name}`, `The setting ${name} is not known to this source.`);
    if (option !== undefined && value !== null && !IS[option.type](value))
      throw unfit(`settings.${name}`, `The setting ${name} must be of type ${option.type}.`);
  }
}

/**
 * Throws 422 where something is missing that must be there. Of several secrets any one will do, and none is asked for where
 * it may be in a setting that the catalog does not have.
 */
export function checkComplete(settings: Settings, { kind, keepsUndeclared }: Rules): void {
  const isGiven = ({ name }: Option): boolean => ![undefined, null, ''].includes(settings[name] as undefined);
  const required = kind.options.filter((option) => option.required);
  const secrets = required.filter(({ isSecret }) => isSecret === true);
  const lacking = required.filter((option) => option.isSecret !== true && !isGiven(option));
  const [first] = keepsUndeclared || secrets.some(isGiven) ? lacking : [...lacking, ...secrets];
  if (first !== undefined) throw unfit(`settings.${first.name}`, `The setting ${first.name} is required.`);
}

/** What is stored once these are sent: the others stay, and null drops one. */
export function upsert(stored: Settings, given: Settings): Settings {
  return Object.fromEntries(Object.entries({ ...stored, ...given }).filter(([, value]) => value !== null));
}

/** Names of the settings whose values nobody is shown. */
export function secretsOf({ kind }: Rules): string[] {
  return kind.options.flatMap(({ name, isSecret }) => (isSecret === true ? [name] : []));
}

/** As a source's are answered: without secrets, and without a word that there are any. */
export function withoutSecrets(settings: Settings, rules: Rules): Settings {
  const secrets = secretsOf(rules);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !secrets.includes(name)));
}

/** Stores settings in a source, and remembers each secret that was not there before. */
export function storeSettings(source: SourceState, given: Settings, rules: Rules): void {
  source.settings = upsert(source.settings, given);
  for (const name of secretsOf(rules)) {
    const secret = given[name] ?? undefined;
    if (secret !== undefined && !isDeepStrictEqual(secret, source.keys.at(-1))) source.keys.push(secret);
  }
}

/** The secret that a source works with: of several the one that was stored last; undefined = it has none. */
export function secretIn({ settings, keys }: SourceState, rules: Rules): unknown {
  const there = secretsOf(rules).flatMap((name) => (settings[name] === undefined ? [] : [settings[name]]));
  return keys.findLast((key) => there.some((one) => isDeepStrictEqual(one, key)));
}

/** Settings with whatever may hold a key starred out: for whoever looks into the world. */
export function masked(settings: Settings, secrets: readonly string[]): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      secrets.includes(name) || JSON.stringify(value).includes('PRIVATE KEY') ? '***' : value,
    ]),
  );
}

/** Settings that were sent, if any were. */
export function settingsIn(given: Readonly<Record<string, unknown>>): Settings {
  return record(given['settings']);
}
