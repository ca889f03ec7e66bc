/** Jobs that ran. */
import { holds } from '../../directory/permissions.ts';
import { list, record, text } from '../../engine/json.ts';
import { nextHex } from '../../engine/random.ts';
import type { Context, Refusal, Request } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { isSameLocation } from '../location.ts';
import { bigQueryState } from '../state.ts';
import type { JobState } from '../state.ts';
import type { StatementResult } from '../statements/run.ts';
import { queryStatistics } from './answer.ts';

interface Made {
  readonly project: string;
  readonly jobId: string | undefined;
  readonly query: string;
  readonly requestKey: string | undefined;
  readonly outcome?: StatementResult;
  readonly failure?: { readonly error: Refusal; readonly location: string };
}

/** Stores a job that has just run, well or not. */
export function keepJob(made: Made, context: Context): JobState {
  const { project, query, requestKey, outcome, failure } = made;
  const { world, now } = context;
  const jobId = made.jobId ?? `job_${nextHex(world).slice(0, 28)}`;
  const location = outcome?.location ?? failure?.location ?? 'US';
  const job: JobState = {
    ...{ jobId, project, location, query, requestKey },
    creator: context.caller().principal,
    createdAt: now,
    schema: { fields: outcome?.fields ?? [] },
    rows: [...(outcome?.rows ?? [])],
    statistics: outcome === undefined ? {} : queryStatistics(outcome, billedOf(outcome)),
    error: failure === undefined ? undefined : errorOf(failure.error),
  };
  bigQueryState(world).jobs[`${project}:${jobId}`] = job;
  return job;
}

const LEAST_BILLED = 10 * 2 ** 20;

/** Ten megabytes for each table at least. */
export function billedOf({ bytes, statistics }: StatementResult): number {
  const tables = list(statistics['referencedTables']).length;
  return tables === 0 ? bytes : Math.max(bytes, LEAST_BILLED * tables);
}

/** Throws for an id that is impossible or taken: to be asked before a statement has effects. */
export function checkJobId(
  jobId: string | undefined,
  { project, location }: { readonly project: string; readonly location: string },
  { world }: Context,
): void {
  if (jobId === undefined) return;
  if (!/^[A-Za-z0-9_-]{1,1024}$/.test(jobId)) throw bigQuery(400, 'invalid', `Invalid job ID "${jobId}".`);
  if (bigQueryState(world).jobs[`${project}:${jobId}`] !== undefined)
    throw bigQuery(409, 'duplicate', `Already Exists: Job ${project}:${location}.${jobId}`);
}

function errorOf({ reply }: Refusal): NonNullable<JobState['error']> {
  const { message, errors } = record(record(reply.body)['error']);
  const reason = text(record(list(errors)[0])['reason']) ?? 'invalidQuery';
  return { reason, message: text(message) ?? '', ...(reason === 'invalidQuery' ? { location: 'query' } : {}) };
}

/** The job of a path. Outside the two multi-regions it is found only by who says where it ran. */
export function findJob(request: Request, context: Context): JobState {
  const { project = '' } = request.params;
  // Its results are a collection of their own: `queries/{query}`.
  const id = request.params['job'] ?? request.params['query'] ?? '';
  const job = bigQueryState(context.world).jobs[`${project}:${id}`];
  if (job === undefined || !isAskedAt(job, request.query.get('location') ?? ''))
    throw bigQuery(404, 'notFound', `Not found: Job ${project}:${id}`);
  const caller = context.caller();
  if (job.creator !== caller.principal && !holds(context, caller, 'bigquery.jobs.get', { project })) {
    const name = `${project}:${job.location}.${id}`;
    throw bigQuery(
      403,
      'accessDenied',
      `Access Denied: Job ${name}: Permission bigquery.jobs.get denied on job ${name} (or it may not exist).`,
    );
  }
  return job;
}

function isAskedAt({ location }: JobState, asked: string): boolean {
  return asked === '' ? ['US', 'EU'].includes(location) : isSameLocation(location, asked);
}
