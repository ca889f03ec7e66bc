/**
 * The discovery document that bq asks for: Google's own (Apache-2.0), cut down to the methods that are served here and
 * their schemas, with the origin that was asked.
 */
import { readFileSync } from 'node:fs';
import type { Context, Reply, Request, Route } from '../route.ts';

const document = JSON.parse(readFileSync(new URL('discovery.json', import.meta.url), 'utf8')) as Record<
  string,
  unknown
>;

function discover(_request: Request, { origin }: Context): Reply {
  const rootUrl = `${origin}/`;
  return { status: 200, body: { ...document, rootUrl, baseUrl: `${rootUrl}bigquery/v2/` } };
}

export const discoveryRoutes: Route[] = [
  { on: 'GET /$discovery/rest', handle: discover },
  { on: 'GET /discovery/v1/apis/bigquery/v2/rest', handle: discover },
];
