import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import { googleService } from '../engine/google-service.ts';
import type { Service } from '../engine/service.ts';
import { getEffectivePolicy, getPolicy, listPolicies } from './policies.ts';

const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });

/** As far as it is read. */
export const orgPolicy: Service = {
  name: 'orgPolicy',
  ...googleService({ api: 'orgpolicy', title: 'Organization Policy API' }),
  routes: [
    serveMethod('projects.policies.list', listPolicies),
    serveMethod('projects.policies.get', getPolicy),
    serveMethod('projects.policies.getEffectivePolicy', getEffectivePolicy),
  ],
  permissions: { 'orgpolicy.policies': ['list'], 'orgpolicy.policy': ['get'] },
};
