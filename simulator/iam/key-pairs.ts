/** RSA key pairs made ahead of time, so that making one does not blur what a key request costs. */
import { generateKeyPair } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Both halves as PEM: PKCS #8 and SPKI. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

const AHEAD = 8;
const QUIET = 1_500;
let refill: NodeJS.Timeout | undefined;
const pool: Promise<KeyPair>[] = [];
const ring: Promise<KeyPair>[] = [];
let most = Infinity;
let taken = 0;

const generate = promisify(generateKeyPair);

async function make(): Promise<KeyPair> {
  return generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** Starts filling the pool, if pairs are taken from it. */
export function prepareKeyPairs(): void {
  if (ring.length === most) return;
  while (pool.length < AHEAD) pool.push(make());
}

/** For thousands of worlds in one process, where making pairs would take longer than all else: after so many they come round again. */
export function recycleKeyPairs(after: number): void {
  most = after;
}

/** More than an account has keys, several times over. */
const IN_FILE = 32;

/** For hundreds of simulators on one machine: they take turns with the pairs of a file, which is written if there is none. */
export async function keepKeyPairsIn(file: string): Promise<void> {
  if (!existsSync(file)) {
    const made = await Promise.all(Array.from({ length: IN_FILE }, make));
    const own = `${file}.${String(process.pid)}`; // Others may be about to write it, too.
    writeFileSync(own, JSON.stringify(made), { mode: 0o600 });
    renameSync(own, file);
  }
  const pairs = JSON.parse(readFileSync(file, 'utf8')) as KeyPair[];
  ring.push(...pairs.map((pair) => Promise.resolve(pair)));
  recycleKeyPairs(ring.length);
}

/** A fresh pair; others are begun in its place once the rush is over. */
export async function takeKeyPair(): Promise<KeyPair> {
  if (most < Infinity) return takeFromRing();
  const pair = pool.shift() ?? make();
  refill?.refresh();
  refill ??= setTimeout(() => {
    refill = undefined;
    prepareKeyPairs();
  }, QUIET).unref();
  return pair;
}

async function takeFromRing(): Promise<KeyPair> {
  const place = taken % most;
  taken += 1;
  return (ring[place] ??= pool.shift() ?? make());
}
