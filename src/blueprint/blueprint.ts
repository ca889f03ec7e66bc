import { plannedDestinations } from '../destinations/registry.ts';
import { accepting } from '../engine/accept.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import { claimsOf } from '../ownership/claims.ts';
import type { Claims } from '../ownership/claims.ts';
import { refuseOverlap } from '../ownership/overlap.ts';
import { marksOf } from '../ownership/place-mark.ts';
import { accountPolicy } from '../resources/account-policy/account-policy.ts';
import { projectEdge } from '../resources/picture.ts';
import { projectPolicy } from '../resources/project-policy/project-policy.ts';
import { role } from '../resources/role/role.ts';
import { serviceAccount } from '../resources/service-account/service-account.ts';
import { hasCustomRole, permissionsOf, rolesOf, rolesOfAnyMode } from './access-modes.ts';
import { drawCredential } from './credential.ts';
import { drawSearch, drawSources, drawStateDataset } from './datasets.ts';
import { addressesOf } from './ground.ts';
import type { Ground } from './ground.ts';
import { drawModels, drawSegment, recordAtCreation } from './segment.ts';

/** What the guide asks for, in the guide's order; or, for destroy, what is to be gone of it. */
export function drawBlueprint(ground: Ground): AnyResource[] {
  const { target, options, destinations } = ground;
  const isLeaving = modes[options.mode].wants === 'absent';
  // In full access the guide makes no role; one left from another mode is kept, unbound, until destroy.
  const customRole = hasCustomRole(target.access) || isLeaving ? [drawRole(ground)] : [];
  const all = [
    ...customRole,
    drawAccount(ground),
    drawAccountPolicy(ground),
    drawProjectPolicy(ground),
    drawStateDataset(ground),
    ...drawSources(ground),
    drawSearch(ground),
    drawCredential(ground),
    ...drawSegment(ground),
    ...drawModels(ground),
    ...plannedDestinations(destinations),
  ];
  return all.map((one) => accepting(one, target.access.acceptedAccess));
}

/** Where our roles are bound, and whose the account is by that. */
export function claimsIn(
  { target, options, documents }: Pick<Ground, 'target' | 'options' | 'documents'>,
  named: () => Promise<readonly string[]>,
): Claims {
  const { names, delivery } = target;
  const { wants } = modes[options.mode];
  return claimsOf({
    ...{ account: documents.account, policy: documents.policy, member: names.member, ours: rolesOfAnyMode(names) },
    ...{ keys: documents.keyList, listKeys: () => documents.keys.list(), named, want: wants },
    comparesKeys: wants === 'absent' || delivery.to.length > 0,
  });
}

function drawRole({ target, options, documents }: Ground): AnyResource {
  const { names, projectId, access } = target;
  return role({
    address: addressesOf(target).role,
    name: names.role,
    permissions: permissionsOf(access),
    target: names.accountId,
    member: names.member,
    adopt: options.consent.adopt,
    want: modes[options.mode].wants,
    deleteAfter: [addressesOf(target).policy],
    edge: projectEdge(names, projectId, names.role),
    title: 'Segment Reverse ETL',
    description: "What Segment Reverse ETL needs to read this project's tables.",
    document: documents.role,
    policy: documents.policy,
  });
}

function drawAccount(ground: Ground): AnyResource {
  const { target, options, claims, documents, destinations } = ground;
  const { role: roleAddress, policy, state, key, source, account } = addressesOf(target);
  const deleteAfter = [key, state, source, ...destinations.map(({ address }) => address)];
  const { adopt, restore } = options.consent;
  return serviceAccount({
    address: account,
    names: target.names,
    adopt,
    restore,
    want: modes[options.mode].wants,
    enableAfter: [key],
    deleteAfter,
    releaseAfter: [...deleteAfter, roleAddress, policy],
    deliversTo: marksOf(destinations),
    recordAtCreation: () => recordAtCreation(ground),
    refuseOverlap: () => overlapRefused(ground),
    displayName: 'Segment Reverse ETL',
    description: 'Reads models for Segment Reverse ETL.',
    document: documents.account,
    claims,
  });
}

/** Without keys to manage nobody may list them. */
async function overlapRefused({ cloud: { clock }, documents, target }: Ground): Promise<void> {
  if (target.delivery.to.length === 0) return;
  const { account: document, keyList, keys } = documents;
  await refuseOverlap({ document, keyList, keys, clock });
}

function drawAccountPolicy({ target, options, cloud, documents }: Ground): AnyResource {
  return accountPolicy({
    address: { kind: 'account-policy', name: target.names.email },
    names: target.names,
    want: modes[options.mode].wants,
    impersonators: target.access.impersonators,
    writes: modes[options.mode].writes,
    document: documents.accountPolicy,
    account: documents.account,
    clock: cloud.clock,
    principal: cloud.principal,
  });
}

function drawProjectPolicy({ target, options, cloud, claims, documents, destinations }: Ground): AnyResource {
  const { role: roleAddress, account, key, policy, state, source } = addressesOf(target);
  const { names, projectId, access } = target;
  const { wants: want, writes } = modes[options.mode];
  return projectPolicy({
    address: policy,
    names,
    projectId,
    roles: want === 'absent' ? [] : rolesOf(access, names),
    ours: rolesOfAnyMode(names),
    want,
    grantAfter: hasCustomRole(access) ? [roleAddress, account] : [account],
    revokeAfter: { deleted: [account], released: [key, state, source, ...destinations.map(({ address }) => address)] },
    impersonators: access.impersonators,
    writes,
    document: documents.policy,
    claims,
    principal: cloud.principal,
  });
}
