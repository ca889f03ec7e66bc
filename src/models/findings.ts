export type Weight = 'error' | 'warning' | 'notice';

/** What holds of every finding about models with one id: how much it matters, why, and what to do. SARIF rules are made of these. */
export interface ModelFindingRow {
  /** Of most of them; one finding may weigh less. */
  readonly weight: Weight;
  /** Whether `allow` of a model may name it. */
  readonly allowable: boolean;
  /** One clause without a period. */
  readonly what: string;
  /** Why it matters: a sentence or more. */
  readonly why: string;
  /** What to do: a sentence or more. */
  readonly remedy: string;
}

const offline = {
  schema: {
    ...{ weight: 'error', allowable: false },
    what: 'A models file is not as docs/models.schema.json describes it',
    why: 'What cannot be read cannot be tried.',
    remedy: 'Correct the key or the value that the message names.',
  },
  'duplicate-name': {
    ...{ weight: 'error', allowable: false },
    what: 'Two models have the same name',
    why: 'A model is found in Segment by its name.',
    remedy: 'Rename one of them.',
  },
  file: {
    ...{ weight: 'error', allowable: false },
    what: 'A file is missing, outside the workspace, empty, too large, or no UTF-8 text',
    why: 'What cannot be read cannot be tried.',
    remedy: 'Correct the path, or the file.',
  },
  'too-long': {
    ...{ weight: 'error', allowable: false },
    what: 'A query or the name of its identifier is longer than Segment allows',
    why: 'Segment takes queries of 65,535 characters and identifiers of 191 characters at most.',
    remedy: 'Move a part of the query into a view.',
  },
  statements: {
    ...{ weight: 'error', allowable: false },
    what: 'Something follows the first semicolon of a query',
    why: 'Segment puts the query into a common table expression, which holds one statement; even a comment after the semicolon is a syntax error there.',
    remedy: 'Keep one statement, and remove what follows its semicolon.',
  },
  unclosed: {
    ...{ weight: 'error', allowable: false },
    what: 'A string, a comment, a quoted name or a bracket is not closed, or a bracket closes nothing',
    why: 'Segment puts the query between brackets: what is open or closed too often there makes another query of it.',
    remedy: 'Close it, or remove the bracket that closes nothing.',
  },
  parameters: {
    ...{ weight: 'error', allowable: false },
    what: 'A query has a parameter',
    why: 'Segment binds no values to parameters, so that every sync would fail.',
    remedy: 'Write the value into the query.',
  },
  'final-semicolon': {
    ...{ weight: 'warning', allowable: true },
    what: 'A query ends in a semicolon',
    why: 'It is left out where the query is put into a common table expression.',
    remedy: 'Remove it.',
  },
  'comment-at-end': {
    ...{ weight: 'warning', allowable: true },
    what: 'A query ends in a comment',
    why: 'Whatever Segment puts after the query on the same line becomes a part of the comment.',
    remedy: 'Move the comment up, or write it as /* … */.',
  },
  'unstable-column': {
    ...{ weight: 'warning', allowable: true },
    what: 'A column changes by itself from sync to sync',
    why: 'Segment compares rows by their checksum, so that each sync sends every row again.',
    remedy: 'Leave the function out of what the query returns; in WHERE it does no harm.',
  },
  'unstable-rows': {
    ...{ weight: 'warning', allowable: true },
    what: 'Which rows a query returns is left to chance',
    why: 'Rows come and go from sync to sync: Segment sends them as new and as deleted.',
    remedy: 'Add ORDER BY something unique before LIMIT, or leave LIMIT out.',
  },
} as const satisfies Record<string, ModelFindingRow>;

const tried = {
  query: {
    ...{ weight: 'error', allowable: false },
    what: 'BigQuery rejects a query',
    why: 'Every sync of the model would fail.',
    remedy: 'Correct the query where the message points.',
  },
  'not-tried': {
    ...{ weight: 'error', allowable: false },
    what: 'BigQuery gave no answer about a query',
    why: 'Whether the model runs is not known.',
    remedy: 'Run again later.',
  },
  'not-a-select': {
    ...{ weight: 'error', allowable: false },
    what: 'A model is not a SELECT',
    why: 'Segment reads the rows of one SELECT; it runs no script, and changes no table.',
    remedy: 'Write it as one SELECT; build tables elsewhere, for example in dbt.',
  },
  'columns-limit': {
    ...{ weight: 'error', allowable: false },
    what: 'A query returns more than 512 columns',
    why: 'Segment syncs 512 columns at most.',
    remedy: 'List the columns that mappings use.',
  },
  'column-name': {
    ...{ weight: 'error', allowable: false },
    what: 'A column has a name that Segment does not take',
    why: 'Names have 128 characters at most, and those that begin with __segment_ are reserved.',
    remedy: 'Rename it with AS.',
  },
  'identifier-missing': {
    ...{ weight: 'error', allowable: false },
    what: 'A query does not return its identifier',
    why: 'Segment tells rows apart by that column.',
    remedy: 'Add the column to the query, or correct query_identifier_column.',
  },
  'identifier-case': {
    ...{ weight: 'warning', allowable: true },
    what: 'The identifier differs from the column in case',
    why: 'BigQuery does not mind, but Segment may look for the exact name.',
    remedy: 'Spell both alike.',
  },
  'identifier-type': {
    ...{ weight: 'error', allowable: false },
    what: 'The identifier has a type that cannot tell rows apart',
    why: 'ARRAY, STRUCT, JSON, GEOGRAPHY and RANGE have no equality that Segment could use; FLOAT64 is not exact.',
    remedy: 'Use a STRING or an INT64, if need be with CAST or TO_JSON_STRING.',
  },
  contract: {
    ...{ weight: 'error', allowable: false },
    what: 'A column that the model promises is gone',
    why: 'columns lists what mappings rely on.',
    remedy: 'Return the column again, or remove it from columns.',
  },
  denied: {
    ...{ weight: 'error', allowable: false },
    what: "Segment's service account may not read something that a query reads",
    why: 'Every sync of the model would fail.',
    remedy: 'Grant what the message names.',
  },
  'outside-source-datasets': {
    ...{ weight: 'notice', allowable: true },
    what: 'A query reads a dataset that source_datasets does not list',
    why: 'It works today, by a view or another grant, which this action does not look after.',
    remedy: 'List the dataset in source_datasets.',
  },
  location: {
    ...{ weight: 'error', allowable: false },
    what: 'A query reads data in another location than the one of the source',
    why: 'A query runs in one location, and Segment runs all queries of a source in that of the source.',
    remedy: 'Copy the data into the location of the source, or set up a source there.',
  },
  'state-dataset': {
    ...{ weight: 'error', allowable: false },
    what: "A query reads Segment's state dataset",
    why: 'Segment changes what is in there whenever it syncs, and may change its form.',
    remedy: 'Leave __segment_reverse_etl out of the query.',
  },
  bytes: {
    ...{ weight: 'error', allowable: true },
    what: 'A sync would read more bytes than max_bytes',
    why: 'BigQuery bills every sync for what it reads.',
    remedy: 'Filter by a partition, list columns instead of *, or raise max_bytes.',
  },
  'not-unique': {
    ...{ weight: 'error', allowable: false },
    what: 'The identifier is NULL, or repeats',
    why: 'Segment keeps one row of each identifier: the others are lost, or overwrite each other.',
    remedy: 'Make the rows unique, for example with QUALIFY ROW_NUMBER() OVER (…) = 1, or choose another column.',
  },
  'override-unclear': {
    ...{ weight: 'warning', allowable: true },
    what: 'Where a dataset is to be replaced by dataset_overrides is not clear',
    why: 'The name was left as it is, so that the model was not tried on the other dataset there.',
    remedy: 'Write the table with its dataset right after FROM or JOIN.',
  },
} as const satisfies Record<string, ModelFindingRow>;

const compared = {
  'breaks-mapping': {
    ...{ weight: 'error', allowable: true },
    what: 'A mapping uses a column that is removed or changes its type',
    why: 'The mapping then sends nothing for it, or something else, and no sync fails.',
    remedy: 'Keep the column until the mapping is changed.',
  },
  'identifier-changed': {
    ...{ weight: 'error', allowable: true },
    what: 'The identifier of a model changes',
    why: 'Segment then treats every record as deleted, and sends all of them again.',
    remedy: 'Keep the identifier, or add identifier-changed to allow of the model.',
  },
  'model-removed': {
    ...{ weight: 'error', allowable: false },
    what: 'A model is removed',
    why: 'Its mappings stop.',
    remedy: 'Disable its mappings in Segment first; if it was renamed, set previous_name.',
  },
  'model-disabled': {
    ...{ weight: 'error', allowable: true },
    what: 'A model is disabled',
    why: 'Its mappings stop.',
    remedy: 'Disable its mappings in Segment first.',
  },
  'column-removed': {
    ...{ weight: 'notice', allowable: true },
    what: 'A column is removed',
    why: 'A mapping that uses it sends nothing for it, and no sync fails.',
    remedy: 'Make sure that no mapping uses it.',
  },
  'query-changed': {
    ...{ weight: 'notice', allowable: true },
    what: 'The query of a model changes',
    why: "Segment's own dbt check rejects every change to a model in use, harmful or not.",
    remedy: 'See which columns and bytes change.',
  },
} as const satisfies Record<string, ModelFindingRow>;

/** Every kind of finding, by its id. */
export const modelFindings: Readonly<Record<ModelFindingId, ModelFindingRow>> = { ...offline, ...tried, ...compared };

export type ModelFindingId = keyof typeof offline | keyof typeof tried | keyof typeof compared;

export function isModelFindingId(text: string): text is ModelFindingId {
  return Object.hasOwn(modelFindings, text);
}
