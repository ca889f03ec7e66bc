/** Fields of a dataset that a person sets: labels, texts, expirations and the like. */
import { record, text } from '../../engine/json.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import type { DatasetState } from '../state.ts';

const HOUR = 3_600_000;
const MOST_LABELS = 64;
const SETTINGS = [
  'defaultTableExpirationMs',
  'defaultPartitionExpirationMs',
  'isCaseInsensitive',
  'defaultCollation',
  'defaultRoundingMode',
  'maxTimeTravelHours',
  'storageBillingModel',
  'defaultEncryptionConfiguration',
];
/** Output only, or looked at elsewhere. */
const OTHERS = [
  ...['kind', 'etag', 'id', 'selfLink', 'creationTime', 'lastModifiedTime', 'type', 'catalogSource', 'restrictions'],
  ...['access', 'datasetReference', 'description', 'friendlyName', 'labels', 'location', 'tags', 'satisfiesPzs'],
  'satisfiesPzi',
];

/** Takes over what the body says; null takes a field away. Throws 400 for values that BigQuery refuses. */
export function setFields(dataset: DatasetState, body: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries(body)) {
    if (SETTINGS.includes(field)) setOne(dataset, field, value);
    else if (!OTHERS.includes(field) && value !== null && Object.keys(record(value)).length > 0)
      throw unsupported(`The field ${field} of a dataset`);
  }
  if (body['description'] !== undefined) dataset.description = checkText('description', body['description'], 16_384);
  if (body['friendlyName'] !== undefined) dataset.friendlyName = checkText('name', body['friendlyName'], 1_024);
  if (body['labels'] !== undefined) setLabels(dataset, body['labels']);
}

function checkText(what: string, given: unknown, most: number): string | undefined {
  const value = text(given);
  if (value !== undefined && value.length > most)
    throw bigQuery(400, 'invalid', `The ${what} of a dataset must be at most ${String(most)} characters long.`);
  return value === '' ? undefined : value;
}

function setOne(dataset: DatasetState, field: string, given: unknown): void {
  const isExpiration = field.endsWith('ExpirationMs');
  const others = Object.entries(dataset.settings).filter(([name]) => name !== field);
  dataset.settings = Object.fromEntries(others);
  if (given === null || given === '' || (isExpiration && Number(given) === 0)) return;
  checkSetting(field, given);
  dataset.settings[field] = isExpiration || field === 'maxTimeTravelHours' ? String(Number(given)) : given;
}

function checkSetting(field: string, given: unknown): void {
  const number = Number(given);
  if (field.endsWith('ExpirationMs') && number < HOUR)
    throw bigQuery(400, 'invalid', `Invalid value for ${field}: the minimum is ${String(HOUR)}.`);
  if (field === 'maxTimeTravelHours' && (number < 48 || number > 168 || number % 24 !== 0))
    throw bigQuery(400, 'invalid', 'Invalid value for maxTimeTravelHours: 48 to 168, in steps of 24.');
  if (field === 'defaultCollation' && given !== 'und:ci')
    throw bigQuery(400, 'invalid', 'Invalid collation: this is not und:ci.');
}

function setLabels(dataset: DatasetState, given: unknown): void {
  const labels = new Map(given === null ? [] : Object.entries(dataset.labels));
  for (const [key, child] of Object.entries(record(given))) {
    const value = text(child);
    if (value === undefined) {
      labels.delete(key);
      continue;
    }
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key)) throw bigQuery(400, 'invalid', `Invalid label key "${key}".`);
    if (!/^[a-z0-9_-]{0,63}$/.test(value))
      throw bigQuery(400, 'invalid', `Invalid value for label "${key}": "${value}".`);
    labels.set(key, value);
  }
  if (labels.size > MOST_LABELS) throw bigQuery(400, 'invalid', `More than ${String(MOST_LABELS)} labels.`);
  dataset.labels = Object.fromEntries(labels);
}
