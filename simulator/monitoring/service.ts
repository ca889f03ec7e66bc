import { monitoringState } from '../directory/authentications.ts';
import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import { googleService } from '../engine/google-service.ts';
import type { Service } from '../engine/service.ts';
import { listTimeSeries } from './time-series.ts';

const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });

/** As far as it tells which keys are in use. */
export const monitoring: Service = {
  name: 'monitoring',
  ...googleService({ api: 'monitoring', title: 'Cloud Monitoring API', isOnAtFirst: true }),
  routes: [serveMethod('projects.timeSeries.list', listTimeSeries)],
  state: monitoringState,
  permissions: { 'monitoring.timeSeries': ['list'] },
};
