/** The discovery document that bq asks for, with the origin under which it asked. */
import { google } from '../engine/refusal.ts';
import type { Context, Reply, Request, Route } from '../engine/route.ts';
import { discovery } from './method.ts';

function discover({ query }: Request, { origin }: Context): Reply {
  const version = query.get('version') ?? 'v2';
  if (version !== 'v2') throw google(404, 'NOT_FOUND', `Discovery document not found for API version: ${version}`);
  const rootUrl = `${origin}/`;
  return { status: 200, body: { ...discovery, rootUrl, baseUrl: `${rootUrl}bigquery/v2/` } };
}

export const discoveryRoutes: Route[] = [
  { on: 'GET /$discovery/rest', handle: discover },
  { on: 'GET /discovery/v1/apis/bigquery/v2/rest', handle: discover },
];
