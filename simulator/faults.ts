/** Faults, consumed in order: what goes wrong on the next request that begins like this. */
import { REFUSING_FAULTS } from './engine/envelope.ts';

export const FAULTS = ['lose-reply', 'reset', ...REFUSING_FAULTS] as const;
export type FaultKind = (typeof FAULTS)[number];

/** As `/_simulator/faults` takes it. */
export interface Fault {
  readonly on: string;
  readonly do: FaultKind;
  times: number;
}

/** Takes the first fault that fits this request off the list. */
export function takeFault(faults: Fault[], line: string): FaultKind | undefined {
  const index = faults.findIndex((fault) => line.startsWith(fault.on));
  const fault = faults[index];
  if (fault === undefined) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(index, 1);
  return fault.do;
}
