/** `OPTIONS(…)` of CREATE SCHEMA, as fields of a dataset. */
import { bigQuery } from '../envelope.ts';
import type { Reader } from './reader.ts';

const DAY = 86_400_000;

/** How an option is read, and the field that it becomes. */
const OPTIONS: Readonly<Record<string, readonly [field: string, read: (reader: Reader) => unknown]>> = {
  location: ['location', readString],
  description: ['description', readString],
  friendly_name: ['friendlyName', readString],
  default_table_expiration_days: ['defaultTableExpirationMs', readDays],
  default_partition_expiration_days: ['defaultPartitionExpirationMs', readDays],
  default_collation: ['defaultCollation', readString],
  max_time_travel_hours: ['maxTimeTravelHours', (reader) => reader.take('integer').text],
  is_case_insensitive: ['isCaseInsensitive', readBoolean],
  labels: ['labels', readLabels],
};

/** From its opening parenthesis to the closing one. */
export function readOptions(reader: Reader): Record<string, unknown> {
  reader.expect('(');
  const options: Record<string, unknown> = {};
  if (reader.skip(')')) return options;
  reader.several(() => {
    const name = reader.identifier().text;
    const [field, read] = OPTIONS[name.toLowerCase()] ?? [];
    if (field === undefined || read === undefined)
      throw bigQuery(400, 'invalidQuery', `Unknown option, or not supported by this simulator: ${name}`);
    if (options[field] !== undefined) throw bigQuery(400, 'invalidQuery', `Duplicate option specified for '${name}'`);
    reader.expect('=');
    options[field] = read(reader);
  });
  reader.expect(')');
  return options;
}

function readString(reader: Reader): string {
  return reader.take('string').text;
}

function readDays(reader: Reader): string {
  const days = reader.takeIf('float') ?? reader.take('integer');
  return String(Math.round(Number(days.text) * DAY));
}

function readBoolean(reader: Reader): boolean {
  if (reader.skip('TRUE')) return true;
  reader.expect('FALSE');
  return false;
}

function readLabels(reader: Reader): Record<string, string> {
  reader.expect('[');
  const labels = reader.several((): [string, string] => {
    reader.expect('(');
    const key = readString(reader);
    reader.expect(',');
    const value = readString(reader);
    reader.expect(')');
    return [key, value];
  });
  reader.expect(']');
  return Object.fromEntries(labels);
}
