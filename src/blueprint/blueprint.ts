import { FULL_ROLES, isScopedRole, permissionsOf, readingOf, rolesOf } from './access-modes.ts';
import type { Clock } from '../time.ts';
import type { Destination } from '../destinations/destination.ts';
import type { DatasetDocument, DatasetList } from '../cloud/google/datasets.ts';
import type { Document } from '../cloud/document.ts';
import type { IssuedKey, Keys } from '../cloud/google/keys.ts';
import type { Policy } from '../cloud/google/project-policies.ts';
import type { RoleDocument } from '../cloud/google/roles.ts';
import type { AccountDocument } from '../cloud/google/service-accounts.ts';
import type { KeyConstraints, KeyWay } from '../cloud/google/org-policy-constraints.ts';
import { STATE_DATASET } from '../inputs/inputs.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { modes } from '../inputs/modes.ts';
import type { Resource } from '../engine/resource.ts';
import { accountPolicy } from '../resources/account-policy/account-policy.ts';
import { credential } from '../resources/credential/credential.ts';
import type { Source } from '../resources/state-dataset/location.ts';
import type { Demands } from '../resources/credential/reasons.ts';
import { dataset } from '../resources/state-dataset/state-dataset.ts';
import { otherDatasets } from '../resources/dataset-search/dataset-search.ts';
import type { Looked } from '../resources/dataset-search/dataset-search.ts';
import { projectPolicy } from '../resources/project-policy/project-policy.ts';
import { readAccess } from '../resources/source-dataset/source-dataset.ts';
import type { ReadAccessOptions } from '../resources/source-dataset/source-dataset.ts';
import { role } from '../resources/role/role.ts';
import { serviceAccount } from '../resources/service-account/service-account.ts';

/** Segment's name for its state dataset: fixed. */
export const DATASET_ID = STATE_DATASET;

/** The documents of the world that the blueprint speaks of, and what it needs to change them. */
export interface World {
  readonly role: RoleDocument;
  readonly account: AccountDocument;
  readonly policy: Document<Policy>;
  readonly dataset: DatasetDocument;
  readonly sources: () => Promise<readonly Source[]>;
  /** @param name - `project.dataset`; the same document for the same name */
  readonly datasetNamed: (name: string) => DatasetDocument;
  /** The datasets of the project itself, and of those that source datasets lie in. */
  readonly listDatasets: () => Promise<readonly DatasetList[]>;
  readonly lookAtDatasets: (names: readonly string[]) => Promise<Looked>;
  readonly accountPolicy: Document<Policy>;
  readonly keys: Keys;
  /** Which constraints of the organisation forbid making keys in this way. */
  readonly keyConstraints: (way: KeyWay) => Promise<KeyConstraints>;
  readonly destinations: readonly Destination[];
  readonly clock: Clock;
  readonly principal: () => string | undefined;
  readonly mint: (key: IssuedKey) => Promise<void>;
  readonly onIssued: (key: IssuedKey) => void;
  readonly say: (line: string) => void;
}

/** What the guide asks for, in the guide's order; or, for destroy, what is to be gone of it. Pure but for the documents. */
export function drawBlueprint(inputs: Inputs, world: World): Resource[] {
  const { accountId, roleId, projectId, accessMode, adopt } = inputs;
  const { clock, account } = world;
  const { wants: want, delivers, rotates } = modes[inputs.mode];
  const hasRole = accessMode !== 'full';
  const member = `serviceAccount:${account.email}`;
  const keyAddress = `credential/${accountId}`;
  const replacesAll = rotates && inputs.restore;
  const way = inputs.keyLifetimeDays === undefined ? 'create' : 'upload';
  let isNewAccount = false;
  let startsAnew = false;

  const customRole = role({
    roleId,
    title: 'Segment Reverse ETL',
    description: "What Segment Reverse ETL needs to read this project's tables.",
    permissions: permissionsOf(inputs),
    target: accountId,
    member,
    adopt,
    want,
    document: world.role,
    policy: world.policy,
  });
  const key = credential({
    accountId,
    projectId,
    adopt,
    prune: inputs.prune,
    replacesAll,
    inUse: inputs.credentials?.keyId,
    way,
    want: want === 'present' && inputs.keyDelivery.length === 0 ? 'left alone' : want,
    delivers,
    constraints: () => world.keyConstraints(way),
    document: account,
    keys: world.keys,
    destinations: world.destinations,
    clock,
    issuer: {
      ...world,
      ...lifeOf(inputs, clock),
      document: account,
      rotates,
      isNewAccount: () => isNewAccount,
      startsAnew: () => startsAnew,
    },
  });
  const segmentAccount = serviceAccount({
    accountId,
    displayName: 'Segment Reverse ETL',
    description: 'Reads models for Segment Reverse ETL.',
    adopt,
    restore: inputs.restore,
    issuesKeys: inputs.keyDelivery.length > 0,
    want,
    document: account,
    clock,
    // It tells whose everything is, so it goes last.
    before: [keyAddress, customRole.address, `project-policy/${projectId}`, `dataset/${DATASET_ID}`],
    beforeEnabling: keyAddress,
    onCreated: () => (isNewAccount = true),
    onEnabled: () => (startsAnew = replacesAll),
  });
  const projectAccess = projectPolicy({
    projectId,
    member,
    roles: want === 'absent' ? [] : rolesOf(accessMode, world.role.name),
    ours: [world.role.name, ...FULL_ROLES],
    want,
    document: world.policy,
    account,
    clock,
    say: world.say,
    needs: hasRole ? [customRole.address, segmentAccount.address] : [segmentAccount.address],
  });
  const stateDataset = dataset({
    projectId,
    datasetId: DATASET_ID,
    description: 'State of Segment Reverse ETL: do not modify or delete.',
    location: inputs.location,
    accountId,
    email: account.email,
    adopt,
    deleteDataset: inputs.deleteDataset,
    want: want === 'present' && !hasRole ? 'left alone' : want,
    document: world.dataset,
    sources: world.sources,
    account,
    clock,
    say: world.say,
    needs: segmentAccount.address,
    principal: world.principal,
  });

  const isGranting = accessMode === 'scoped' && want === 'present';
  const readable = (name: string, reading: ReadAccessOptions['reading']): Resource =>
    readAccess({
      name,
      reading,
      email: account.email,
      document: world.datasetNamed(name),
      clock,
      say: world.say,
      needs: segmentAccount.address,
    });
  const sources = isGranting ? inputs.sourceDatasets.map((name) => readable(name, 'granted')) : [];
  const others = otherDatasets({
    projectId,
    want,
    account,
    list: world.listDatasets,
    look: world.lookAtDatasets,
    named: inputs.sourceDatasets,
    known: [`${projectId}.${DATASET_ID}`, ...(isGranting ? inputs.sourceDatasets : [])],
    isScoped: async () => accessMode === 'scoped' || leavesScoped(world, member),
    resource: (name, isOurs) => readable(name, readingOf(name, inputs, isOurs)),
  });
  const actors = accountPolicy({
    email: account.email,
    want,
    document: world.accountPolicy,
    account,
    clock,
    principal: world.principal,
    impersonators: inputs.impersonators,
  });

  const resources: Resource[] = [segmentAccount, actors, projectAccess, stateDataset, ...sources, others, key];
  // In full access the guide makes no role; one left from another mode stays, unbound, until destroy.
  return hasRole || want === 'absent' ? [customRole, ...resources] : resources;
}

/** Whether this run leaves `scoped`, which only the role and its binding still tell. */
async function leavesScoped({ role, policy }: World, member: string): Promise<boolean> {
  const [live, bindings] = await Promise.all([role.read(), policy.read()]);
  return isScopedRole(live, bindings, { member, role: role.name });
}

const DAY = 86_400_000;

/** How long keys live: rotation is no deed of its own, but a key that must have been issued after some moment. */
function lifeOf(inputs: Inputs, clock: Clock): { readonly demands: Demands; readonly overlap: number | undefined } {
  const { keyMaxAgeDays, keyOverlapDays, keyLifetimeDays } = inputs;
  const isRotated = modes[inputs.mode].rotates;
  const maxAge = keyMaxAgeDays === undefined ? Infinity : keyMaxAgeDays * DAY;
  return {
    demands: {
      issuedAfter: isRotated ? clock.now() : clock.now() - maxAge,
      wanted: isRotated ? 'issued by this run' : `at most ${String(keyMaxAgeDays ?? '')} days old`,
      lifetime: keyLifetimeDays === undefined ? Infinity : keyLifetimeDays * DAY,
    },
    overlap: keyOverlapDays === undefined ? undefined : keyOverlapDays * DAY,
  };
}
