import type { PublicApi } from '../cloud/segment/public-api.ts';
import type { Sync } from '../cloud/segment/syncs.ts';
import { isUnread } from '../destinations/segment/consumer.ts';
import type { Consumption } from '../destinations/segment/consumer.ts';
import { ApiError } from '../errors/api-error.ts';
import { explainApiError } from '../errors/explain.ts';
import { poll } from '../time.ts';
import type { Clock } from '../time.ts';
import { judge, syncClaim } from './syncs.ts';
import type { Proof } from './verification.ts';

/** What one sync by hand takes. */
export interface ProofSync {
  readonly api: () => Promise<PublicApi>;
  readonly consumption: Consumption;
  readonly sourceId: string;
  /** Id of the mapping that may be synced. */
  readonly mapping: string;
  readonly clock: Clock;
  readonly patienceMinutes: number;
  readonly say: (line: string) => void;
}

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 10_000;

/** Syncs one mapping once, by hand, and waits for what comes of it: the nearest to a connection test that there is. */
export async function proveBySync(options: ProofSync): Promise<Proof> {
  const { clock, consumption, mapping: id, patienceMinutes, say } = options;
  const found = isUnread(consumption.syncs)
    ? undefined
    : consumption.syncs.find((one) => one.mapping.id === id)?.mapping;
  if (found === undefined) return failed(id, 'no mapping of this source has this ID', 'Check proof_mapping.');
  try {
    const api = await options.api();
    say(`Syncing the mapping ${found.name} (${id}) once, to prove that Segment can use the new key …`);
    const syncId = await api.startSync(found, options.sourceId);
    const waiting = { clock, within: patienceMinutes * 60_000, first: FIRST_PAUSE, most: LONGEST_PAUSE };
    const ended = await poll<Sync>(waiting, async () => {
      const sync = await api.sync(found.modelId, syncId);
      return sync.status === 'IN_PROGRESS' ? undefined : { value: sync };
    });
    if (ended !== undefined) return judge(found, ended.value);
    const words = `the sync ${syncId} is still under way after ${String(patienceMinutes)} minutes`;
    return { claim: syncClaim(found), outcome: 'not checked', words, diagnosis: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { because, remedy } = explainApiError(error);
    return {
      claim: syncClaim(found),
      outcome: 'fails',
      words: because,
      diagnosis: { code: 'verify.sync-failed', cause: because, remedy },
    };
  }
}

function failed(id: string, cause: string, remedy: string): Proof {
  const claim = {
    what: `sync the mapping ${id} in Segment`,
    expected: 'can',
    attempt: { kind: 'sync', mapping: id },
  } as const;
  return { claim, outcome: 'fails', words: undefined, diagnosis: { code: 'verify.sync-failed', cause, remedy } };
}
