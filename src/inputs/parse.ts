/** Reads raw inputs one by one, and collects every complaint: what was given, and what is allowed. */
export interface InputReader {
  readonly complaints: string[];
  complain(name: string, given: string, allowed: string): void;
  /** Trimmed; undefined when it was not given. */
  optional(name: string): string | undefined;
  shaped(name: string, shape: RegExp, allowed: string): string | undefined;
  oneOf<T extends string>(name: string, allowed: readonly T[], standard: T): T;
  flag(name: string, standard?: 'true' | 'false'): boolean;
  /** A whole number of days within the range; undefined when it was not given. */
  days(name: string, least: number): number | undefined;
  minutes(name: string, standard: string): number;
  /** What is separated by commas or white space, without repetitions. */
  list(name: string): string[];
  /** What is separated by commas or new lines; white space within stays. */
  lines(name: string): string[];
}

const LONGEST_PATIENCE = 60;
/** Ten years: beyond that, a number of days is a mistake. */
const MOST_DAYS = 3650;

/** @param get - the raw text of an input; '' when it was not given */
export function readerOf(get: (name: string) => string): InputReader {
  const complaints: string[] = [];
  const complain: InputReader['complain'] = (name, given, allowed) => {
    complaints.push(`${name}: '${given.replaceAll('\n', ' ')}' is not allowed: it must be ${allowed}.`);
  };
  const optional = (name: string): string | undefined => {
    const given = get(name).trim();
    return given === '' ? undefined : given;
  };
  return {
    complaints,
    complain,
    optional,
    shaped: (name, shape, allowed) => {
      const given = optional(name);
      if (given !== undefined && !shape.test(given)) complain(name, given, allowed);
      return given;
    },
    oneOf: (name, allowed, standard) => {
      const given = optional(name) ?? standard;
      const found = allowed.find((value) => value === given);
      if (found === undefined) complain(name, given, `one of ${allowed.join(', ')}`);
      return found ?? standard;
    },
    flag: (name, standard = 'false') => {
      const given = optional(name) ?? standard;
      if (!/^(true|True|TRUE|false|False|FALSE)$/.test(given)) complain(name, given, 'true or false');
      return given.toLowerCase() === 'true';
    },
    days: (name, least) => {
      const given = optional(name);
      if (given === undefined) return undefined;
      const days = Number(given);
      if (!/^\d+$/.test(given) || days < least || days > MOST_DAYS)
        complain(name, given, `a whole number of days from ${String(least)} to ${String(MOST_DAYS)}`);
      return days;
    },
    minutes: (name, standard) => {
      const given = optional(name) ?? standard;
      const minutes = Number(given);
      if (!/^\d+(\.\d+)?$/.test(given) || minutes > LONGEST_PATIENCE)
        complain(name, given, `a number of minutes from 0 to ${String(LONGEST_PATIENCE)}`);
      return minutes;
    },
    list: (name) => [...new Set((optional(name) ?? '').split(/[\s,]+/).filter((one) => one !== ''))],
    lines: (name) =>
      [...new Set((optional(name) ?? '').split(/[\n,]+/).map((one) => one.trim()))].filter((one) => one !== ''),
  };
}
