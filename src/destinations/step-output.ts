import type { Problem } from '../errors/diagnostic.ts';
import { deliveriesBesides } from '../inputs/schema/delivery.ts';
import { placeMark } from '../ownership/place-mark.ts';
import type { Secret } from '../secret.ts';
import type { Destination, Reading } from './destination.ts';

/** How the step output `key` is set. */
export interface KeyOutput {
  /** Why it cannot be set; undefined = it can. */
  readonly whyNot: () => string | undefined;
  readonly set: (file: Secret) => void;
}

/** The step output `key`: set only by the run that issues, usable in that job only. It is no step of a plan. */
export function stepOutput({ whyNot, set }: KeyOutput, isOnlyLooking: boolean): Destination {
  // A check need not be told where keys go: the default is this place.
  const reading = Promise.resolve<Reading>({ state: 'by record', ...(isOnlyLooking ? { isAnywhere: true } : {}) });
  return {
    address: { kind: 'step-output', name: 'key' },
    want: 'unmanaged',
    read: () => Promise.resolve(undefined),
    examine: () => ({ differences: [], diagnostics: [] }),
    change: () => Promise.resolve(undefined),
    name: 'the step output key',
    place: 'step-output',
    mark: placeMark('output', 'step-output'),
    willing: true,
    reading: () => reading,
    reread: () => reading,
    refuse: () => Promise.resolve(refusal(whyNot())),
    foresee: () => Promise.resolve(undefined),
    deliver: (key) => {
      set(key.file);
      return Promise.resolve();
    },
    note: () => Promise.resolve(),
    retire: () => Promise.resolve(undefined),
  };
}

function refusal(because: string | undefined): Problem | undefined {
  if (because === undefined) return undefined;
  return {
    ...{ severity: 'error', code: 'destination.refuses', because },
    attempted: 'make sure that a key can be delivered to the step output key',
    remedy:
      'Run it as a step of a GitHub Actions job, name a new file with --key-file on the command line, or set key_delivery to ' +
      `${deliveriesBesides('output')}.`,
  };
}

declare module '../address.ts' {
  interface Kinds {
    readonly 'step-output': true;
  }
}
