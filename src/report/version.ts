/** Of this action; package.json says the same. */
export const VERSION = '0.1.0';
/** Where this action lives, if the runner does not tell. */
export const HOME = 'OWNER/segment-reverse-etl-bigquery';
