import { googleEnvelope } from '../engine/envelope.ts';
import type { Service } from '../engine/service.ts';
import { API, stsRoutes } from './exchange.ts';

export const sts: Service = {
  name: 'sts',
  routes: stsRoutes,
  envelope: googleEnvelope,
  apis: [API],
  secrets: { fields: () => ['subjecttoken', 'accesstoken'] },
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: `${url}/` }),
};
