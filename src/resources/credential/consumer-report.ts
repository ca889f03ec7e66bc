import type { Key } from '../../cloud/google/keys.ts';
import type { SyncStatus } from '../../cloud/segment/syncs.ts';
import { isUnread, syncsAtAll } from '../../destinations/segment/consumer.ts';
import type { Consumption, Synced } from '../../destinations/segment/consumer.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { Ownership } from '../../ownership/record.ts';
import { keyNamed, short } from '../../ownership/record.ts';
import { minute } from '../../time.ts';
import { provenInUse, provenMoved } from './moved.ts';
import type { Consumer, Proof } from './moved.ts';

/** Which key Segment uses, as far as that is proven, for whoever reads a report. Pure. */

export interface ConsumerReport {
  /** The step output `consumer`. */
  readonly consumer: Consumer;
  /** The step output `last_sync`; '' where no mapping is enabled. */
  readonly lastSync: State | '';
  readonly notices: readonly Notice[];
}

/** What is known when the run ends. */
export interface Ended {
  readonly consumption: Consumption | undefined;
  readonly owned: Ownership | undefined;
  readonly keys: readonly Key[];
  /** Whether this run issued a key: nothing can have synced with it for long. */
  readonly isIssued: boolean;
  /** Full id of the key that the workflow was given. */
  readonly inUse: string | undefined;
  readonly now: number;
}

export function reportConsumer(ended: Ended): ConsumerReport {
  const { consumption } = ended;
  if (consumption === undefined) return { consumer: 'unknown', lastSync: 'unknown', notices: [] };
  const proof = proofIn(consumption, ended);
  return { consumer: proof.consumer, lastSync: lastSyncOf(consumption), notices: [told(proof, ended)] };
}

const WORST: readonly Consumer[] = ['unknown', 'waiting', 'none', 'moved'];

function proofIn(consumption: Consumption, { inUse, isIssued, keys, now, owned }: Ended): Proof {
  const current = owned?.key === undefined ? undefined : keyNamed(owned.key, keys);
  if (isIssued || current === undefined) return justIssued(consumption);
  const old = keys.filter(
    (key) => !key.disabled && key !== current && owned?.old.some((id) => keyNamed(id, keys) === key),
  );
  const proofs = old.map((key) => provenMoved(consumption, { current, old: key, inUse, now }));
  const [worst] = proofs.sort((one, other) => WORST.indexOf(one.consumer) - WORST.indexOf(other.consumer));
  return worst ?? provenInUse(consumption, current);
}

function justIssued({ syncs }: Consumption): Proof {
  const nothing = { isFree: false, missing: [] };
  if (isUnread(syncs)) return { consumer: 'unknown', ...nothing, missing: [syncs.why] };
  if (!syncs.some(syncsAtAll)) return { consumer: 'none', ...nothing };
  return { consumer: 'waiting', isFree: false, missing: ['nothing has synced since the key was delivered'] };
}

function told({ consumer, missing, remedy, since }: Proof, { keys, owned }: Ended): Notice {
  const key = owned?.key === undefined ? '' : ` ${short(keyNamed(owned.key, keys)?.id ?? owned.key)}`;
  const why = missing.length === 0 ? '' : `: ${missing.join('; ')}`;
  const words: Readonly<Record<Consumer, string>> = {
    moved:
      since === undefined
        ? `Segment uses the delivered key${key}`
        : `Segment has used the delivered key${key} since at least ${minute(since)}`,
    waiting: `Segment is not yet proven to use the delivered key${key}${why}`,
    unknown: `whether Segment uses the delivered key${key} cannot be told${why}`,
    none: `no mapping is enabled, so nothing uses the delivered key${key}${why}`,
  };
  const code = consumer === 'unknown' ? 'key.consumer-unknown' : 'key.consumer-waiting';
  const severity = consumer === 'unknown' ? 'warning' : 'note';
  return { severity, code, because: words[consumer], ...(remedy === undefined || remedy === '' ? {} : { remedy }) };
}

type State = SyncStatus | 'never';

/** Worst first. */
const STATES: readonly State[] = ['FAIL', 'unknown', 'never', 'PARTIAL_SUCCESS', 'IN_PROGRESS', 'SUCCESS'];

function lastSyncOf({ syncs }: Consumption): State | '' {
  if (isUnread(syncs)) return 'unknown';
  const states = syncs.filter(syncsAtAll).map(stateOf);
  return states.sort((one, other) => STATES.indexOf(one) - STATES.indexOf(other))[0] ?? '';
}

function stateOf({ syncs: [last] }: Synced): State {
  return last?.status ?? 'never';
}
