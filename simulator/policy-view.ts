/** Policies as they are read: by clients of version 3 whole, by older ones with conditions hidden in role names. */
import { createHash } from 'node:crypto';
import { record } from './json.ts';
import type { Binding, PolicyState } from './policy.ts';
import { invalid } from './refusal.ts';
import type { Request } from './route.ts';

/** @param requested - version that the client can take: 0, 1 or 3 */
export function showPolicy(policy: PolicyState, requested: number): Record<string, unknown> {
  const { etag, bindings, auditConfigs = [] } = policy;
  if (bindings.length === 0 && auditConfigs.length === 0) return { etag };
  const isConditional = bindings.some(({ condition }) => condition !== undefined);
  return {
    version: isConditional && requested >= 3 ? 3 : 1,
    etag,
    bindings: requested >= 3 ? bindings : bindings.map(hideCondition),
    ...(auditConfigs.length === 0 ? {} : { auditConfigs }),
  };
}

function hideCondition({ role, members, condition }: Binding): Binding {
  if (condition === undefined) return { role, members };
  const hash = createHash('sha1').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
  return { role: `${role}_withcond_${hash}`, members };
}

/** In the body for projects, in the query for accounts. */
export function requestedVersion(request: Request): number {
  const inBody = record(record(request.body)['options'])['requestedPolicyVersion'];
  const version = Number(inBody ?? request.query.get('options.requestedPolicyVersion') ?? 0);
  if (![0, 1, 2, 3].includes(version)) throw invalid(`Invalid requested_policy_version: ${String(version)}`);
  return version;
}
