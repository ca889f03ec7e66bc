import { monitoringState } from '../directory/authentications.ts';
import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import type { Service } from '../engine/service.ts';
import { listTimeSeries } from './time-series.ts';

const NAME = 'monitoring.googleapis.com';
const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });

/** As far as it tells which keys are in use. */
export const monitoring: Service = {
  name: 'monitoring',
  routes: [serveMethod('projects.timeSeries.list', listTimeSeries)],
  envelope,
  apis: [{ name: NAME, title: 'Cloud Monitoring API' }],
  requires: NAME,
  state: monitoringState,
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_MONITORING: `${url}/` }),
};
