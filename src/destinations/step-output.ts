import type { Secret } from '../secret.ts';
import type { Destination } from './destination.ts';

/** The step output `key`: set only by the run that issues, usable in that job only. */
export function outputDestination(setKey: (file: Secret) => void): Destination {
  const reading = Promise.resolve({ state: 'by record' } as const);
  return {
    name: 'the step output key',
    willing: true,
    read: () => reading,
    reread: () => reading,
    refuse: () => Promise.resolve(undefined),
    deliver: (key) => {
      setKey(key.file);
      return Promise.resolve();
    },
    note: () => Promise.resolve(),
    retire: () => Promise.resolve(),
    forget: () => Promise.resolve(undefined),
  };
}
