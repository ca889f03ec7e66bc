import type { Key } from '../../cloud/google/keys.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import { shell } from '../../errors/shell.ts';
import { short } from '../../ownership/record.ts';
import { DAY, day } from '../../time.ts';
import { describe } from './assess.ts';
import { stopOf } from './demands.ts';
import type { Assessed, CredentialDesign } from './design.ts';
import { isHeldElsewhere } from './elsewhere.ts';
import { provenDispensable, provenMoved } from './moved.ts';
import type { Proof } from './moved.ts';

/** When superseded keys may go that Segment may still use: by time and by proof. Pure. */

/** What becomes of a superseded key now. */
export type Fate =
  | { readonly next: 'disable' | 'delete' }
  /** It stays. `isOverdue`: for so long that this is drift. `isFailing`: syncs fail since it was disabled. */
  | { readonly next: 'keep'; readonly isOverdue: boolean; readonly isFailing: boolean };

/** Overdue is what has waited twice as long as it had to, and this long at least. */
const LEAST_OVERDUE = 7 * DAY;

export function fateOf(design: CredentialDesign, seen: Assessed, key: Key): Fate {
  const fate = fateHere(design, seen, key);
  if (fate.next !== 'disable' || !isHeldElsewhere(design, seen.owned, key)) return fate;
  return { next: 'keep', isOverdue: false, isFailing: false };
}

/** As far as the places go to which this run delivers. */
function fateHere(design: CredentialDesign, seen: Assessed, key: Key): Fate {
  const { demands, provesConsumer } = design;
  const { current, reason } = seen.state;
  const kept = { next: 'keep', isOverdue: false, isFailing: false } as const;
  if (!provesConsumer) {
    if (key.disabled) return { next: 'delete' };
    const isDue = reason === undefined ? stopOf(current, demands) <= seen.now : demands.overlap === 0;
    return isDue ? { next: 'disable' } : kept;
  }
  if (current === undefined) return kept;
  if (key.disabled) return deletion(seen, current);
  // A key that is replaced in this very run is never proven to be unused.
  if (reason !== undefined || stopOf(current, demands) > seen.now) return kept;
  if (proofOf(design, seen, key).isFree) return { next: 'disable' };
  const overlap = demands.overlap ?? 0;
  return { ...kept, isOverdue: seen.now >= current.createdAt + Math.max(2 * overlap, LEAST_OVERDUE) };
}

function deletion({ consumption, owned }: Assessed, current: Key): Fate {
  const kept = { next: 'keep', isOverdue: false } as const;
  if (consumption === undefined) return { ...kept, isFailing: false };
  const { isFree, isFailing } = provenDispensable(consumption, owned?.seen, current);
  return isFree ? { next: 'delete' } : { ...kept, isFailing };
}

/** What is known of a superseded key that works. */
export function proofOf({ inUse }: CredentialDesign, { consumption, now, state }: Assessed, key: Key): Proof {
  const { current } = state;
  if (consumption === undefined || current === undefined) {
    const why = 'Segment was not asked, or does not hold a key of this account for sure';
    return { consumer: 'unknown', isFree: false, missing: [why] };
  }
  return provenMoved(consumption, { current, old: key, inUse, now });
}

const WAYS =
  'Wait for the next syncs; or set proof_mapping to a mapping that may be synced once after a rotation; key_retirement: elapsed goes by time alone.';

/** What a person should know of a superseded key that Segment may still use. */
export function warnOfUnproven(design: CredentialDesign, seen: Assessed, key: Key): Notice[] {
  const { consumer, isFree, missing, remark, remedy = WAYS } = proofOf(design, seen, key);
  const name = `the superseded key ${short(key.id)} still works (${describe(key, seen.now)})`;
  const remarks: Notice[] =
    remark === undefined ? [] : [{ severity: 'note', code: 'key.used-by-workflow', because: remark }];
  if (!isFree) {
    const code = consumer === 'unknown' ? 'key.consumer-unknown' : 'key.consumer-waiting';
    const because = `${name}, because Segment is not proven to have moved to the new one: ${missing.join('; ')}`;
    return [{ severity: 'warning', code, because, remedy }, ...remarks];
  }
  const stop = stopOf(seen.state.current, design.demands);
  if (stop <= seen.now) return remarks;
  const until = stop === Infinity ? 'delete it, or set key_overlap_days' : `it stops on ${day(stop)}`;
  return [
    { severity: 'warning', code: 'key.superseded', because: `${name}; Segment is proven to use the new one: ${until}` },
    ...remarks,
  ];
}

/** A disabled key that stays until everything has synced without it. */
export function warnOfDisabled(design: CredentialDesign, { consumption, owned, state }: Assessed, key: Key): Notice[] {
  const { current } = state;
  const name = `the superseded key ${short(key.id)} is disabled, and not deleted yet`;
  if (consumption === undefined || current === undefined) {
    return [{ severity: 'warning', code: 'key.consumer-unknown', because: `${name}: Segment was not asked` }];
  }
  const { isFailing, isFree, missing } = provenDispensable(consumption, owned?.seen, current);
  if (isFree) return [];
  const { email } = design.names;
  const command = shell`gcloud iam service-accounts keys enable ${key.id} --iam-account ${email}`;
  if (!isFailing)
    return [{ severity: 'note', code: 'key.consumer-waiting', because: `${name}: ${missing.join('; ')}` }];
  return [
    {
      severity: 'warning',
      code: 'key.consumer-failing',
      because: `${name}: syncs have failed to read since: ${missing.join('; ')}`,
      remedy: `If Segment uses it after all, this lets it: ${command}. Then run mode rotate, so that Segment gets a new one.`,
    },
  ];
}
