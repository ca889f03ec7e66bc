/** How often a line of cron comes due. Pure. */

/** A field of the line: what its values are, and by which names they go besides. */
interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

const FIELDS: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: MONTHS },
  { from: 0, to: 7, names: DAYS },
];

/** On average; undefined = it is no line of five fields. */
export function timesADay(spec: string): number | undefined {
  const given = spec.trim().toUpperCase().split(/\s+/);
  const sets = FIELDS.map((field, index) => valuesOf(given[index] ?? '', field));
  const [minutes, hours, dates, months, weekdays] = sets;
  if (given.length !== FIELDS.length || !minutes || !hours || !dates || !months || !weekdays) return undefined;
  return (minutes.size * hours.size * daysOf(dates, weekdays) * months.size) / 12;
}

/** The part of all days. Where both kinds are given, either will do. */
function daysOf(dates: ReadonlySet<number>, weekdays: ReadonlySet<number>): number {
  const byDate = dates.size / 31;
  const byWeekday = new Set([...weekdays].map((one) => one % 7)).size / 7; // Sunday is 0 and 7.
  const isEither = byDate < 1 && byWeekday < 1;
  return isEither ? Math.min(1, byDate + byWeekday) : Math.min(byDate, byWeekday);
}

/** Of lists, ranges and steps. */
function valuesOf(text: string, field: Field): ReadonlySet<number> | undefined {
  const all = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(part, field);
    if (range === undefined) return undefined;
    for (let value = range.start; value <= range.end; value += range.step) all.add(value);
  }
  return all;
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** `*`, `3`, `1-5`, each with or without a step: `3/5` is from three on. */
function rangeOf(part: string, field: Field): Range | undefined {
  const [, low, high, steps] = /^([^/-]+)(?:-([^/-]+))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  if (low === undefined) return undefined;
  const step = Number(steps ?? '1');
  const start = low === '*' ? field.from : numberOf(low, field);
  const open = low === '*' || steps !== undefined ? field.to : start;
  const end = high === undefined ? open : numberOf(high, field);
  const isSound = start >= field.from && end <= field.to && start <= end && step >= 1;
  return isSound ? { start, end, step } : undefined;
}

/** NaN = it is none. */
function numberOf(text: string, { from, names = [] }: Field): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + from;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}
