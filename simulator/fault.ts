/** Faults on demand: what breaks, and with which words. */
import { errorInfo, bigQuery, gitHub, google, oauth } from './refusal.ts';
import type { Refusal, Request } from './route.ts';
import type { Service } from './service.ts';

export const FAULT_KINDS = ['lose-reply', 'reset', 'conflict', 'throttle', 'deny', 'outage', 'lag'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What is to break, and how often yet. */
export interface Fault {
  /** Prefix of `METHOD /path`, the path decoded. */
  readonly on: string;
  readonly do: FaultKind;
  times: number;
}

/** Uses up one time of the first fault that fits. */
export function takeFault(faults: Fault[], method: string, path: string): FaultKind | undefined {
  const index = faults.findIndex(({ on }) => `${method} ${path}`.startsWith(on));
  const fault = faults[index];
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(index, 1);
  return fault.do;
}

/** The refusal of a fault that does not touch the connection. */
export function faultRefusal(
  kind: Exclude<FaultKind, 'lose-reply' | 'reset'>,
  service: Service,
  request: Request,
): Refusal {
  switch (kind) {
    case 'conflict':
      return conflict(service);
    case 'throttle':
      return throttle(service);
    case 'deny':
      return deny(service);
    case 'outage':
      return outage(service);
    case 'lag':
      return notVisibleYet(service, request);
  }
}

const hasErrors = (service: Service): boolean => service === 'iam' || service === 'bigquery';

function conflict(service: Service): Refusal {
  if (service === 'bigquery') return bigQuery(412, 'conditionNotMet', 'Precondition check failed.');
  if (service === 'github' || service === 'runner') return gitHub(409, 'Conflict');
  const message =
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.';
  return google(409, 'ABORTED', message, { errors: hasErrors(service) });
}

function throttle(service: Service): Refusal {
  if (service === 'bigquery') {
    return bigQuery(
      403,
      'rateLimitExceeded',
      'Exceeded rate limits: too many dataset metadata update operations for this dataset.',
    );
  }
  if (service === 'github' || service === 'runner') return gitHub(429, 'You have exceeded a secondary rate limit.');
  const host = `${service}.googleapis.com`;
  const message = `Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '${host}'.`;
  const details = [errorInfo('RATE_LIMIT_EXCEEDED', 'googleapis.com', { service: host })];
  return google(429, 'RESOURCE_EXHAUSTED', message, { errors: hasErrors(service), details });
}

function deny(service: Service): Refusal {
  if (service === 'bigquery')
    return bigQuery(403, 'accessDenied', 'Access Denied: the caller does not have permission.');
  if (service === 'github' || service === 'runner') {
    return gitHub(403, 'Resource not accessible by personal access token');
  }
  if (service === 'sts') {
    return oauth(403, 'unauthorized_client', 'The given credential is rejected by the attribute condition.');
  }
  if (service === 'oauth2') return oauth(403, 'access_denied', 'Forbidden');
  return google(403, 'PERMISSION_DENIED', 'The caller does not have permission', { errors: hasErrors(service) });
}

function outage(service: Service): Refusal {
  if (service === 'github' || service === 'runner') return gitHub(503, 'Service Unavailable');
  return google(503, 'UNAVAILABLE', 'The service is currently unavailable.', { errors: hasErrors(service) });
}

function notVisibleYet(service: Service, { method, path, body }: Request): Refusal {
  if (service === 'oauth2') return oauth(400, 'invalid_grant', 'Invalid JWT Signature.');
  if (service === 'github' || service === 'runner') return gitHub(404, 'Not Found');
  // A client adds the new member last.
  const email = JSON.stringify(body ?? '')
    .match(/[\w.-]+@[\w.-]+\.iam\.gserviceaccount\.com/g)
    ?.at(-1);
  const absent = `Service account ${email ?? ''} does not exist.`;
  if (service === 'cloudresourcemanager' && path.endsWith(':setIamPolicy')) {
    return google(400, 'INVALID_ARGUMENT', absent, { errors: true });
  }
  const dataset = /\/projects\/([^/]+)\/datasets\/([^/]+)$/.exec(path);
  if (service === 'bigquery' && ['PATCH', 'PUT'].includes(method) && dataset !== null) {
    const [, project = '', name = ''] = dataset;
    return bigQuery(400, 'invalid', `IAM setPolicy failed for Dataset ${project}:${name}: ${absent}`);
  }
  if (service === 'bigquery') return bigQuery(404, 'notFound', `Not found: ${path}`);
  const account = /\/serviceAccounts\/([^/:]+)/.exec(path)?.[1];
  const message = account === undefined ? 'Requested entity was not found.' : 'Unknown service account';
  return google(404, 'NOT_FOUND', message, { errors: hasErrors(service) });
}
