import { googleEnvelope } from '../engine/envelope.ts';
import type { Service } from '../engine/service.ts';
import { impersonationRoutes } from './impersonation.ts';

export const iamCredentials: Service = {
  name: 'iamCredentials',
  routes: impersonationRoutes,
  envelope: googleEnvelope,
  apis: [{ name: 'iamcredentials.googleapis.com', title: 'IAM Service Account Credentials API' }],
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: `${url}/` }),
};
