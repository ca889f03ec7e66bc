import type { AnyResource } from '../engine/resource.ts';
import { modes } from '../inputs/modes.ts';
import type { DeliveryName } from '../inputs/target.ts';
import type { DestinationContext } from './context.ts';
import type { Destination } from './destination.ts';
import { gitHubSecretOf } from './github-secret/github-secret.ts';
import { secretManagerOf } from './secret-manager/secret-manager.ts';
import { segmentDestination } from './segment/segment.ts';
import { stepOutput } from './step-output.ts';

/** One line for each place where a key can go. What it needs to be reached loads only when it is asked. */
const destinations: Readonly<Record<DeliveryName, (context: DestinationContext) => Destination>> = {
  output: ({ keyOutput, options }) => stepOutput(keyOutput, modes[options.mode].failsOnDrift),
  'github-secret': gitHubSecretOf,
  'secret-manager': secretManagerOf,
  segment: segmentDestination,
};

/** Where a key goes in this run. */
export function destinationsOf(context: DestinationContext): Destination[] {
  return context.target.delivery.to.map((name) => destinations[name](context));
}

/** Those that are steps of a plan: a step output has nothing to read, and nothing to differ. */
export function plannedDestinations(all: readonly Destination[]): AnyResource[] {
  return all.filter(({ want }) => want !== 'unmanaged');
}
