import { UnreadableAnswer } from '../../errors/unreadable.ts';

/** How fields of an answer are read: what an alpha API adds is ignored, and what it leaves out is unknown, never absent. */

/** A text that must be there. @throws UnreadableAnswer */
export function textOf(what: string, from: Record<string, unknown>, part: string): string {
  const found = from[part];
  if (typeof found !== 'string' || found === '') throw new UnreadableAnswer(`it is no ${what}: ${part} is missing`);
  return found;
}

/** As Segment's ids are made. They go into paths and into the record, and must not lead elsewhere, nor say anything there. */
const ID = /^[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,63}$/;

/** An id that must be there. @throws UnreadableAnswer */
export function idOf(what: string, from: Record<string, unknown>, part: string): string {
  const found = textOf(what, from, part);
  if (!ID.test(found)) throw new UnreadableAnswer(`it is no ${what}: ${part} is no ID`);
  return found;
}

/** A yes or no that must be there. @throws UnreadableAnswer */
export function flagOf(what: string, from: Record<string, unknown>, part: string): boolean {
  const found = from[part];
  if (typeof found !== 'boolean') throw new UnreadableAnswer(`it is no ${what}: ${part} is missing`);
  return found;
}

/** undefined where there is none, or an empty one. */
export function optionalText(from: Record<string, unknown>, part: string): string | undefined {
  const found = from[part];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** What lies in a field; {} where nothing does. */
export function objectIn(from: Record<string, unknown>, part: string): Record<string, unknown> {
  return recordIn(from, part) ?? {};
}

/** What lies in a field; undefined where no object does. */
export function recordIn(from: Record<string, unknown>, part: string): Record<string, unknown> | undefined {
  const found = from[part];
  return Object.prototype.toString.call(found) === '[object Object]' ? (found as Record<string, unknown>) : undefined;
}

/** As RFC 3339 has it: what else passes for a date lies anywhere. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A point in time, in milliseconds since 1970; undefined where none can be read. */
export function timeOf(from: Record<string, unknown>, part: string): number | undefined {
  const found = from[part];
  const time = typeof found === 'string' && TIME.test(found) ? Date.parse(found) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
