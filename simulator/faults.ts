/** Faults, consumed in order: what goes wrong on the next request that begins like this. */
import { bigQuery, gitHub, google, invalid, oauth } from './refusal.ts';
import type { Refusal } from './route.ts';

export const FAULTS = ['lose-reply', 'reset', 'conflict', 'throttle', 'deny', 'outage', 'lag'] as const;
export type FaultKind = (typeof FAULTS)[number];

/** As `/_simulator/faults` takes it. */
export interface Fault {
  readonly on: string;
  readonly do: FaultKind;
  times: number;
}

/** Takes the first fault that fits this request off the list. */
export function takeFault(faults: Fault[], line: string): FaultKind | undefined {
  const index = faults.findIndex((fault) => line.startsWith(fault.on));
  const fault = faults[index];
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(index, 1);
  return fault.do;
}

/** What the service says, in its own words. */
export function refusalFor(kind: Exclude<FaultKind, 'lose-reply' | 'reset'>, method: string, path: string): Refusal {
  if (/^\/(repos|repositories|orgs)\//.test(path)) return ofGitHub(kind);
  if (path.startsWith('/bigquery/')) return ofBigQuery(kind, path);
  if (kind === 'conflict')
    return google(
      409,
      'ABORTED',
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      { reason: 'aborted' },
    );
  if (kind === 'throttle')
    return google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric.', { reason: 'rateLimitExceeded' });
  if (kind === 'deny')
    return google(403, 'PERMISSION_DENIED', 'The caller does not have permission', { reason: 'forbidden' });
  if (kind === 'outage')
    return google(503, 'UNAVAILABLE', 'The service is currently unavailable.', { reason: 'backendError' });
  if (path === '/token') return oauth(400, 'invalid_grant', 'Invalid JWT Signature.');
  if (path.endsWith(':setIamPolicy')) return invalid('Service account does not exist.');
  return google(404, 'NOT_FOUND', `${method} ${path}: not found.`, { reason: 'notFound' });
}

function ofGitHub(kind: Exclude<FaultKind, 'lose-reply' | 'reset'>): Refusal {
  if (kind === 'conflict') return gitHub(409, 'Conflict');
  if (kind === 'throttle') return gitHub(429, 'API rate limit exceeded');
  if (kind === 'deny') return gitHub(403, 'Resource not accessible by personal access token');
  return kind === 'outage' ? gitHub(503, 'Service unavailable') : gitHub(404, 'Not Found');
}

function ofBigQuery(kind: Exclude<FaultKind, 'lose-reply' | 'reset'>, path: string): Refusal {
  if (kind === 'conflict') return bigQuery(412, 'conditionNotMet', 'Precondition check failed.');
  if (kind === 'throttle')
    return bigQuery(
      403,
      'rateLimitExceeded',
      'Exceeded rate limits: too many dataset metadata update operations for this dataset.',
    );
  if (kind === 'deny') return bigQuery(403, 'accessDenied', 'Access Denied: the caller does not have permission.');
  if (kind === 'outage')
    return bigQuery(503, 'backendError', 'Error encountered during execution. Retrying may solve the problem.');
  if (path.includes('/datasets/'))
    return bigQuery(400, 'invalid', 'IAM setPolicy failed for Dataset: Service account does not exist.');
  return bigQuery(404, 'notFound', 'Not found.');
}
