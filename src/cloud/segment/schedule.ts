import { timesADay } from './cron.ts';
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
  const parts = [...text.matchAll(/(?<![\d.])([\d.]+)([hms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

function onDays({ days, hours }: Record<string, unknown>): number | undefined {
  if (!Array.isArray(days) || !Array.isArray(hours)) return undefined;
  return (new Set(days).size * new Set(hours).size * DAYS_A_MONTH) / 7;
}

function byCron(spec: string): number | undefined {
  const perDay = timesADay(spec);
  return perDay === undefined ? undefined : perDay * DAYS_A_MONTH;
}
