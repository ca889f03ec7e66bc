import { documentsOf } from '../blueprint/documents.ts';
import type { Documents } from '../blueprint/documents.ts';
import { claimsIn, drawBlueprint } from '../blueprint/blueprint.ts';
import { clientsOf } from '../cloud/google/clients.ts';
import type { Cloud } from '../cloud/google/clients.ts';
import type { SignedIn } from '../cloud/google/sign-in/sign-in.ts';
import type { Destination } from '../destinations/destination.ts';
import { destinationsOf } from '../destinations/registry.ts';
import { segmentSide } from '../destinations/segment/side.ts';
import type { SegmentSide } from '../destinations/segment/side.ts';
import type { Interruption } from '../engine/interruption.ts';
import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import { actAs } from '../models/account.ts';
import { whyUnsound } from '../models/soundness.ts';
import type { Validated } from '../models/validating.ts';
import type { Claims } from '../ownership/claims.ts';
import type { KeyList } from '../ownership/key-list.ts';
import type { Sighting } from '../ownership/settled-keys.ts';
import type { Asked } from '../report/run-report.ts';
import type { Publishing } from '../resources/segment-model/options.ts';
import type { Runner } from '../runner/runner.ts';
import { once } from '../time.ts';
import type { ModelsAhead } from '../validation/ahead.ts';
import { grantClaimsIn } from '../verify/claims.ts';
import { segmentAccount } from '../verify/segment-account.ts';
import type { SegmentAccount } from '../verify/segment-account.ts';

/** One target: what it is, as whom it is reconciled, and where that is told. */
export interface Reconciling {
  readonly target: Target;
  readonly options: RunOptions;
  readonly asked: Asked;
  readonly signedIn: SignedIn;
  readonly runner: Runner;
  /** Models that are validated besides; undefined = none are given. */
  readonly ahead: ModelsAhead | undefined;
  /** Whether the run was told to end. */
  readonly interruption: Interruption;
}

/** What a reconciliation works with. */
export interface Scene {
  readonly cloud: Cloud;
  readonly account: SegmentAccount;
  readonly documents: Documents;
  /** Whose the account is. */
  readonly claims: Claims;
  /** The keys as the plan sees them. */
  readonly keyList: KeyList;
  readonly destinations: readonly Destination[];
  /** Segment, if this run may ask it. */
  readonly segment: SegmentSide;
  readonly blueprint: readonly AnyResource[];
  /** Models as the account tries them, once for all who ask; undefined = there are none. */
  readonly validated: (() => Promise<Validated>) | undefined;
}

/** Lays out clients, documents, destinations and resources of one target. Sends nothing. */
export function sceneOf({ ahead, target, options, signedIn, runner }: Reconciling): Scene {
  const { mask, event, log } = runner;
  const { say, trace } = log;
  const cloud = clientsOf(signedIn, target);
  const { clock } = cloud;
  const documents = documentsOf({
    cloud,
    target,
    mode: options.mode,
    mask,
    say,
    sightings: async () => sightingsIn(destinations),
  });
  const account = segmentAccount({
    ...{ cloud, mask, clock, say, email: target.names.email },
    credentials: options.credentials?.file,
    patienceMinutes: options.patienceMinutes,
  });
  // Each asks the other only once it is read: destinations for whose the account is, and that for the keys that they name.
  const claims = claimsIn({ target, options, documents }, async () => namedIn(destinations));
  const { wants: want } = modes[options.mode];
  const common = {
    target,
    options,
    cloud,
    claims,
    want,
    telling: { say, trace, gate: signedIn.wire.gate },
    keyList: documents.keysAtFirst,
    listKeys: () => documents.keys.list(),
  };
  const segment = segmentSide({ ...common, mask });
  const destinations: readonly Destination[] = destinationsOf({
    ...{ ...common, event, segment },
    keyOutput: { whyNot: runner.whyNoOutputs, set: (file) => runner.output('key', file) },
  });
  const { repository } = event;
  const validated = validating({ ahead, account, cloud, segment });
  const publishing = publishingOf({ ahead, account, options, target, validated });
  const ground = {
    ...{ target, options, cloud, documents, claims, destinations, segment, repository, publishing },
    keyUser: account,
  };
  const { keyList } = documents;
  return {
    cloud,
    account,
    documents,
    claims,
    keyList,
    destinations,
    segment,
    blueprint: drawBlueprint(ground),
    validated,
  };
}

function validating({
  ahead,
  account,
  cloud,
  segment,
}: Pick<Reconciling, 'ahead'> & Pick<Scene, 'account' | 'cloud' | 'segment'>): Scene['validated'] {
  if (ahead === undefined) return undefined;
  return once(async () =>
    ahead.online(await actAs(() => account.become(), cloud.clock), segment.isAsked ? segment.running : undefined),
  );
}

/** What is written to Segment was tried before, as the account, once that can do what models need. */
function publishingOf({
  ahead,
  account,
  options,
  target,
  validated,
}: Pick<Reconciling, 'ahead' | 'options' | 'target'> & Pick<Scene, 'account' | 'validated'>): Publishing | undefined {
  if (ahead === undefined || validated === undefined || !options.consent.publishModels) return undefined;
  return {
    ...ahead.files,
    whyUnsound: async (name) => whyUnsound((await validated()).report, name),
    prove: () => account.waitUntilEffective(grantClaimsIn({ steps: [], prune: false }, target)),
  };
}

/** Keys that destinations name, in full. */
async function sightingsIn(destinations: readonly Destination[]): Promise<readonly Sighting[]> {
  const readings = await Promise.all(
    destinations.filter(({ isNameless }) => isNameless !== true).map((one) => one.reading()),
  );
  return readings.flatMap((reading) =>
    reading.state === 'present' && reading.keyId !== undefined
      ? [{ keyId: reading.keyId, at: reading.notedAt ?? reading.writtenAt }]
      : [],
  );
}

async function namedIn(destinations: readonly Destination[]): Promise<readonly string[]> {
  return (await sightingsIn(destinations)).map(({ keyId }) => keyId);
}
