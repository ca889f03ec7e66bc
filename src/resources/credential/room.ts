import { marksOf } from '../../ownership/place-mark.ts';
import { writeDescription } from '../../ownership/description.ts';
import { ownership } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { doubtedKeys, ourKeys } from './assess.ts';
import { startsAnew } from './design.ts';
import type { Assessed, CredentialDesign } from './design.ts';
import { announced, recorded, settledAsUndelivered } from './entries.ts';

/** Whether everything that this run would write into the record fits beside the user's own text. Pure. */
export function hasRoom(design: CredentialDesign, seen: Assessed): boolean {
  const { isAccountThere, state, text = '' } = seen;
  if (!isAccountThere) return true; // Our own description leaves room.
  const gone = startsAnew(design, seen) ? ourKeys(state) : [];
  const ids = seen.keys.filter((key) => !gone.includes(key)).map(({ id }) => id);
  const owned = seen.owned ?? ownership('adopted');
  const fits = (record: Ownership | undefined, existing: readonly string[]): boolean =>
    writeDescription({ text, ownership: record }, existing) !== undefined;
  const { settlement } = state;
  const settled =
    settlement.outcome === 'undelivered' ? settledAsUndelivered(owned, settlement.newcomer.id, ids) : owned;
  if (settled !== owned && !fits(settled, ids)) return false;
  if (state.reason === undefined) return true;
  const places = marksOf(seen.readings);
  const before = announced(settled, { before: ids, to: places });
  const key = freshId(ids);
  const doubted = doubtedKeys(state).map(({ id }) => id);
  const after = recorded(before, { key, at: places, knownKey: owned.key, doubted, existing: [...ids, key] });
  return fits(before, ids) && fits(after, [...ids, key]);
}

/** An id that no key has, not even its beginning. */
function freshId(ids: readonly string[]): string {
  const begins = (start: string): boolean => ids.some((id) => id.startsWith(start));
  const starts = Array.from({ length: ids.length + 1 }, (_none, index) => String(index).padStart(6, '0'));
  return (starts.find((start) => !begins(start)) ?? '').padEnd(40, '0');
}
