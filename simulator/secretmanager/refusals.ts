/** What Secret Manager says when it will not: no `errors[]`, in contrast to IAM. */
import { google } from '../engine/refusal.ts';
import type { Refusal } from '../engine/route.ts';

export function wrong(message: string): Refusal {
  return google(400, 'INVALID_ARGUMENT', message);
}

/** For what Google has and this world does not. */
export function notHere(what: string): Refusal {
  return google(501, 'UNIMPLEMENTED', `This simulator has no ${what}.`);
}

export function badState(message: string): Refusal {
  return google(400, 'FAILED_PRECONDITION', message);
}

/** A secret that is missing and one that is forbidden look alike. */
export function deniedFor(permission: string, resource: string): Refusal {
  const message = `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`;
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'IAM_PERMISSION_DENIED',
    domain: 'iam.googleapis.com',
    metadata: { permission, resource },
  };
  return google(403, 'PERMISSION_DENIED', message, { details: [info] });
}
