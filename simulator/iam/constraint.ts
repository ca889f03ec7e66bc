/** Organisation policies that forbid: which are enforced, and how IAM says so. */
import { google } from '../refusal.ts';
import type { Context, Refusal } from '../route.ts';

/** @param constraint - without `constraints/`; the managed twin counts, too */
export function isEnforced(constraint: string, project: string, { world }: Context): boolean {
  const enforced = world.iam.constraints[project] ?? [];
  const managed = constraint.replace(/^iam\./, 'iam.managed.');
  return enforced.includes(`constraints/${constraint}`) || enforced.includes(`constraints/${managed}`);
}

/** @param resource - full name; for an account its e-mail is the `configvalue` */
export function violation(constraint: string, resource: string, message: string): Refusal {
  const subject = `${resource}?configvalue=${resource.split('/').at(-1) ?? ''}`;
  const violations = [{ type: `constraints/${constraint}`, subject, description: message }];
  const details = [{ '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations }];
  return google(400, 'FAILED_PRECONDITION', message, { errors: true, details });
}
