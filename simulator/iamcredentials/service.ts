import { googleService } from '../engine/google-service.ts';
import type { Service } from '../engine/service.ts';
import { impersonationRoutes } from './impersonation.ts';

export const iamCredentials: Service = {
  name: 'iamCredentials',
  ...googleService({ api: 'iamcredentials', title: 'IAM Service Account Credentials API' }),
  routes: impersonationRoutes,
};
