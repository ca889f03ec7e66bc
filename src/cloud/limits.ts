/** What any service may take from a run, in one place. */

/** How long trying a statement may take, in milliseconds: a wildcard over many tables can take BigQuery over a minute. */
export const STATEMENT_LIMIT = 120_000;

/** Bytes of an answer: no document that is read here comes near. */
export const LARGEST_ANSWER = 32 * 1024 * 1024;

/** Levels of an answer: deeper ones are no document of any service, and would exhaust the stack of whoever walks them. */
export const DEEPEST_ANSWER = 100;

/** Pages of one list. */
export const MOST_PAGES = 1_000;
