import type { SegmentSide } from '../destinations/segment/side.ts';
import { isUnread, syncsAtAll } from '../destinations/segment/consumer.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Notice } from '../errors/diagnostic.ts';
import { modes } from '../inputs/modes.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Target } from '../inputs/target.ts';
import type { Clock } from '../time.ts';
import { proveBySync } from './proof-sync.ts';
import type { SegmentAccount } from './segment-account.ts';
import { judgeSyncs, noConnectionTest } from './syncs.ts';
import type { SyncFindings } from './syncs.ts';

/** Of which run it is. */
export interface SyncVerification {
  readonly target: Target;
  readonly options: RunOptions;
  readonly account: Pick<SegmentAccount, 'issued'>;
  readonly segment: SegmentSide;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const NOTHING: SyncFindings = { proofs: [], notices: [] };

/**
 * What Segment itself makes of the key. In check by its last syncs; after a key was delivered by one that is started for it,
 * if that is allowed: those before it had another key.
 */
export async function verifySyncs(verification: SyncVerification): Promise<SyncFindings> {
  const { account, options, segment, target } = verification;
  if (!target.delivery.to.includes('segment') || !segment.isAsked) return NOTHING;
  const issued = account.issued();
  const test = noConnectionTest(issued !== undefined || options.credentials !== undefined);
  try {
    const found = issued === undefined ? await lastSyncs(verification) : await proofSync(verification);
    return { ...found, notices: [...found.notices, test] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const because = `the syncs of Segment were not checked: could not ${error.call}: ${error.words}`;
    return { proofs: [], notices: [{ severity: 'unseen', code: 'verify.not-checked', because }, test] };
  }
}

/** In a run that writes, those before it prove nothing against it. */
async function lastSyncs({ clock, options, segment }: SyncVerification): Promise<SyncFindings> {
  const consumption = await segment.consumption();
  if (consumption === undefined) return NOTHING;
  const { notices, proofs } = judgeSyncs(consumption, clock.now());
  return { notices, proofs: modes[options.mode].writes ? [] : proofs };
}

async function proofSync({ clock, options, say, segment, target }: SyncVerification): Promise<SyncFindings> {
  const { proofMapping: mapping } = target.segment;
  if (mapping === undefined) return NOTHING;
  const [consumption, looked] = await Promise.all([segment.consumption(), segment.look()]);
  const sourceId = segment.progress.sourceId ?? (looked.state === 'seen' ? looked.source?.id : undefined);
  if (consumption === undefined || sourceId === undefined) return NOTHING;
  const { patienceMinutes } = options;
  const asked = { api: segment.api, consumption, sourceId, mapping, clock, patienceMinutes, say };
  return { proofs: [await proveBySync(asked)], notices: [] };
}

/** Which mappings fail from now on, because the account was disabled. What cannot be read changes nothing about that. */
export async function stoppedSyncs(segment: SegmentSide): Promise<Notice[]> {
  const told = (because: string): Notice[] => [{ severity: 'warning', code: 'verify.sync-off', because }];
  try {
    const { syncs = [] } = (await segment.consumption()) ?? {};
    if (isUnread(syncs)) return told(`which mappings in Segment fail from now on could not be read: ${syncs.why}`);
    const named = syncs
      .filter(syncsAtAll)
      .map(({ mapping }) => `${mapping.name} (${mapping.id}) into ${mapping.destination}`);
    return named.length === 0 ? [] : told(`these mappings in Segment fail from now on: ${named.join(', ')}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return told(
      `which mappings in Segment fail from now on could not be read: could not ${error.call}: ${error.words}`,
    );
  }
}
