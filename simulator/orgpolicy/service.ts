import { readDocument } from '../discovery/document.ts';
import { methodsOf } from '../discovery/serve.ts';
import { googleEnvelope as envelope } from '../engine/envelope.ts';
import type { Service } from '../engine/service.ts';
import { getEffectivePolicy, getPolicy, listPolicies } from './policies.ts';

const NAME = 'orgpolicy.googleapis.com';
const serveMethod = methodsOf(readDocument(new URL('discovery.json', import.meta.url)), { envelope });

/** As far as it is read. */
export const orgPolicy: Service = {
  name: 'orgPolicy',
  routes: [
    serveMethod('projects.policies.list', listPolicies),
    serveMethod('projects.policies.get', getPolicy),
    serveMethod('projects.policies.getEffectivePolicy', getEffectivePolicy),
  ],
  envelope,
  apis: [{ name: NAME, title: 'Organization Policy API' }],
  requires: NAME,
  environment: (url) => ({ CLOUDSDK_API_ENDPOINT_OVERRIDES_ORGPOLICY: `${url}/` }),
};
