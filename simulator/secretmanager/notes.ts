/** Labels, annotations and aliases: what whoever owns a secret writes on it. */
import { record } from '../engine/json.ts';
import { wrong } from './refusals.ts';
import type { SecretState } from './state.ts';

const MOST_LABELS = 64;
const MOST_ALIASES = 50;
const MOST_ANNOTATION_BYTES = 16 * 1024;
const MOST_LABEL_BYTES = 128;

export type Notes = Pick<SecretState, 'labels' | 'annotations' | 'versionAliases'>;

/** How each is read from a body: checked, and none when it is missing. */
export const readNotes: Readonly<
  Record<keyof Notes, (body: Record<string, unknown>, secret?: SecretState) => Record<string, string>>
> = {
  labels: (body) => checkLabels(stringsOf(body, 'labels')),
  annotations: (body) => checkAnnotations(stringsOf(body, 'annotations')),
  versionAliases: (body, secret) => checkAliases(stringsOf(body, 'versionAliases'), secret),
};

/** As strings: 64-bit numbers may come as numbers. */
function stringsOf(body: Record<string, unknown>, field: string): Record<string, string> {
  return Object.fromEntries(Object.entries(record(body[field])).map(([name, value]) => [name, String(value)]));
}

function checkLabels(labels: Record<string, string>): Record<string, string> {
  if (Object.keys(labels).length > MOST_LABELS) throw wrong(`At most ${String(MOST_LABELS)} labels are allowed.`);
  for (const [key, value] of Object.entries(labels)) {
    const isFit =
      /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key) && /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value);
    if (!isFit || [key, value].some((one) => Buffer.byteLength(one) > MOST_LABEL_BYTES))
      throw wrong(`The label [${key}: ${value}] does not conform to the rules for keys and values of labels.`);
  }
  return labels;
}

function checkAnnotations(annotations: Record<string, string>): Record<string, string> {
  const unfit = Object.keys(annotations).find((key) => !/^[a-z0-9]([-_.a-z0-9]{0,61}[a-z0-9])?$/i.test(key));
  if (unfit !== undefined)
    throw wrong(
      `The annotation key [${unfit}] is invalid: 1 to 63 alphanumerics, dashes, underscores and dots, with an alphanumeric at either end.`,
    );
  const size = Object.entries(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size >= MOST_ANNOTATION_BYTES)
    throw wrong('The total size of annotation keys and values must be less than 16 KiB.');
  return annotations;
}

function checkAliases(aliases: Record<string, string>, secret: SecretState | undefined): Record<string, string> {
  if (Object.keys(aliases).length > MOST_ALIASES) throw wrong(`At most ${String(MOST_ALIASES)} aliases are allowed.`);
  for (const [alias, number] of Object.entries(aliases)) {
    if (!/^[a-z][-_a-z0-9]{0,62}$/i.test(alias) || alias === 'latest' || alias === 'NEW')
      throw wrong(`The version alias [${alias}] is invalid.`);
    if (secret?.versions.some((version) => String(version.number) === number) !== true)
      throw wrong(`The version alias [${alias}] is of version ${number}, which does not exist.`);
  }
  return aliases;
}
