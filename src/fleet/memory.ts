import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Bytes for what is new, from which on they grow no more. */
const ROOM = 16 * 1024 * 1024;

/**
 * Left alone, V8 keeps 200 MB of garbage beside the 40 MB that are in use. With hardly any room for what is new, whatever waits
 * for an answer is moved again and again, which is a sixth of all computing. So that room may grow for a while: called now
 * and then, because V8 cannot be told of a limit once it runs.
 */
export function staySmall(): void {
  const room = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
  setFlagsFromString(`--semi-space-growth-factor=${room < ROOM ? '2' : '1'}`);
}
