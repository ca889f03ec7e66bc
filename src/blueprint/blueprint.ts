import type { Address } from '../address.ts';
import { isEntryOf } from '../cloud/google/access-entries.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { AccessEntry } from '../cloud/google/datasets.ts';
import type { Destination } from '../destinations/destination.ts';
import { plannedDestinations } from '../destinations/registry.ts';
import { accepting } from '../engine/accept.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import { STATE_DATASET } from '../inputs/names.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import { claimsOf } from '../ownership/claims.ts';
import type { Claims } from '../ownership/claims.ts';
import { accountPolicy } from '../resources/account-policy/account-policy.ts';
import { credential } from '../resources/credential/credential.ts';
import type { CredentialDesign } from '../resources/credential/design.ts';
import { demandsOf } from '../resources/credential/demands.ts';
import type { KeyUser } from '../resources/credential/mint.ts';
import { datasetSearch } from '../resources/dataset-search/dataset-search.ts';
import { projectEdge } from '../resources/picture.ts';
import { projectPolicy } from '../resources/project-policy/project-policy.ts';
import { role } from '../resources/role/role.ts';
import { serviceAccount } from '../resources/service-account/service-account.ts';
import { isAbout } from '../resources/source-dataset/about.ts';
import type { Reading } from '../resources/source-dataset/examine.ts';
import { sourceDataset } from '../resources/source-dataset/source-dataset.ts';
import { stateDataset } from '../resources/state-dataset/state-dataset.ts';
import { accountsIn } from '../resources/state-dataset/strangers.ts';
import { accessModeRows, hasCustomRole, isScopedRole } from './access-modes.ts';
import { permissionsOf, readingOf, rolesOf, rolesOfAnyMode } from './access-modes.ts';
import type { Documents } from './documents.ts';

/** What the blueprint is drawn from. */
export interface Ground {
  readonly target: Target;
  readonly options: RunOptions;
  readonly cloud: Cloud;
  readonly documents: Documents;
  /** Whose the account is. */
  readonly claims: Claims;
  readonly destinations: readonly Destination[];
  /** Acts as the account with a new key. */
  readonly keyUser: KeyUser;
}

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
    ...grantedSources(ground).map((name) => drawSource(ground, name, 'granted')),
    drawSearch(ground),
    drawCredential(ground),
    ...plannedDestinations(destinations),
  ];
  return all.map((one) => accepting(one, target.access.acceptedAccess));
}

/** What everything is called in plan, log and errors. */
function addressesOf({
  projectId,
  names,
}: Target): Readonly<Record<'role' | 'account' | 'policy' | 'state' | 'key', Address>> {
  return {
    role: { kind: 'role', name: names.roleId },
    account: { kind: 'service-account', name: names.accountId },
    policy: { kind: 'project-policy', name: projectId },
    state: { kind: 'dataset', name: STATE_DATASET },
    key: { kind: 'credential', name: names.accountId },
  };
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

function drawAccount({ target, options, claims, documents, destinations }: Ground): AnyResource {
  const { role: roleAddress, policy, state, key, account } = addressesOf(target);
  const deleteAfter = [key, state, ...destinations.map(({ address }) => address)];
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
    issuesKeys: target.delivery.to.length > 0,
    displayName: 'Segment Reverse ETL',
    description: 'Reads models for Segment Reverse ETL.',
    document: documents.account,
    claims,
  });
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
  const { role: roleAddress, account, key, policy, state } = addressesOf(target);
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
    revokeAfter: { deleted: [account], released: [key, state, ...destinations.map(({ address }) => address)] },
    impersonators: access.impersonators,
    writes,
    document: documents.policy,
    claims,
    principal: cloud.principal,
  });
}

function drawStateDataset({ target, options, cloud, claims, documents }: Ground): AnyResource {
  const { account, state } = addressesOf(target);
  const { names, access } = target;
  const { adopt, deleteDataset } = options.consent;
  const want = modes[options.mode].wants;
  const { managesStateDataset, grantsSources } = accessModeRows[access.mode];
  return stateDataset({
    address: state,
    names,
    ...access,
    adopt,
    deleteDataset,
    want: want === 'present' && !managesStateDataset ? 'unmanaged' : want,
    grantAfter: [account],
    description: 'State of Segment Reverse ETL: do not modify or delete.',
    document: documents.datasets.named(names.stateDataset),
    // Where they are granted they are read whole, and tell it by the way.
    sources: () =>
      grantsSources && want === 'present'
        ? documents.datasets.locations(access.sourceDatasets)
        : documents.locationsOf(access.sourceDatasets),
    claims,
    policy: documents.policy,
    others: (dataset) => documents.accountsNamed(accountsIn({ names }, dataset)),
    principal: cloud.principal,
  });
}

/** Source datasets on which this run grants access. */
function grantedSources({ target, options }: Ground): readonly string[] {
  const { mode, sourceDatasets } = target.access;
  return accessModeRows[mode].grantsSources && modes[options.mode].wants === 'present' ? sourceDatasets : [];
}

function drawSource({ target, options, documents }: Ground, name: string, reading: Reading): AnyResource {
  const { access, projectId } = target;
  return sourceDataset({
    address: { kind: 'dataset', name },
    names: target.names,
    reading,
    grantAfter: [addressesOf(target).account],
    isReadable: !accessModeRows[access.mode].grantsSources && projectOf(name) === projectId,
    comparesOthers: modes[options.mode].wants === 'present',
    document: documents.datasets.named(name),
  });
}

/** Finds entries about the account where nobody asked for any; what it finds joins the plan. */
function drawSearch(ground: Ground): AnyResource {
  const { target, options, claims, documents } = ground;
  const { names, projectId, access } = target;
  const { wants } = modes[options.mode];
  const isMeant = (entry: AccessEntry): boolean =>
    wants === 'absent' ? isEntryOf(entry, names.email) : isAbout(entry, names);
  return datasetSearch({
    address: { kind: 'datasets', name: projectId },
    want: wants,
    claims,
    list: () => documents.datasets.list([projectId, ...access.sourceDatasets.map(projectOf)]),
    search: (found) => documents.datasets.search(found, isMeant),
    named: access.sourceDatasets,
    known: [names.stateDataset, ...grantedSources(ground)],
    isScoped: async () => accessModeRows[access.mode].grantsSources || (await leavesScoped(ground)),
    resource: (name, isOurs) => drawSource(ground, name, readingOf(name, target, isOurs)),
  });
}

/** Of `project.dataset`. */
function projectOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** Whether this run leaves `scoped`, which only the role and its binding still tell. */
async function leavesScoped({ documents, target }: Ground): Promise<boolean> {
  const [live, policy] = await Promise.all([documents.role.read(), documents.policy.read()]);
  return isScopedRole(live, policy, target.names);
}

function drawCredential(ground: Ground): AnyResource {
  const { options, claims, cloud, documents, destinations, keyUser } = ground;
  const design = credentialDesign(ground);
  return credential({
    design,
    document: documents.account,
    claims,
    keys: documents.keys,
    keyList: documents.keyList,
    destinations,
    delivers: modes[options.mode].delivers,
    constraints: async () => {
      const { keyConstraints } = await import('../cloud/google/org-policy-constraints.ts');
      return keyConstraints(cloud, design.way);
    },
    user: keyUser,
    clock: cloud.clock,
  });
}

function credentialDesign({ target, options, cloud, destinations }: Ground): CredentialDesign {
  const { wants, rotates } = modes[options.mode];
  const { adopt, prune, restore } = options.consent;
  return {
    address: addressesOf(target).key,
    names: target.names,
    projectId: target.projectId,
    want: wants === 'present' && target.delivery.to.length === 0 ? 'unmanaged' : wants,
    adopt,
    prune,
    replacesAll: rotates && restore,
    inUse: options.credentials?.keyId,
    way: target.keyLife.lifetimeDays === undefined ? 'create' : 'upload',
    demands: demandsOf(target.keyLife, rotates, cloud.clock.now()),
    into: destinations.map(({ place }) => place).sort(),
    deleteAfter: plannedDestinations(destinations).map(({ address }) => address),
  };
}
