/** Ids, numbers and etags that a seed repeats. */
import { createHash } from 'node:crypto';
import type { World } from './world.ts';

/** 64 hex digits that no earlier call gave: advances the world's source. */
export function next(world: World): string {
  world.randomState += 1;
  return createHash('sha256')
    .update(`world ${String(world.randomState)}`)
    .digest('hex');
}

/** A decimal id of that many digits that does not start with 0, as Google numbers projects and accounts. */
export function nextNumber(world: World, digits: number): string {
  return `1${BigInt(`0x${next(world)}`).toString()}`.slice(0, digits);
}

/** Valid base64: gcloud decodes etags, and crashes on anything else. */
export function nextEtag(world: World): string {
  return Buffer.from(next(world).slice(0, 16), 'hex').toString('base64');
}
