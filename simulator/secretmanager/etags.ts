/** Etags of secrets and versions: quoted strings, not the base64 of policies. */
import { nextHex } from '../engine/random.ts';
import type { World } from '../engine/world.ts';
import { badState } from './refusals.ts';

export function newEtag(world: World): string {
  return `"16${nextHex(world).slice(0, 12)}"`;
}

/** Throws for an etag that is sent and not the stored one; without one, Google asks no questions. */
export function checkEtag(name: string, { sent, stored }: { readonly sent: unknown; readonly stored: string }): void {
  if (sent === undefined || sent === null || sent === '' || sent === stored) return;
  throw badState(
    `The etag provided (${JSON.stringify(sent)}) does not match the current etag (${stored}) of [${name}].`,
  );
}
