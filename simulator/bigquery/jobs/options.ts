/** What a query may ask for besides its text. */
import { list, record, text } from '../../engine/json.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import { spellLocation } from '../location.ts';
import type { StatementOptions } from '../statements/run.ts';

const UNDERSTOOD = [
  ...['query', 'useLegacySql', 'defaultDataset', 'dryRun', 'location', 'requestId', 'kind'],
  // Without effect on what this world does: nothing is cached, billed, queued or large.
  ...['useQueryCache', 'timeoutMs', 'maxResults', 'formatOptions', 'jobTimeoutMs', 'labels', 'maximumBytesBilled'],
  ...['priority', 'jobCreationMode', 'preserveNulls', 'allowLargeResults', 'flattenResults', 'maximumBillingTier'],
  ...['createDisposition', 'writeDisposition', 'parameterMode', 'queryResultsFormat', 'reservation'],
];

/** Throws 400 for what this world cannot do: it is not silently left out. */
export function checkOptions(given: Readonly<Record<string, unknown>>): void {
  if (given['useLegacySql'] !== false)
    throw bigQuery(
      400,
      'invalidQuery',
      'This simulator does not speak legacy SQL, which is the default: send useLegacySql false.',
    );
  for (const [field, value] of Object.entries(given)) {
    const isEmpty = value === null || value === false || (Array.isArray(value) && list(value).length === 0);
    if (!UNDERSTOOD.includes(field) && !isEmpty) throw unsupported(`The option ${field} of a query`);
  }
  if (text(given['query']) === undefined || given['query'] === '')
    throw bigQuery(400, 'required', 'Required parameter is missing: query');
}

/** The same for both ways to run a query. */
export function readOptions(
  given: Readonly<Record<string, unknown>>,
  more: { readonly project: string; readonly location: unknown; readonly dryRun: unknown },
): StatementOptions {
  const location = text(more.location) ?? '';
  const { projectId, datasetId } = record(given['defaultDataset']);
  const dataset = text(datasetId);
  return {
    project: more.project,
    location: location === '' ? undefined : spellLocation(location),
    dryRun: more.dryRun === true,
    defaultDataset:
      dataset === undefined ? undefined : { project: text(projectId) ?? more.project, datasetId: dataset },
  };
}
