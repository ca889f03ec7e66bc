import { look } from '../destinations/segment/look.ts';
import { openApi } from '../destinations/segment/open.ts';
import { readRunning } from '../destinations/segment/running.ts';
import type { MaybeRunning } from '../destinations/segment/running.ts';
import { begun } from '../models/base.ts';
import type { Beginning } from './beginning.ts';

/** Reads what runs in Segment, for a run that reads no policy: the source is the one that is asked for, whosever it is. */
export function beginRunning(beginning: Beginning): (() => Promise<MaybeRunning>) | undefined {
  const { clock, endpoints, gate, options, runner, target } = beginning;
  if (options.segmentToken === undefined) return undefined;
  const { say, trace } = runner.log;
  const api = openApi({ target, options, endpoints, clock, telling: { say, trace, gate } });
  const claims = { read: () => Promise.resolve({ owned: undefined }) };
  return begun(() =>
    readRunning(api, () => look({ wanted: target.segment, api, claims, adopt: false, want: 'present' })),
  );
}
