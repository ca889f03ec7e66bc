import { isUnclear } from '../errors/api-error.ts';
import type { ApiError } from '../errors/api-error.ts';
import { explainApiError } from '../errors/explain.ts';
import type { AccessMode } from '../inputs/target.ts';
import { causeInTable } from '../verify/table-causes.ts';
import { finding } from './finding.ts';
import { codeIn, isWord, tokensIn } from './lexer.ts';
import { datasetOf } from './judge.ts';
import type { ModelFinding, Place, Query } from './model.ts';
import { saidOf } from './wrap.ts';

/** What BigQuery's refusal of a query means for its model. Pure. */

/** For whom the query was tried, and where. */
export interface Reader {
  readonly projectId: string;
  readonly email: string;
  readonly accessMode: AccessMode;
  readonly location: string;
}

/** A query that was refused. */
export interface Refused {
  readonly query: Query;
  /** What was sent between the brackets: the query itself, unless datasets were replaced in it. */
  readonly sent: string;
  readonly inOriginal: (offset: number) => number;
  readonly error: ApiError;
  /** Where the dataset lies that was not found; undefined = that is not known. */
  readonly liesIn: string | undefined;
}

/** Statements that read nothing for Segment. */
const OTHER_STATEMENTS = [
  ...[
    'CREATE',
    'INSERT',
    'UPDATE',
    'DELETE',
    'MERGE',
    'DROP',
    'ALTER',
    'TRUNCATE',
    'GRANT',
    'REVOKE',
    'EXPORT',
    'LOAD',
  ],
  ...['DECLARE', 'SET', 'BEGIN', 'CALL', 'EXECUTE', 'IF', 'LOOP', 'WHILE', 'REPEAT', 'FOR', 'ASSERT', 'EXPLAIN'],
];

export function refusedFinding(refused: Refused, reader: Reader): ModelFinding {
  const { error } = refused;
  if (isUnclear(error) || error.code === 429 || error.code === 401) return notTried(refused);
  if (error.code === 403) return ofDenial(refused, reader);
  if (error.code === 404) return ofAbsence(refused, reader);
  return ofQuery(refused);
}

function notTried({ query, error }: Refused): ModelFinding {
  const { because, remedy } = explainApiError(error);
  return finding('not-tried', query.placeAt(0), `It could not be tried: ${because}. ${remedy}`);
}

function ofQuery({ query, sent, inOriginal, error }: Refused): ModelFinding {
  const { message, place } = saidOf(error.words, query, sent, inOriginal);
  const first = codeIn(tokensIn(query.text))[0];
  if (first !== undefined && isWord(first, ...OTHER_STATEMENTS)) {
    const why = `The query begins with ${first.text.toUpperCase()}, and Segment runs one SELECT alone. BigQuery said: ${ended(message)}`;
    return finding('not-a-select', query.placeAt(first.at), why);
  }
  return finding('query', place, `BigQuery rejects the query: ${ended(message)}`);
}

/** `project.dataset.table`, as BigQuery names what it refuses; undefined = it names no table. */
function tableIn(words: string): string | undefined {
  const [, project, dataset, table] =
    /Table ((?:[a-z0-9.-]+:)?[a-z0-9-]+)[:.]([A-Za-z0-9_]+)\.(.{1,1024}?)(?=: | was not found|, |$)/.exec(words) ?? [];
  return table === undefined ? undefined : `${project ?? ''}.${dataset ?? ''}.${table}`;
}

/** `project.dataset`, likewise. */
function datasetIn(words: string): string | undefined {
  const [, project, dataset] = /Dataset ((?:[a-z0-9.-]+:)?[a-z0-9-]+):([A-Za-z0-9_]+)/.exec(words) ?? [];
  return dataset === undefined ? undefined : `${project ?? ''}.${dataset}`;
}

/** The dataset that a refusal is about, as far as its words tell. */
export function datasetRefused({ words }: ApiError): string | undefined {
  const table = tableIn(words);
  return table === undefined ? datasetIn(words) : datasetOf(table);
}

function ofDenial(refused: Refused, reader: Reader): ModelFinding {
  const { query, error } = refused;
  if (
    error.reason !== undefined &&
    !/^(?:accessDenied|forbidden|PERMISSION_DENIED|IAM_PERMISSION_DENIED)$/i.test(error.reason)
  )
    return notTried(refused);
  const { email } = reader;
  const table = tableIn(error.words);
  const dataset = datasetRefused(error);
  const place = placeOf(query, table) ?? saidOf(error.words, query, refused.sent, refused.inOriginal).place;
  const named = causeInTable(error, table ?? 'something that the query reads', reader);
  const isNamed =
    named !== undefined && named.code !== 'verify.view-base' && named.code !== 'verify.table-in-other-project';
  if (isNamed) return finding('denied', place, `${capital(named.cause)}. ${named.remedy}`);
  if (dataset === undefined) {
    const message = `BigQuery refuses the query to ${email}: ${ended(error.words)} Run mode check, which tells what access is missing.`;
    return finding('denied', place, message);
  }
  const isThrough = table !== undefined && placeOf(query, table) === undefined;
  const through = isThrough ? ', which the query reads through a view' : '';
  const what = table ?? `the dataset ${dataset}`;
  const message = `${email} may not read ${what}${through} (or it does not exist). ${grantOf(dataset, reader, isThrough)}`;
  return finding('denied', place, message);
}

/** What lets the account read a dataset, in the way of its access mode. */
function grantOf(dataset: string, { accessMode, projectId, email }: Reader, isThroughView: boolean): string {
  const grant = `grant roles/bigquery.dataViewer on the dataset ${dataset} to serviceAccount:${email}`;
  const authorize = isThroughView ? `Authorize the view on the dataset ${dataset}, or ` : '';
  if (accessMode === 'scoped') {
    const line = `add ${dataset} to source_datasets, and run mode apply`;
    return `${authorize === '' ? capital(line) : authorize + line}.`;
  }
  if (dataset.startsWith(`${projectId}.`))
    return `Check its name, and run mode check, which tells what access is missing; or ${grant}.`;
  return `${authorize === '' ? capital(grant) : authorize + grant}.`;
}

function ofAbsence({ query, sent, inOriginal, error, liesIn }: Refused, { location }: Reader): ModelFinding {
  const table = tableIn(error.words);
  const dataset = datasetRefused(error);
  const { message, place: said } = saidOf(error.words, query, sent, inOriginal);
  const place = placeOf(query, table) ?? placeOf(query, dataset) ?? said;
  if (dataset !== undefined && liesIn !== undefined && liesIn.toLowerCase() !== location.toLowerCase()) {
    const where = `The query reads ${table ?? dataset}, and the dataset ${dataset} lies in ${liesIn}; the source runs its queries in ${location}.`;
    return finding(
      'location',
      place,
      `${where} Copy the data into a dataset in ${location}, or set up a source in ${liesIn}.`,
    );
  }
  return finding('query', place, `BigQuery rejects the query: ${ended(message)}`);
}

/** Where a query names a table or dataset, in whatever quotes. */
function placeOf(query: Query, name: string | undefined): Place | undefined {
  if (name === undefined) return undefined;
  const parts = name.split('.');
  const whole = [parts, parts.slice(1)].filter(({ length }) => length > 1).map(spelledIn(query.text));
  const at = whole.find((found) => found !== undefined);
  return at === undefined ? undefined : query.placeAt(at);
}

function spelledIn(text: string): (parts: readonly string[]) => number | undefined {
  return (parts) => {
    const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    const found = new RegExp(`(?<![\\w.-])\`?${escaped.join('`?[.:]`?')}\`?(?![\\w])`).exec(text);
    return found?.index;
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ended(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
