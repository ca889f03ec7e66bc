import type { Service } from '../engine/service.ts';
import { SEGMENT_TOKENS, WORKSPACE } from './beginning.ts';
import { ACTION, DESTINATION } from './catalog.ts';
import { segmentEnvelope } from './envelope.ts';
import { segmentState } from './part.ts';
import { upcomingSync } from './periodic.ts';
import { segmentRoutes } from './routes.ts';
import { shown } from './shown.ts';
import { syncNow } from './sync-control.ts';

const isOwn = (path: string): boolean =>
  /^\/(?:$|(?:sources|catalog|destinations|reverse-etl-\w+|audit-events|credentials|labels|warehouses)(?:\/|$))/.test(
    path,
  );

/** api.segmentapis.com, and Segment itself, which extracts from BigQuery. */
export const segment: Service = {
  name: 'segment',
  routes: segmentRoutes,
  envelope: segmentEnvelope,
  owns: isOwn,
  state: segmentState,
  secrets: { fields: (path) => (isOwn(path) ? ['settings'] : []), isText: isOwn },
  environment: (url) => ({
    PUBLIC_API_URL: url,
    SIMULATOR_SEGMENT_WORKSPACE: WORKSPACE.slug,
    SIMULATOR_SEGMENT_DESTINATION_METADATA: DESTINATION,
    SIMULATOR_SEGMENT_ACTION: ACTION,
    ...Object.fromEntries(Object.entries(SEGMENT_TOKENS).map(([name, { token }]) => [name, token])),
  }),
  controls: { sync: syncNow },
  show: shown,
  upcoming: upcomingSync,
};
