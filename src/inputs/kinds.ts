import * as v from 'valibot';
import { SHORTEST_MASK, Secret } from '../secret.ts';

/** A JSON Schema, as far as the plan's schema needs one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What an input takes: how its text becomes a value, and what that value is as JSON. */
export interface Kind<Value> {
  /** Trimmed text → value. A message completes "Use …" and says what is expected. */
  readonly schema: v.GenericSchema<string, Value>;
  readonly json: JsonSchema;
  /** What was most likely meant by a value that is not valid, where that can be told of this kind alone. */
  readonly likely?: (given: string) => string | undefined;
}

const string: JsonSchema = { type: 'string' };
/** Ten years: beyond that, a number of days is a mistake. */
const MOST_DAYS = 3650;
const MOST_MINUTES = 60;

/** Any text. */
export const text: Kind<string> = { schema: v.string(), json: string };

/** A value that is never repeated, and masked. No service has tokens too short to mask. */
export const token: Kind<Secret> = {
  schema: v.pipe(
    v.string(),
    v.check(
      (given) => given.length >= SHORTEST_MASK,
      `a whole token: no service's has fewer than ${String(SHORTEST_MASK)} characters`,
    ),
    v.transform((given) => new Secret(given)),
  ),
  json: string,
};

/** As YAML spells booleans, and as @actions/core reads them. */
export const flag: Kind<boolean> = {
  schema: v.pipe(v.string(), v.regex(/^(true|True|TRUE|false|False|FALSE)$/, 'true or false'), v.transform(isTrue)),
  json: { type: 'boolean' },
};

/** Of a text that is a boolean. */
export function isTrue(given: string): boolean {
  return given.toLowerCase() === 'true';
}

/** @param expected - completes "Use …"; of what was given, where the right form can be told from it */
export function shaped(shape: RegExp, expected: string | ((given: string) => string)): Kind<string> {
  const words = (issue: { readonly input: string }): string =>
    typeof expected === 'string' ? expected : expected(issue.input);
  return { schema: v.pipe(v.string(), v.regex(shape, words)), json: string };
}

/** The same, for a text that no one pattern can judge. */
export function checked(isValid: (given: string) => boolean, expected: string): Kind<string> {
  return { schema: v.pipe(v.string(), v.check(isValid, expected)), json: string };
}

/** What a kind gives, made into something else. @param json - if that is no text either */
export function mapped<From, To>(kind: Kind<From>, map: (value: From) => To, json: JsonSchema = kind.json): Kind<To> {
  return { ...kind, schema: v.pipe(kind.schema, v.transform(map)), json };
}

export function oneOf<const T extends string>(allowed: readonly T[]): Kind<T> {
  return { schema: v.picklist(allowed, `one of ${allowed.join(', ')}`), json: { enum: allowed } };
}

/** A whole number of days. */
export function days(least: number): Kind<number> {
  const isValid = (given: string): boolean =>
    /^\d+$/.test(given) && Number(given) >= least && Number(given) <= MOST_DAYS;
  const whole = checked(isValid, `a whole number of days from ${String(least)} to ${String(MOST_DAYS)}`);
  return mapped(whole, Number, { type: 'integer', minimum: least, maximum: MOST_DAYS });
}

/** Fractions too. */
export const minutes: Kind<number> = mapped(
  checked(
    (given) => /^\d+(\.\d+)?$/.test(given) && Number(given) <= MOST_MINUTES,
    `a number of minutes from 0 to ${String(MOST_MINUTES)}`,
  ),
  Number,
  { type: 'number', minimum: 0, maximum: MOST_MINUTES },
);

/** Powers of 1000 and of 1024, as people write both. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** `20 GB`, `1.5TiB`, `1000`: bytes, rounded; undefined = it is no amount of bytes. */
export function bytesIn(given: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([KMGT]?i?B)?$/i.exec(given) ?? [];
  const size = UNITS[unit.toUpperCase()];
  const all = amount === undefined || size === undefined ? NaN : Math.round(Number(amount) * size);
  return Number.isSafeInteger(all) && all > 0 ? all : undefined;
}

/** An amount of bytes. */
export const bytes: Kind<number> = mapped(
  checked((given) => bytesIn(given) !== undefined, 'a number of bytes above 0, such as 20 GB, 500 MiB or 1000000'),
  (given) => bytesIn(given) ?? 0,
  { type: 'integer', minimum: 1 },
);

/** A price. */
export const money: Kind<number> = mapped(
  checked((given) => /^\d{1,9}(?:\.\d{1,9})?$/.test(given) && Number(given) > 0, 'a number above 0, such as 6.25'),
  Number,
  { type: 'number', exclusiveMinimum: 0 },
);

/** What is separated by commas or white space, without repetitions. */
export function list(item: Kind<string>): Kind<readonly string[]> {
  return listOf(item, wordsIn);
}

/** What is separated by commas or new lines; white space within stays. */
export function lines(item: Kind<string>): Kind<readonly string[]> {
  return listOf(item, (given) => given.split(/[\n,]+/).map((line) => line.trim()));
}

/** What is separated by new lines alone: commas and white space within stay. */
export function eachLine(item: Kind<string>): Kind<readonly string[]> {
  return listOf(item, (given) => given.split('\n').map((line) => line.trim()));
}

function listOf(item: Kind<string>, split: (given: string) => string[]): Kind<readonly string[]> {
  const items = (given: string): string[] => [...new Set(split(given))].filter((one) => one !== '');
  return {
    schema: v.pipe(v.string(), v.transform(items), v.array(item.schema)),
    json: { type: 'array', items: item.json },
  };
}

export function wordsIn(given: string): string[] {
  return given.split(/[\s,]+/).filter((word) => word !== '');
}
