/** jobs.query: the error of the statement is the error of the request. */
import { createHash } from 'node:crypto';
import { record, text } from '../../engine/json.ts';
import type { Context, Reply, Request } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import { requireOnProject } from '../permissions.ts';
import { bigQueryState } from '../state.ts';
import type { JobState } from '../state.ts';
import { execute } from '../statements/execute.ts';
import { answerResults } from './answer.ts';
import { checkOptions, readOptions } from './options.ts';
import { billedOf, keepJob } from './store.ts';

const QUARTER_MS = 15 * 60_000;
const KIND = 'bigquery#queryResponse';

export function runQuery(request: Request, context: Context): Reply {
  const project = request.params['project'] ?? '';
  const body = record(request.body);
  const requestKey = requestKeyOf(body, project, context);
  requireOnProject(context, 'bigquery.jobs.create', project);
  checkOptions(body);
  const options = readOptions(body, { project, location: body['location'], dryRun: body['dryRun'] });
  const earlier = options.dryRun ? undefined : findEarlier(requestKey, context);
  if (earlier !== undefined) return { status: 200, body: answerResults(earlier, KIND) };
  const query = text(body['query']) ?? '';
  const outcome = execute(query, options, context);
  if (!options.dryRun) {
    const limit = Number(body['maximumBytesBilled'] ?? Infinity);
    const billed = billedOf(outcome);
    if (billed > limit)
      throw bigQuery(
        400,
        'bytesBilledLimitExceeded',
        `Query exceeded limit for bytes billed: ${String(limit)}. ${String(billed)} or higher required.`,
      );
    const job = keepJob({ project, jobId: undefined, query, requestKey, outcome }, context);
    return { status: 200, body: answerResults(job, KIND) };
  }
  const reply = {
    kind: KIND,
    schema: { fields: outcome.fields },
    jobReference: { projectId: project, location: outcome.location },
    totalBytesProcessed: String(outcome.bytes),
    jobComplete: true,
    cacheHit: false,
  };
  return { status: 200, body: reply };
}

/** A request is the same only if its id, its caller and all that affects the result are. */
function requestKeyOf(body: Record<string, unknown>, project: string, context: Context): string | undefined {
  const { requestId, timeoutMs: _wait, maxResults: _size, ...affecting } = body;
  const id = text(requestId) ?? '';
  if (id === '') return undefined;
  if (!/^[\x20-\x7e]{1,36}$/.test(id)) throw bigQuery(400, 'invalid', 'requestId must be at most 36 ASCII characters.');
  const all = [id, project, context.caller().principal, Object.entries(affecting).sort()];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

function findEarlier(requestKey: string | undefined, { world, now }: Context): JobState | undefined {
  if (requestKey === undefined) return undefined;
  return Object.values(bigQueryState(world).jobs).find(
    (job) => job.requestKey === requestKey && job.createdAt + QUARTER_MS > now,
  );
}
