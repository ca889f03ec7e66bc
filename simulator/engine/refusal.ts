/** Refusals, each in the envelope of the service that gives it. */
import { Refusal } from './route.ts';

/** What a google.rpc error may carry besides code, status and message. */
export interface GoogleExtras {
  /** The `reason` of the classic `errors[]`; without it there is no `errors[]`. */
  readonly reason?: string;
  readonly details?: readonly unknown[];
}

/** `{error: {code, message, status}}`, with `errors[]` where the service still has it (IAM, BigQuery). */
export function google(code: number, status: string, message: string, extras: GoogleExtras = {}): Refusal {
  const errors = extras.reason === undefined ? {} : { errors: [{ message, domain: 'global', reason: extras.reason }] };
  const details = extras.details === undefined ? {} : { details: extras.details };
  return new Refusal({ status: code, body: { error: { code, message, ...errors, status, ...details } } });
}

/** IAM's 400 for what no client should send. */
export function invalid(message: string): Refusal {
  return google(400, 'INVALID_ARGUMENT', message, { reason: 'badRequest' });
}

/** A permission that the caller lacks, with the ErrorInfo that newer services give. */
export function denied(permission: string, resource: string): Refusal {
  return google(403, 'PERMISSION_DENIED', `Permission '${permission}' denied on resource (or it may not exist).`, {
    reason: 'forbidden',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        domain: 'iam.googleapis.com',
        metadata: { permission, resource },
      },
    ],
  });
}
