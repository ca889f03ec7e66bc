/** Writes of a policy: read strictly, compared by etag, stored in the order and spelling they came in. */
import { isWellFormed } from './condition.ts';
import { trackGrants } from './grants.ts';
import type { Grant } from './grants.ts';
import { list, record, text } from './json.ts';
import { checkMembers, normalizeMember } from './members.ts';
import { grantsIn } from './policy.ts';
import type { Binding, Condition, PolicyState } from './policy.ts';
import { nextEtag } from './random.ts';
import { google, invalid } from './refusal.ts';
import type { Context, Request } from './route.ts';
import { checkBody } from './strict.ts';
import type { Shape } from './strict.ts';

const BINDING = {
  role: 'string',
  members: ['string'],
  condition: { title: 'string', description: 'string', expression: 'string', location: 'string' },
} as const satisfies Shape;
const AUDIT = { service: 'string', auditLogConfigs: [{ logType: 'string', exemptedMembers: ['string'] }] } as const;
const POLICY = {
  version: 'number',
  etag: 'string',
  bindings: [BINDING],
  auditConfigs: [AUDIT],
} as const satisfies Shape;
/** Every occurrence counts, also of deleted ones and in audit exemptions. */
const MOST_MEMBERS = 1500;

/** Whatever has a policy of its own. */
export interface PolicyHolder {
  policy: PolicyState;
  readonly grants: Grant[];
}

/** Carries out a SetIamPolicyRequest. @param checkRole - throws for a role that cannot be bound there */
export function writePolicy(
  holder: PolicyHolder,
  request: Request,
  context: Context,
  checkRole: (role: string) => void,
): void {
  checkBody(request.body, { policy: POLICY, updateMask: 'string' });
  const { policy: given, updateMask } = record(request.body);
  if (given === undefined) throw invalid('The policy is missing.');
  const body = record(given);
  const mask = readMask(text(updateMask));
  requireEtag(holder.policy, text(body['etag']));
  const bindings = mask.has('bindings') ? readBindings(body['bindings']) : holder.policy.bindings;
  const auditConfigs = mask.has('auditConfigs') ? list(body['auditConfigs']) : (holder.policy.auditConfigs ?? []);
  requireVersion(Number(body['version'] ?? 0), [...bindings, ...holder.policy.bindings]);
  const known = new Set(holder.policy.bindings.map(({ role }) => role));
  for (const { role } of bindings) if (!known.has(role)) checkRole(role);
  checkMembers(bindings, holder.policy.bindings, context);
  requireRoom(bindings, auditConfigs);
  holder.policy = { etag: nextEtag(context.world), bindings, ...(auditConfigs.length === 0 ? {} : { auditConfigs }) };
  trackGrants(holder.grants, grantsIn(bindings), context.now);
}

function readMask(mask = 'bindings,etag'): Set<string> {
  const fields = mask.split(',').map((field) => (field === 'audit_configs' ? 'auditConfigs' : field.trim()));
  const wrong = fields.find((field) => !['bindings', 'etag', 'version', 'auditConfigs'].includes(field));
  if (wrong !== undefined) throw invalid(`Invalid field in update mask: ${wrong}`);
  return new Set(fields);
}

/** Google takes a write without an etag and lets the last one win; nobody should, so here it is refused. */
function requireEtag({ etag, bindings }: PolicyState, given: string | undefined): void {
  if (given === etag) return;
  if (given === undefined || given === '') {
    if (bindings.length === 0) return;
    throw invalid(
      'The policy carries no etag: a write without the etag that was read could undo the changes of others.',
    );
  }
  const message =
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. ' +
    `The request's ETag '${given}' did not match the current policy's ETag '${etag}'.`;
  throw google(409, 'ABORTED', message, { errors: true });
}

function requireVersion(version: number, bindings: readonly Binding[]): void {
  if (![0, 1, 3].includes(version)) throw invalid(`Invalid policy version ${String(version)}.`);
  if (version < 3 && bindings.some(({ condition }) => condition !== undefined)) {
    throw invalid('A policy with conditions must be written with version 3.');
  }
}

/** Bindings of the same role and condition become one, a member named twice is named once. */
function readBindings(given: unknown): Binding[] {
  const merged = new Map<string, Binding>();
  for (const item of list(given)) {
    const { role, members, condition } = record(item);
    const name = text(role) ?? '';
    const read = readCondition(condition);
    const key = JSON.stringify([name, read]);
    const named = list(members).map((member) => normalizeMember(String(member)));
    if (named.length === 0) throw invalid(`The binding of ${name} has no members.`);
    const all = [...new Set([...(merged.get(key)?.members ?? []), ...named])];
    merged.set(key, { role: name, members: all, ...(read === undefined ? {} : { condition: read }) });
  }
  return [...merged.values()];
}

function readCondition(given: unknown): Condition | undefined {
  if (given === undefined || given === null) return undefined;
  const { title, expression } = record(given);
  if (typeof expression !== 'string' || !isWellFormed(expression)) {
    throw invalid(`The condition's expression is not well-formed: ${String(expression)}`);
  }
  if (typeof title !== 'string' || title === '') throw invalid('The condition has no title.');
  return { ...record(given), expression };
}

function requireRoom(bindings: readonly Binding[], auditConfigs: readonly unknown[]): void {
  const exempted = auditConfigs.flatMap((config) =>
    list(record(config)['auditLogConfigs']).flatMap((log) => list(record(log)['exemptedMembers'])),
  );
  const count = exempted.length + bindings.reduce((sum, { members }) => sum + members.length, 0);
  if (count <= MOST_MEMBERS) return;
  const [is, most] = [count, MOST_MEMBERS].map((number) => number.toLocaleString('en-US'));
  throw invalid(
    `The number of members in the policy (${String(is)}) is larger than the maximum allowed size ${String(most)}.`,
  );
}
