/** BigQuery's methods, and what all of them ask. */
import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import type { Context, Request } from '../engine/route.ts';
import { isEnabled } from '../serviceusage/disabled.ts';
import { bigQuery, bigQueryEnvelope } from './envelope.ts';

export const discovery = readDocument(new URL('discovery.json', import.meta.url));

/** The route of a method such as `datasets.insert`. */
export const serveMethod = methodsOf(discovery, { envelope: bigQueryEnvelope, before: check });

function check({ params, query }: Request, { world }: Context): void {
  if (!['', '0', '1', '3'].includes(query.get('accessPolicyVersion') ?? ''))
    throw bigQuery(400, 'invalid', 'Invalid access policy version. Valid values are 0, 1, and 3.');
  const { project } = params;
  // Not only the caller's project must have the API on: the one that is acted upon, too.
  if (project !== undefined && !isEnabled(world, project, 'bigquery.googleapis.com'))
    throw bigQuery(400, 'invalid', `The project ${project} has not enabled BigQuery.`);
}
