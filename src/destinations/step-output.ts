import type { Secret } from '../secret.ts';
import type { Destination } from './destination.ts';

/** The step output `key`: set only by the run that issues, usable in that job only. It is no step of a plan. */
export function stepOutput(setKey: (file: Secret) => void): Destination {
  const reading = Promise.resolve({ state: 'by record' } as const);
  return {
    address: { kind: 'step-output', name: 'key' },
    want: 'unmanaged',
    read: () => Promise.resolve(undefined),
    examine: () => ({ differences: [], diagnostics: [] }),
    change: () => Promise.resolve(undefined),
    name: 'the step output key',
    place: 'step-output',
    willing: true,
    reading: () => reading,
    reread: () => reading,
    refuse: () => Promise.resolve(undefined),
    deliver: (key) => {
      setKey(key.file);
      return Promise.resolve();
    },
    note: () => Promise.resolve(),
    retire: () => Promise.resolve(undefined),
  };
}
