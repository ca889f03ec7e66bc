/** When a mapping syncs by itself. */
import { list, record, text } from '../engine/json.ts';
import { unfit } from './envelope.ts';
import { readFields } from './fields.ts';
import type { Schedule, SubscriptionState } from './state.ts';

const MINUTE = 60_000;
const SHORTEST = 15 * MINUTE;
const LONGEST = 168 * 60 * MINUTE;

/** Reads a schedule that was sent. Throws 422. */
export function readSchedule(given: unknown, at: string): Schedule {
  const { strategy, config = null } = readFields(given, { strategy: 'text', config: 'any?' }, `${at}.`);
  if (!isStrategy(strategy)) throw unfit(`${at}.strategy`, `The strategy ${String(strategy)} is not known.`);
  CHECKS[strategy](config, `${at}.config`);
  return { strategy, config: config === null ? null : record(config) };
}

function isStrategy(value: unknown): value is Schedule['strategy'] {
  return typeof value === 'string' && Object.hasOwn(CHECKS, value);
}

const CHECKS: Readonly<Record<Schedule['strategy'], (config: unknown, at: string) => void>> = {
  PERIODIC: (config, at) => {
    const { interval } = readFields(config, { interval: 'text' }, `${at}.`);
    const milliseconds = readDuration(String(interval));
    if (milliseconds === undefined || milliseconds < SHORTEST || milliseconds >= LONGEST)
      throw unfit(`${at}.interval`, 'The interval must be from 15m to less than 168h.');
  },
  SPECIFIC_DAYS: (config, at) => {
    const { days, hours } = readFields(config, { days: 'any?', hours: 'any?', timezone: 'text' }, `${at}.`);
    if (!areUpTo(6, days)) throw unfit(`${at}.days`, 'The days must be numbers from 0 to 6.');
    if (!areUpTo(23, hours)) throw unfit(`${at}.hours`, 'The hours must be numbers from 0 to 23.');
  },
  MANUAL: (config, at) => {
    if (config !== null) throw unfit(at, 'A manual schedule has no config.');
  },
  CRON: (config, at) => {
    const { spec } = readFields(config, { spec: 'text', timezone: 'text' }, `${at}.`);
    if (String(spec).trim().split(/\s+/).length !== 5) throw unfit(`${at}.spec`, 'The spec must have five fields.');
  },
  DBT_CLOUD: (config, at) => {
    readFields(config, { jobId: 'text', accountId: 'text' }, `${at}.`);
  },
};

function areUpTo(most: number, given: unknown): boolean {
  const numbers = list(given);
  return numbers.length > 0 && numbers.every((one) => Number.isInteger(one) && Number(one) >= 0 && Number(one) <= most);
}

const UNITS: Readonly<Record<string, number>> = { h: 60 * MINUTE, m: MINUTE, s: 1000 };

/** Milliseconds of a duration as Go writes it: `1h30m`. */
function readDuration(given: string): number | undefined {
  if (!/^(?:\d+[hms])+$/.test(given)) return undefined;
  return [...given.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count = '0', unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
}

/** Milliseconds from one sync to the next; undefined = it does not sync by an interval. */
export function intervalOf({ reverseETLSchedule: schedule }: SubscriptionState): number | undefined {
  return schedule?.strategy === 'PERIODIC' ? readDuration(text(schedule.config?.['interval']) ?? '') : undefined;
}
