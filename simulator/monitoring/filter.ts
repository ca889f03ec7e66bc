/** Filters of time series: comparisons that must all hold. */
import { google } from '../engine/refusal.ts';
import type { Refusal } from '../engine/route.ts';

export const METRIC = 'iam.googleapis.com/service_account/key/authn_events_count';
export const RESOURCE = 'iam_service_account';

/** Values that are wanted, by what they are of; everything is, of what is not named. */
export type Filter = ReadonlyMap<string, readonly string[]>;

/** What can be compared here. */
const FIELDS = ['metric.type', 'metric.labels.key_id', 'resource.type', 'resource.labels.unique_id', 'project'];
const COMPARISON = /^\s*([a-z_.]+)\s*=\s*(?:"([^"]*)"|one_of\(\s*("[^"]*"(?:\s*,\s*"[^"]*")*)\s*\))\s*/;

/** Throws 400 for a filter that this world cannot read, or without a type of metric; 404 for another type. */
export function readFilter(given: string): Filter {
  const filter = new Map<string, readonly string[]>();
  let rest: string | undefined = given;
  while (rest !== undefined) {
    const found = readComparison(rest);
    if (found === undefined || filter.has(found.field)) throw wrong(given);
    filter.set(found.field, found.values);
    rest = found.rest;
  }
  const [type, ...others] = filter.get('metric.type') ?? [];
  if (type === undefined || others.length > 0) throw wrong(given);
  if (type !== METRIC) throw google(404, 'NOT_FOUND', `Cannot find metric(s) that match type = "${type}".`);
  return filter;
}

/** The comparison that a text begins with, and what comes after the AND behind it; undefined = it is none. */
function readComparison(
  given: string,
): { readonly field: string; readonly values: readonly string[]; readonly rest: string | undefined } | undefined {
  const [all = '', name = '', value, several = ''] = COMPARISON.exec(given) ?? [];
  const field = name.replace(/^(metric|resource)\.label\./, '$1.labels.');
  if (!FIELDS.includes(field)) return undefined;
  const values = value === undefined ? [...several.matchAll(/"([^"]*)"/g)].map(([, one = '']) => one) : [value];
  const behind = given.slice(all.length);
  if (behind === '') return { field, values, rest: undefined };
  const rest = /^AND\s(.+)$/s.exec(behind)?.[1];
  return rest === undefined ? undefined : { field, values, rest };
}

function wrong(filter: string): Refusal {
  return google(
    400,
    'INVALID_ARGUMENT',
    `Field filter had an invalid value of "${filter}": The lefthand side of each expression must be prefixed with one of {group, metadata, metric, project, resource}, the filter must specify one metric type, and this simulator reads comparisons joined by AND.`,
  );
}

export function isWanted(filter: Filter, field: string, value: string): boolean {
  return filter.get(field)?.includes(value) ?? true;
}
