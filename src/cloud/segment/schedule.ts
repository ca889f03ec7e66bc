import { objectIn, optionalText } from './fields.ts';

/** When a mapping syncs by itself. Read leniently: what cannot be read is not known, never "never". Pure. */

export interface Schedule {
  /** From one sync to the next, in milliseconds; undefined where it has no interval, or none that can be read. */
  readonly interval: number | undefined;
  /** How often it syncs in an average month; undefined = that cannot be told. */
  readonly syncsAMonth: number | undefined;
}

const HOUR = 3_600_000;
/** Of an average year of 365.25 days. */
const DAYS_A_MONTH = 365.25 / 12;

export function scheduleIn(given: Record<string, unknown>): Schedule {
  const config = objectIn(given, 'config');
  switch (given['strategy']) {
    case 'PERIODIC': {
      const interval = durationOf(optionalText(config, 'interval') ?? '');
      const isKnown = interval !== undefined && interval > 0;
      return { interval, syncsAMonth: isKnown ? (DAYS_A_MONTH * 24 * HOUR) / interval : undefined };
    }
    case 'SPECIFIC_DAYS':
      return { interval: undefined, syncsAMonth: onDays(config) };
    case 'CRON':
      return { interval: undefined, syncsAMonth: byCron(optionalText(config, 'spec') ?? '') };
    case 'MANUAL':
      return { interval: undefined, syncsAMonth: 0 };
    default: // Whenever a job of dbt Cloud ends, or something that nobody here has heard of.
      return { interval: undefined, syncsAMonth: undefined };
  }
}

const UNITS: Readonly<Record<string, number>> = { h: HOUR, m: 60_000, s: 1_000 };

/** A duration as Go writes it, `1h30m`, in milliseconds. */
function durationOf(text: string): number | undefined {
  if (!/^(?:\d{1,6}(?:\.\d{1,6})?[hms])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)([hms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

function onDays({ days, hours }: Record<string, unknown>): number | undefined {
  if (!Array.isArray(days) || !Array.isArray(hours)) return undefined;
  return (new Set(days).size * new Set(hours).size * DAYS_A_MONTH) / 7;
}

const NAMES: Readonly<Record<'month' | 'weekday', readonly string[]>> = {
  month: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  weekday: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

/** Minute, hour, day of the month, month, day of the week. Where both kinds of days are given, either will do. */
function byCron(spec: string): number | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = spec.trim().toUpperCase().split(/\s+/);
  const minutes = countOf(minute, { from: 0, to: 59 });
  const hours = countOf(hour, { from: 0, to: 23 });
  const days = countOf(day, { from: 1, to: 31 });
  const months = countOf(numbered(month, NAMES.month, 1), { from: 1, to: 12 });
  const weekdays = countOf(numbered(weekday, NAMES.weekday, 0).replaceAll('7', '0'), { from: 0, to: 6 });
  if (minutes === undefined || hours === undefined || days === undefined) return undefined;
  if (months === undefined || weekdays === undefined || more.length > 0) return undefined;
  const [byDate, byWeekday] = [(days / 31) * DAYS_A_MONTH, (weekdays / 7) * DAYS_A_MONTH];
  const isEither = days < 31 && weekdays < 7;
  const all = isEither ? Math.min(DAYS_A_MONTH, byDate + byWeekday) : Math.min(byDate, byWeekday);
  return (minutes * hours * all * months) / 12;
}

function numbered(field: string, names: readonly string[], first: number): string {
  return names.reduce((text, name, index) => text.replaceAll(name, String(index + first)), field);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** How many values a field of a cron line stands for: lists, ranges and steps. */
function countOf(field: string, { from, to }: Range): number | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const [, low, high] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(range) ?? [];
    if (range !== '*' && range !== '?' && low === undefined) return undefined;
    const start = low === undefined ? from : Number(low);
    const isSingle = low !== undefined && high === undefined && !part.includes('/');
    const end = isSingle ? start : high === undefined ? to : Number(high);
    if (start < from || end > to || start > end || Number(step) < 1) return undefined;
    for (let value = start; value <= end; value += Number(step)) values.add(value);
  }
  return values.size;
}
