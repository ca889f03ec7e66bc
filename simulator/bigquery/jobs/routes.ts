/** Query jobs: tried in a dry run, or run at once and kept for whoever asks for the result. */
import { record, text } from '../../engine/json.ts';
import { Refusal } from '../../engine/route.ts';
import type { Context, Reply, Request, Route } from '../../engine/route.ts';
import { bigQuery, unsupported } from '../envelope.ts';
import { serveMethod } from '../method.ts';
import { requireOnProject } from '../permissions.ts';
import { execute } from '../statements/execute.ts';
import { answerJob, answerResults, queryStatistics } from './answer.ts';
import { checkOptions, readOptions } from './options.ts';
import { runQuery } from './query.ts';
import { checkJobId, findJob, keepJob } from './store.ts';

/** jobs.insert: a statement that fails is a job that failed; only of a dry run is it the request that fails. */
function insertJob(request: Request, context: Context): Reply {
  const project = request.params['project'] ?? '';
  const body = record(request.body);
  const configuration = record(body['configuration']);
  const given = record(configuration['query']);
  const { projectId, location, jobId } = record(body['jobReference']);
  if (configuration['query'] === undefined) throw unsupported('A job other than a query');
  if (text(projectId) !== undefined && projectId !== project)
    throw bigQuery(400, 'invalid', 'The job reference of the body does not match the project of the URL.');
  requireOnProject(context, 'bigquery.jobs.create', project);
  checkOptions(given);
  const options = readOptions(given, { project, location, dryRun: configuration['dryRun'] });
  const query = text(given['query']) ?? '';
  if (options.dryRun) {
    const outcome = execute(query, options, context);
    const reply = {
      kind: 'bigquery#job',
      configuration: { ...configuration, jobType: 'QUERY' },
      jobReference: { projectId: project, location: outcome.location },
      statistics: {
        totalBytesProcessed: String(outcome.bytes),
        query: { totalBytesProcessedAccuracy: 'PRECISE', ...queryStatistics(outcome) },
      },
      status: { state: 'DONE' },
    };
    return { status: 200, body: reply };
  }
  const made = { project, jobId: text(jobId), query, requestKey: undefined };
  checkJobId(made.jobId, { project, location: options.location ?? 'US' }, context);
  try {
    const outcome = execute(query, options, context);
    return { status: 200, body: answerJob(keepJob({ ...made, outcome }, context)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const where = options.location ?? 'US';
    return { status: 200, body: answerJob(keepJob({ ...made, failure: { error, location: where } }, context)) };
  }
}

function getJob(request: Request, context: Context): Reply {
  return { status: 200, body: answerJob(findJob(request, context)) };
}

const CODES: Readonly<Record<string, number>> = { accessDenied: 403, notFound: 404, duplicate: 409 };

function getResults(request: Request, context: Context): Reply {
  const job = findJob(request, context);
  if (job.error !== undefined) throw bigQuery(CODES[job.error.reason] ?? 400, job.error.reason, job.error.message);
  return { status: 200, body: answerResults(job, 'bigquery#getQueryResultsResponse') };
}

export const jobRoutes: Route[] = [
  serveMethod('jobs.query', runQuery),
  serveMethod('jobs.insert', insertJob),
  serveMethod('jobs.getQueryResults', getResults),
  serveMethod('jobs.get', getJob),
];
