/** Which fields of a secret this world knows, and which of them may be changed. */
import { record } from '../engine/json.ts';
import type { Request } from '../engine/route.ts';
import type { Notes } from './notes.ts';
import { notHere, wrong } from './refusals.ts';

/** Fields that Google has and this world does not. */
const ABSENT = [
  ...['expireTime', 'ttl', 'rotation', 'topics', 'tags', 'versionDestroyTtl'],
  ...['customerManagedEncryption', 'secretType', 'policyMember'],
];

/** A secret as it was sent. Throws for fields that are unknown to this world. */
export function readBody({ body }: Request): Record<string, unknown> {
  const sent = record(body);
  const absent = ABSENT.find((field) => sent[field] !== undefined);
  if (absent !== undefined) throw notHere(`secrets with ${absent}`);
  return sent;
}

/** The fields of an update mask, which may be spelled either way. */
export function readMask(mask: string): (keyof Notes)[] {
  if (mask.trim() === '') throw wrong('Field [update_mask] is required.');
  return mask.split(',').map((given) => {
    const path = given.trim().replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    if (path === 'labels' || path === 'annotations' || path === 'versionAliases') return path;
    if (path === 'replication') throw wrong('Field [replication] is immutable.');
    if (ABSENT.includes(path)) throw notHere(`secrets with ${path}`);
    throw wrong(`Invalid update mask: [${given}] is not a field that can be updated.`);
  });
}
