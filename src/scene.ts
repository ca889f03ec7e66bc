import { documentsOf } from './blueprint/documents.ts';
import { claimsIn, drawBlueprint } from './blueprint/blueprint.ts';
import { clientsOf } from './cloud/google/clients.ts';
import type { Cloud } from './cloud/google/clients.ts';
import type { SignedIn } from './cloud/google/sign-in/sign-in.ts';
import type { Destination } from './destinations/destination.ts';
import { destinationsOf } from './destinations/registry.ts';
import type { AnyResource } from './engine/resource.ts';
import { modes } from './inputs/modes.ts';
import type { RunOptions } from './inputs/options.ts';
import type { Target } from './inputs/target.ts';
import type { Asked } from './report/run-report.ts';
import type { Runner } from './runner/runner.ts';
import type { ModelsAhead } from './validate.ts';
import { segmentAccount } from './verify/segment-account.ts';
import type { SegmentAccount } from './verify/segment-account.ts';

/** One target: what it is, as whom it is reconciled, and where that is told. */
export interface Reconciling {
  readonly target: Target;
  readonly options: RunOptions;
  readonly asked: Asked;
  readonly signedIn: SignedIn;
  readonly runner: Runner;
  /** Models that are validated besides; undefined = none are given. */
  readonly ahead: ModelsAhead | undefined;
}

/** What a reconciliation works with. */
export interface Scene {
  readonly cloud: Cloud;
  readonly account: SegmentAccount;
  readonly destinations: readonly Destination[];
  readonly blueprint: readonly AnyResource[];
}

/** Lays out clients, documents, destinations and resources of one target. Sends nothing. */
export function sceneOf({ target, options, signedIn, runner }: Reconciling): Scene {
  const { mask, event, log } = runner;
  const { say, trace } = log;
  const cloud = clientsOf(signedIn, target);
  const { clock } = cloud;
  const documents = documentsOf(cloud, target, mask);
  const account = segmentAccount({
    ...{ cloud, mask, clock, say, email: target.names.email },
    credentials: options.credentials?.file,
    patienceMinutes: options.patienceMinutes,
  });
  // Each asks the other only once it is read: destinations for whose the account is, and that for the keys that they name.
  const claims = claimsIn({ target, options, documents }, async () => namedIn(destinations));
  const destinations: readonly Destination[] = destinationsOf({
    ...{ target, options, cloud, claims, event, telling: { say, trace } },
    ...{ keyList: documents.keyList, want: modes[options.mode].wants },
    keyOutput: { whyNot: runner.whyNoOutputs, set: (file) => runner.output('key', file) },
  });
  const blueprint = drawBlueprint({ target, options, cloud, documents, claims, destinations, keyUser: account });
  return { cloud, account, destinations, blueprint };
}

/** Ids of keys, in full, that destinations name. */
async function namedIn(destinations: readonly Destination[]): Promise<readonly string[]> {
  const readings = await Promise.all(destinations.map((one) => one.reading()));
  return readings.flatMap((reading) =>
    reading.state === 'present' && reading.keyId !== undefined ? [reading.keyId] : [],
  );
}
