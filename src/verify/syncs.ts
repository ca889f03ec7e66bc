import type { Sync } from '../cloud/segment/syncs.ts';
import { isUnread, syncsAtAll } from '../destinations/segment/consumer.ts';
import type { Consumption, Synced } from '../destinations/segment/consumer.ts';
import type { DiagnosticCode } from '../errors/codes.ts';
import type { Notice } from '../errors/diagnostic.ts';
import { age, minute } from '../time.ts';
import type { Claim } from './claims.ts';
import type { Proof } from './verification.ts';

/** What the last syncs say: Segment offers no connection test for sources, so these are the nearest to one. Pure. */

export interface SyncFindings {
  readonly proofs: readonly Proof[];
  readonly notices: readonly Notice[];
}

/** How many intervals a mapping may be late. */
const LATE = 3;

export function judgeSyncs({ syncs }: Consumption, now: number): SyncFindings {
  if (isUnread(syncs)) {
    const because = `the syncs of Segment were not checked: ${syncs.why}`;
    return { proofs: [], notices: [{ severity: 'unseen', code: 'verify.not-checked', because }] };
  }
  return {
    proofs: syncs.filter(syncsAtAll).flatMap((one) => proofOf(one)),
    notices: syncs.flatMap((one) => (syncsAtAll(one) ? warnOf(one, now) : [off(one)])),
  };
}

/** A claim about a mapping of Segment. */
export function syncClaim({ id, name }: Synced['mapping']): Claim {
  return {
    what: `sync the mapping ${name} (${id}) in Segment`,
    expected: 'can',
    attempt: { kind: 'sync', mapping: id },
  };
}

/** What a finished sync proves; nothing, while one is under way. */
function proofOf({ mapping, syncs }: Synced): Proof[] {
  const last = syncs.find(({ status }) => status !== 'IN_PROGRESS');
  return last === undefined ? [] : [judge(mapping, last)];
}

/** What one sync says of its mapping. */
export function judge(mapping: Synced['mapping'], sync: Sync): Proof {
  const claim = syncClaim(mapping);
  if (sync.status === 'unknown') {
    const words = `how its last sync ${sync.id} ended is not told in words that are known`;
    return { claim, outcome: 'not checked', words, diagnosis: undefined };
  }
  if (sync.status !== 'FAIL') return { claim, outcome: 'holds', words: undefined, diagnosis: undefined };
  const code = sync.errorCode === undefined ? '' : ` (${sync.errorCode})`;
  const phase = sync.extracted === false ? 'BigQuery was not read' : 'BigQuery was read, and the destination failed';
  return {
    claim,
    outcome: 'fails',
    words: `its last sync ${sync.id} failed${code}`,
    diagnosis: {
      code: 'verify.sync-failed',
      cause: phase,
      remedy:
        sync.extracted === false
          ? 'If the other access checks pass, look at the model and the location of the source in Segment.'
          : 'See the destination in Segment: this is no matter of access to BigQuery.',
    },
  };
}

function warnOf({ mapping, syncs }: Synced, now: number): Notice[] {
  const { id, interval, name } = mapping;
  const named = `the mapping ${name} (${id})`;
  const [last] = syncs;
  const warn = (code: DiagnosticCode, because: string): Notice[] => [{ severity: 'warning', code, because }];
  if (last === undefined) return warn('verify.sync-late', `${named} has never synced`);
  const partial =
    last.status === 'PARTIAL_SUCCESS'
      ? warn('verify.sync-partial', `the last sync of ${named} left out records: it succeeded in part`)
      : [];
  const since = last.startedAt === undefined ? 0 : now - last.startedAt;
  const isLate = interval !== undefined && since > LATE * interval;
  const late = isLate
    ? warn(
        'verify.sync-late',
        `${named} last synced at ${minute(now - since)}, ${age(since)} ago: more than ${String(LATE)} intervals`,
      )
    : [];
  return [...partial, ...late];
}

function off({ isModelEnabled, mapping }: Synced): Notice {
  const what = [
    ...(mapping.isEnabled ? [] : ['it is disabled']),
    ...(isModelEnabled ? [] : [`its model ${mapping.modelId} is disabled`]),
    ...(mapping.isDestinationEnabled ? [] : [`its destination ${mapping.destination} is disabled`]),
  ];
  const because = `the mapping ${mapping.name} (${mapping.id}) does not sync: ${what.join(', and ')}`;
  return { severity: 'warning', code: 'verify.sync-off', because };
}

/** What a person would click, and what was done in its stead. @param isVeryKey - whether the delivered key itself was tried */
export function noConnectionTest(isVeryKey: boolean): Notice {
  const how = isVeryKey ? 'with the very key that Segment holds' : 'though not with the key that Segment holds';
  return {
    severity: 'unseen',
    code: 'verify.no-connection-test',
    because: `the connection as Segment makes it: its API offers no test for sources; tried in its stead were the access checks as the service account, ${how}, and the last syncs`,
  };
}
