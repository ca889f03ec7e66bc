import type { Clock } from './clock.ts';
import type { Destination } from './delivery/destination.ts';
import type { DatasetDocument } from './google/datasets.ts';
import type { Document } from './google/document.ts';
import type { IssuedKey, Keys } from './google/keys.ts';
import type { Policy } from './google/project-policy.ts';
import type { RoleDocument } from './google/roles.ts';
import type { AccountDocument } from './google/service-accounts.ts';
import type { KeyConstraints, KeyWay } from './google/constraints.ts';
import type { AccessMode, Inputs } from './inputs.ts';
import { modes } from './mode.ts';
import { READ_SESSIONS } from './proof/claims.ts';
import type { Resource } from './resource.ts';
import { credential } from './resources/credential.ts';
import type { Source } from './resources/dataset-location.ts';
import type { Demands } from './resources/key-reasons.ts';
import { dataset } from './resources/dataset.ts';
import { projectPolicy } from './resources/project-policy.ts';
import { role } from './resources/role.ts';
import { serviceAccount } from './resources/service-account.ts';

/** Segment's name for its state dataset: fixed. */
export const DATASET_ID = '__segment_reverse_etl';

/** The guide, "Grant Limited Access": what the custom role holds. */
export const LIMITED_PERMISSIONS = [
  'bigquery.datasets.get',
  'bigquery.jobs.create',
  'bigquery.tables.getData',
] as const;
/** The guide, "Grant Full Access": what the account gets instead. */
export const FULL_ROLES = ['roles/bigquery.user', 'roles/bigquery.dataEditor'] as const;

/** The documents of the world that the blueprint speaks of, and what it needs to change them. */
export interface World {
  readonly role: RoleDocument;
  readonly account: AccountDocument;
  readonly policy: Document<Policy>;
  readonly dataset: DatasetDocument;
  readonly sources: () => Promise<readonly Source[]>;
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
  const isLimited = accessMode === 'limited';
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
    permissions: [...LIMITED_PERMISSIONS, ...(inputs.readApi === 'storage' ? READ_SESSIONS : [])],
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
    needs: isLimited ? [customRole.address, segmentAccount.address] : [segmentAccount.address],
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
    want: want === 'present' && !isLimited ? 'left alone' : want,
    document: world.dataset,
    sources: world.sources,
    account,
    clock,
    say: world.say,
    needs: segmentAccount.address,
    principal: world.principal,
  });

  const resources: Resource[] = [segmentAccount, projectAccess, stateDataset, key];
  // In full access the guide makes no role; one left from limited access stays, unbound, until destroy.
  return isLimited || want === 'absent' ? [customRole, ...resources] : resources;
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

/** The project-wide roles of an access mode. */
export function rolesOf(accessMode: AccessMode, customRole: string): string[] {
  return accessMode === 'limited' ? [customRole] : [...FULL_ROLES];
}
