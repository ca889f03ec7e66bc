/** Ids, numbers and etags that a seed repeats. */
import { createHash } from 'node:crypto';
import type { World } from './world.ts';

/** 64 hex digits that no earlier call gave. */
export function nextHex(world: World): string {
  world.randomState += 1;
  return createHash('sha256')
    .update(`segment:${String(world.randomState)}`)
    .digest('hex');
}

/** A decimal id of `digits` digits, as Google numbers projects and accounts. */
export function nextNumber(world: World, digits: number): string {
  const number = BigInt(`0x${nextHex(world).slice(0, 24)}`).toString();
  return `1${number}`.slice(0, digits).padEnd(digits, '7');
}

/** Valid base64, which gcloud insists on. */
export function nextEtag(world: World): string {
  return Buffer.from(nextHex(world).slice(0, 16), 'hex').toString('base64');
}

/** Whether two etags are the same bytes: gcloud sends them back in the other base64 alphabet. */
export function isSameEtag(one: string, other: string): boolean {
  return Buffer.from(one, 'base64').equals(Buffer.from(other, 'base64'));
}

/** A number from 0 to 1, below 1, that the seed decides for this name: it does not matter what else was asked before. */
export function fractionOf({ seed }: World, ...name: readonly string[]): number {
  const digest = createHash('sha256')
    .update([String(seed), ...name].join('\n'))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
