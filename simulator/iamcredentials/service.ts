import { googleEnvelope } from '../engine/envelope.ts';
import type { Service } from '../engine/service.ts';
import { impersonationRoutes } from './impersonation.ts';

const NAME = 'iamcredentials.googleapis.com';

export const iamCredentials: Service = {
  name: 'iamCredentials',
  routes: impersonationRoutes,
  envelope: googleEnvelope,
  apis: [{ name: NAME, title: 'IAM Service Account Credentials API' }],
  requires: NAME,
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: `${url}/` }),
};
