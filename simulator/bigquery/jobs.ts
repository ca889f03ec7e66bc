/** Query jobs: tried in a dry run, or run at once and kept for whoever asks for the result. */
import { record, text } from '../json.ts';
import { nextHex } from '../random.ts';
import { bigQuery } from '../refusal.ts';
import { Refusal } from '../route.ts';
import type { Context, Reply, Request, Route } from '../route.ts';
import { checkQuery } from '../shape.ts';
import { execute } from './statements.ts';
import type { StatementResult } from './statements.ts';
import type { JobState } from './state.ts';

const LEGACY = 'This simulator does not speak legacy SQL: send useLegacySql false.';

/** POST …/queries: the error of the statement is the error of the request. */
function query(request: Request, context: Context): Reply {
  const body = record(request.body);
  const project = request.params['project'] ?? '';
  if (body['useLegacySql'] !== false) throw bigQuery(400, 'invalidQuery', LEGACY);
  const dryRun = body['dryRun'] === true;
  const sql = text(body['query']) ?? '';
  const outcome = execute(sql, { project, location: text(body['location']), dryRun }, context);
  const base = {
    kind: 'bigquery#queryResponse',
    schema: outcome.schema,
    totalBytesProcessed: String(outcome.bytes),
    jobComplete: true,
    cacheHit: false,
  };
  if (dryRun)
    return { status: 200, body: { ...base, jobReference: { projectId: project, location: outcome.location } } };
  const job = remember(sql, { project, jobId: undefined, outcome, error: undefined }, context);
  return {
    status: 200,
    body: {
      ...base,
      jobReference: referenceOf(job),
      totalRows: String(outcome.rows.length),
      ...(outcome.rows.length === 0 ? {} : { rows: outcome.rows }),
    },
  };
}

/** POST …/jobs: a failed statement is a job that failed, except in a dry run. */
function insert(request: Request, context: Context): Reply {
  checkQuery(request, 'uploadType');
  const body = record(request.body);
  const configuration = record(body['configuration']);
  const given = record(configuration['query']);
  const project = request.params['project'] ?? '';
  if (configuration['query'] === undefined) throw bigQuery(400, 'invalid', 'This simulator runs query jobs only.');
  if (given['useLegacySql'] !== false) throw bigQuery(400, 'invalidQuery', LEGACY);
  const dryRun = configuration['dryRun'] === true;
  const reference = record(body['jobReference']);
  const sql = text(given['query']) ?? '';
  const options = { project, location: text(reference['location']), dryRun };
  if (dryRun) {
    const outcome = execute(sql, options, context);
    const statistics = {
      query: {
        totalBytesProcessed: String(outcome.bytes),
        schema: outcome.schema,
        statementType: outcome.statementType,
      },
      totalBytesProcessed: String(outcome.bytes),
    };
    return {
      status: 200,
      body: {
        kind: 'bigquery#job',
        configuration,
        jobReference: { projectId: project, location: outcome.location },
        status: { state: 'DONE' },
        statistics,
      },
    };
  }
  const made = { project, jobId: text(reference['jobId']) };
  try {
    const outcome = execute(sql, options, context);
    return { status: 200, body: answer(remember(sql, { ...made, outcome, error: undefined }, context)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, errors } = record(record(error.reply.body)['error']);
    const reason =
      text(record(Array.isArray(errors) ? (errors as unknown[])[0] : undefined)['reason']) ?? 'invalidQuery';
    if (code === 403 && String(message).includes('jobs.create')) throw error; // No right to make a job: no job.
    const outcome: StatementResult = {
      statementType: '',
      location: options.location ?? 'US',
      schema: { fields: [] },
      rows: [],
      bytes: 0,
    };
    return {
      status: 200,
      body: answer(remember(sql, { ...made, outcome, error: { reason, message: String(message) } }, context)),
    };
  }
}

interface Made {
  readonly project: string;
  readonly jobId: string | undefined;
  readonly outcome: StatementResult;
  readonly error: JobState['error'];
}

function remember(sql: string, { project, jobId, outcome, error }: Made, context: Context): JobState {
  const id = jobId ?? `job_${nextHex(context.world).slice(0, 24)}`;
  if (context.world.bigQuery.jobs[`${project}:${id}`] !== undefined)
    throw bigQuery(409, 'duplicate', `Already Exists: Job ${project}:${outcome.location}.${id}`);
  const job: JobState = {
    jobId: id,
    project,
    location: outcome.location,
    query: sql,
    user: context.caller().principal.replace(/^[a-zA-Z]+:/, ''),
    createdAt: context.now,
    schema: outcome.schema,
    rows: [...outcome.rows],
    statementType: outcome.statementType,
    error,
  };
  context.world.bigQuery.jobs[`${project}:${id}`] = job;
  return job;
}

function referenceOf({ project: projectId, jobId, location }: JobState): Record<string, string> {
  return { projectId, jobId, location };
}

function answer(job: JobState): Record<string, unknown> {
  const time = String(job.createdAt);
  return {
    kind: 'bigquery#job',
    etag: 'AAAA',
    id: `${job.project}:${job.location}.${job.jobId}`,
    user_email: job.user,
    jobReference: referenceOf(job),
    configuration: { jobType: 'QUERY', query: { query: job.query, useLegacySql: false } },
    status: { state: 'DONE', ...(job.error === undefined ? {} : { errorResult: job.error, errors: [job.error] }) },
    statistics: {
      creationTime: time,
      startTime: time,
      endTime: time,
      totalBytesProcessed: '0',
      query: { statementType: job.statementType, totalBytesProcessed: '0' },
    },
  };
}

function find(request: Request, context: Context): JobState {
  const { project = '', job = '' } = request.params;
  context.caller();
  const found = context.world.bigQuery.jobs[`${project}:${job}`];
  const location = request.query.get('location') ?? 'US';
  const isElsewhere =
    found !== undefined &&
    found.location.toLowerCase() !== location.toLowerCase() &&
    !['US', 'EU'].includes(found.location);
  if (found === undefined || isElsewhere) throw bigQuery(404, 'notFound', `Not found: Job ${project}:${job}`);
  return found;
}

function results(request: Request, context: Context): Reply {
  const job = find(request, context);
  if (job.error !== undefined)
    throw bigQuery(
      job.error.reason === 'accessDenied' ? 403 : job.error.reason === 'notFound' ? 404 : 400,
      job.error.reason,
      job.error.message,
    );
  return {
    status: 200,
    body: {
      kind: 'bigquery#getQueryResultsResponse',
      etag: 'AAAA',
      schema: job.schema,
      jobReference: referenceOf(job),
      totalRows: String(job.rows.length),
      ...(job.rows.length === 0 ? {} : { rows: job.rows }),
      jobComplete: true,
      cacheHit: false,
      totalBytesProcessed: '0',
    },
  };
}

const ROOT = '/bigquery/v2/projects/{project}';

export const jobRoutes: Route[] = [
  { on: `POST ${ROOT}/queries`, handle: query },
  { on: `POST ${ROOT}/jobs`, handle: insert },
  { on: `GET ${ROOT}/queries/{job}`, handle: results },
  {
    on: `GET ${ROOT}/jobs/{job}`,
    handle: (request, context) => ({ status: 200, body: answer(find(request, context)) }),
  },
];
