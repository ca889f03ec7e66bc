/** What Secret Manager says when it will not: no `errors[]`, in contrast to IAM. */
import { google } from '../refusal.ts';
import { Refusal } from '../route.ts';
import { record } from '../json.ts';

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

/** Runs a check of another service, so that its refusal comes in this service's envelope. */
export function inOwnEnvelope(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { errors: _errors, ...rest } = record(record(error.reply.body)['error']);
    throw new Refusal({ status: error.reply.status, body: { error: rest } });
  }
}
