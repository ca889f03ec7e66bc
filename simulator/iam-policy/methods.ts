/** getIamPolicy, setIamPolicy and testIamPermissions, the same for whatever has a policy: read whole, written under its etag. */
import { createHash } from 'node:crypto';
import { followPolicy, sortedByRole } from '../directory/follow-policy.ts';
import { holds } from '../directory/permissions.ts';
import type { PolicyHolder, PolicyState } from '../directory/policies.ts';
import type { ServeMethod } from '../discovery/serve.ts';
import { CONCURRENT_CHANGES } from '../engine/envelope.ts';
import { list, record, text } from '../engine/json.ts';
import { isSameEtag, nextEtag } from '../engine/random.ts';
import { google } from '../engine/refusal.ts';
import type { Context, Refusal, Reply, Request, Route } from '../engine/route.ts';
import { isConditional, readBindings } from './bindings.ts';
import type { Limits } from './bindings.ts';

/** What a path names. */
export interface Found {
  readonly holder: PolicyHolder;
  /** Id of the project it belongs to. */
  readonly project: string;
}

/** What has policies. */
export interface PolicyKind {
  /** Collection of the discovery document: `projects.secrets`. */
  readonly resource: string;
  /** For somebody who may do it, or throws; of `test` alone undefined may come, and means that nothing is held. */
  readonly find: (request: Request, context: Context, verb: 'get' | 'set' | 'test') => Found | undefined;
  /** Whether refusals have the classic `errors[]`. */
  readonly hasReasons: boolean;
  readonly limits: Limits;
}

/** The three methods of a kind, served by its service. */
export function policyRoutes(kind: PolicyKind, serveMethod: ServeMethod): Route[] {
  const handle = (verb: keyof typeof METHODS) => (request: Request, context: Context) =>
    METHODS[verb](request, context, kind);
  return [
    serveMethod(`${kind.resource}.getIamPolicy`, handle('get')),
    serveMethod(`${kind.resource}.setIamPolicy`, handle('set')),
    serveMethod(`${kind.resource}.testIamPermissions`, handle('test')),
  ];
}

const METHODS = { get: getPolicy, set: setPolicy, test: testPermissions };
const NOBODY: Found = { holder: { policy: { version: 1, etag: '', bindings: [] }, grants: [] }, project: '' };

function getPolicy(request: Request, context: Context, kind: PolicyKind): Reply {
  const { holder } = kind.find(request, context, 'get') ?? NOBODY;
  // In the body, or in the query where the method has none.
  const asked = record(record(request.body)['options'])['requestedPolicyVersion'];
  const version = Number(asked ?? request.query.get('options.requestedPolicyVersion') ?? 0);
  if (![0, 1, 3].includes(version)) throw invalid('Request contains an invalid argument.', kind);
  return { status: 200, body: answer(holder.policy, version) };
}

/** As a client of that version sees it: older ones get made-up role names for conditional bindings. */
function answer({ etag, bindings, auditConfigs }: PolicyState, version: number): Record<string, unknown> {
  const audits = auditConfigs === undefined ? {} : { auditConfigs };
  if (bindings.length === 0) return { etag, ...audits }; // An empty policy answers its etag alone.
  const isWhole = version >= 3 || !isConditional(bindings);
  const shown = bindings.map((binding) => {
    const { condition, ...others } = binding;
    if (isWhole || condition === undefined) return binding;
    const hash = createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
    return { ...others, role: `${binding.role}_withcond_${hash}` };
  });
  return { version: isWhole && isConditional(bindings) ? 3 : 1, etag, bindings: shown, ...audits };
}

function setPolicy(request: Request, context: Context, kind: PolicyKind): Reply {
  const { holder, project } = kind.find(request, context, 'set') ?? NOBODY;
  const body = record(request.body);
  const policy = record(body['policy']);
  const mask = (text(body['updateMask']) ?? 'bindings,etag').split(',').map((field) => field.trim());
  checkEtag(text(policy['etag']), holder, kind);
  const bindings = readBindings(policy, { holder, project, limits: kind.limits }, context);
  if ('wrong' in bindings) throw invalid(bindings.wrong, kind);
  const { auditConfigs, ...others } = holder.policy;
  const audits = mask.includes('auditConfigs') ? policy['auditConfigs'] : auditConfigs;
  holder.policy = {
    ...others,
    ...(mask.includes('bindings') ? { bindings: sortedByRole(bindings) } : {}),
    version: isConditional(bindings) ? 3 : 1,
    etag: nextEtag(context.world),
    ...(audits === undefined ? {} : { auditConfigs: list(audits) }),
  };
  followPolicy(holder, context.now);
  return { status: 200, body: answer(holder.policy, 3) };
}

function checkEtag(sent: string | undefined, { policy }: PolicyHolder, kind: PolicyKind): void {
  if (sent === undefined) {
    if (!kind.limits.needsEtag) return;
    // Google lets a write without an etag overwrite everything; nobody who means well does that.
    throw invalid('This simulator refuses a policy without an etag: it would overwrite the changes of others.', kind);
  }
  if (isSameEtag(sent, policy.etag)) return;
  const message = `${CONCURRENT_CHANGES} The request's ETag '${sent}' did not match the current policy's ETag '${policy.etag}'.`;
  throw google(409, 'ABORTED', message, kind.hasReasons ? { reason: 'aborted' } : {});
}

function testPermissions(request: Request, context: Context, kind: PolicyKind): Reply {
  const found = kind.find(request, context, 'test');
  const permissions = list(record(request.body)['permissions']).map(String);
  if (permissions.some((permission) => permission.includes('*')))
    throw invalid('Permissions with wildcards are not allowed.', kind);
  if (found === undefined) return { status: 200, body: {} };
  const target = { project: found.project, grants: found.holder.grants };
  const held = permissions.filter((permission) => holds(context, context.caller(), permission, target));
  return { status: 200, body: held.length === 0 ? {} : { permissions: held } };
}

function invalid(message: string, { hasReasons }: PolicyKind): Refusal {
  return google(400, 'INVALID_ARGUMENT', message, hasReasons ? { reason: 'badRequest' } : {});
}
