/** Jobs and their results as BigQuery answers them. */
import type { JobState } from '../state.ts';
import type { StatementResult } from '../statements/run.ts';

/** `statistics.query` of a job. */
export function queryStatistics({ statistics, fields, bytes }: StatementResult, billed = 0): Record<string, unknown> {
  return {
    ...statistics,
    ...(fields.length === 0 ? {} : { schema: { fields } }),
    totalBytesProcessed: String(bytes),
    totalBytesBilled: String(billed),
    cacheHit: false,
  };
}

function referenceOf({ project: projectId, jobId, location }: JobState): Record<string, string> {
  return { projectId, jobId, location };
}

/** As jobs.get answers it. */
export function answerJob(job: JobState): Record<string, unknown> {
  const time = String(Math.round(job.createdAt));
  const bytes = job.statistics['totalBytesProcessed'] ?? '0';
  const email = /^(?:user|serviceAccount):(.+)$/.exec(job.creator)?.[1];
  return {
    kind: 'bigquery#job',
    etag: 'AAAA',
    id: `${job.project}:${job.location}.${job.jobId}`,
    selfLink: `https://bigquery.googleapis.com/bigquery/v2/projects/${job.project}/jobs/${job.jobId}?location=${job.location}`,
    ...(email === undefined ? { principal_subject: job.creator } : { user_email: email }),
    jobReference: referenceOf(job),
    configuration: { jobType: 'QUERY', query: { query: job.query, useLegacySql: false } },
    status: { state: 'DONE', ...(job.error === undefined ? {} : { errorResult: job.error, errors: [job.error] }) },
    statistics: {
      creationTime: time,
      startTime: time,
      endTime: time,
      totalBytesProcessed: bytes,
      query: job.statistics,
    },
  };
}

/** As jobs.query and jobs.getQueryResults answer it. */
export function answerResults(job: JobState, kind: string): Record<string, unknown> {
  return {
    kind,
    ...(kind === 'bigquery#queryResponse' ? {} : { etag: 'AAAA' }),
    schema: job.schema,
    jobReference: referenceOf(job),
    totalRows: String(job.rows.length),
    ...(job.rows.length === 0 ? {} : { rows: job.rows }),
    totalBytesProcessed: job.statistics['totalBytesProcessed'] ?? '0',
    ...(kind === 'bigquery#queryResponse' ? { totalBytesBilled: job.statistics['totalBytesBilled'] ?? '0' } : {}),
    jobComplete: true,
    cacheHit: false,
  };
}
