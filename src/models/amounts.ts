import type { Accuracy, QueryFacts } from './model.ts';

/** Bytes and money, as people read them. Pure. */

const SIZES: readonly (readonly [number, string])[] = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
];

/** `1.2 GB`; powers of 1000. */
export function spellBytes(bytes: number): string {
  const [size, unit] = SIZES.find(([least]) => bytes >= least) ?? [1, 'bytes'];
  const amount = bytes / size;
  return `${size === 1 || amount >= 100 ? String(Math.round(amount)) : amount.toFixed(1)} ${unit}`;
}

const QUALIFIERS: Readonly<Record<Accuracy, string>> = {
  PRECISE: '',
  LOWER_BOUND: 'at least ',
  UPPER_BOUND: 'at most ',
  UNKNOWN: 'about ',
};

/** `at least 1.2 GB` */
export function spellReading({ bytes, accuracy }: Pick<QueryFacts, 'bytes' | 'accuracy'>): string {
  return `${QUALIFIERS[accuracy]}${spellBytes(bytes)}`;
}

/** `$4.61`; what is less than a cent is said so. @param pricePerTib - US dollars */
export function spellCost(bytes: number, pricePerTib: number): string {
  const cost = (bytes / 2 ** 40) * pricePerTib;
  if (cost === 0) return '$0';
  return cost < 0.01 ? 'under $0.01' : `$${cost.toFixed(2)}`;
}
