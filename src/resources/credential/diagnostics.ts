import type { Key } from '../../cloud/google/keys.ts';
import type { Notice, Problem } from '../../errors/diagnostic.ts';
import { deleteUnused, noRoomForKeys } from '../../ownership/mark.ts';
import { kindsOfPlaces, placesInWords } from '../../ownership/place-mark.ts';
import { short } from '../../ownership/record.ts';
import { day } from '../../time.ts';
import { describe } from './assess.ts';
import { renewalOf, stopOf } from './demands.ts';
import { startsAnew } from './design.ts';
import type { Assessed, CredentialDesign } from './design.ts';
import { placesElsewhere } from './elsewhere.ts';
import { forbidden } from './forbidden.ts';
import { warnOfDisabled, warnOfUnproven } from './retirement.ts';
import { hasRoom } from './room.ts';

/** What a person is told of the keys: why none can be issued, before anything is written; and what is to be known. Pure. */

/** Google's limit of user-managed keys per account, disabled and expired ones included. */
const MOST_KEYS = 10;

/** Why no key can be issued, where one is due. */
export function problemsOf(design: CredentialDesign, seen: Assessed): Problem[] {
  if (design.want !== 'present') return [];
  const room = hasRoom(design, seen) ? [] : [noRoom(design, seen)];
  if (seen.state.reason === undefined) return room;
  return [...seen.obstacles, ...forbidden(design, seen.constraints), ...tooMany(design, seen), ...room];
}

function noRoom(design: CredentialDesign, seen: Assessed): Problem {
  const { email } = design.names;
  return noRoomForKeys(design.address, `record the keys of ${email}`, email, hasRoom(design, { ...seen, text: '' }));
}

function tooMany(design: CredentialDesign, seen: Assessed): Problem[] {
  const { keys, now, state } = seen;
  const goFirst = startsAnew(design, seen) ? keys.length - state.foreign.length : 0;
  const removable = Math.max(goFirst, state.superseded.filter((key) => key.disabled).length);
  if (keys.length - removable < MOST_KEYS) return [];
  const named = keys.map((key) => `${short(key.id)} (${describe(key, now)})`).join(', ');
  const { email } = design.names;
  return [
    {
      severity: 'error',
      code: 'key.too-many',
      attempted: `issue a key for the service account ${email}`,
      because: `it has ${String(keys.length)} keys already, and ${String(MOST_KEYS)} is the most that Google allows: ${named}`,
      remedy: deleteUnused(email),
    },
  ];
}

/** What a person should know of the keys there are. */
export function noticesOf(design: CredentialDesign, seen: Assessed): Notice[] {
  const { state } = seen;
  if (design.want === 'absent') return warnOfDyingKey(design, seen);
  return [
    ...state.superseded.flatMap((key) => warnOfOld(design, seen, key)),
    ...warnOfUse(design, seen),
    ...warnOfEnd(design, seen),
    ...warnOfRevived(design, seen),
    ...warnOfPace(design, seen.now),
  ];
}

const warning = (code: Notice['code'], because: string, remedy?: string): Notice => ({
  ...{ severity: 'warning', code, because },
  ...(remedy === undefined ? {} : { remedy }),
});

function warnOfOld(design: CredentialDesign, seen: Assessed, key: Key): Notice[] {
  const places = key.disabled ? [] : placesElsewhere(design, seen.owned, key);
  if (places.length > 0) return [warnOfLeft(design, seen, { key, places })];
  if (!design.provesConsumer) return key.disabled ? [] : warnOfSuperseded(design, seen, key);
  return key.disabled ? warnOfDisabled(design, seen, key) : warnOfUnproven(design, seen, key);
}

/** Where this run delivers nothing, nobody is given the new key: whoever takes it from there still uses the old one. */
function warnOfLeft(
  { demands }: CredentialDesign,
  { now, state }: Assessed,
  { key, places }: { readonly key: Key; readonly places: readonly string[] },
): Notice {
  const where = `is in ${placesInWords(places)}, where this run delivers no key`;
  const because = `the superseded key ${short(key.id)} still works (${describe(key, now)}), and ${where}`;
  const stop = stopOf(state.current, demands);
  const forget = `run mode apply with forget: ${kindsOfPlaces(places).join(', ')}`;
  if (stop === Infinity || demands.overlap === 0)
    return warning('key.left-elsewhere', because, `Once nobody takes it from there, ${forget}.`);
  const until = stop <= now ? 'is due to be disabled now' : `stops on ${day(stop)}`;
  const use = stop <= now ? 'Put the new key into Segment now.' : USE_NEW_KEY;
  return warning('key.left-elsewhere', `${because}; it ${until}`, `${use} Or ${forget} at once.`);
}

const USE_NEW_KEY = 'Put the new key into Segment before then.';

function warnOfSuperseded({ demands }: CredentialDesign, { now, state }: Assessed, key: Key): Notice[] {
  const stop = stopOf(state.current, demands);
  const name = `the superseded key ${short(key.id)} still works (${describe(key, now)})`;
  const code = 'key.superseded';
  if (stop === Infinity)
    return [warning(code, name, 'Once Segment uses the new key, delete it, or set key_overlap_days.')];
  if (stop <= now) return state.reason === undefined ? [] : [warning(code, `${name} until a new key is delivered`)];
  return [warning(code, `${name}, and stops on ${day(stop)}`, USE_NEW_KEY)];
}

/** What is to be said of the key that the consumer uses, if it is not the delivered one. */
function warnOfUse({ inUse, demands }: CredentialDesign, { keys, now, state }: Assessed): Notice[] {
  if (inUse === undefined || inUse === state.current?.id) return [];
  const key = keys.find(({ id }) => id === inUse);
  const name = `credentials_json holds the key ${short(inUse)}`;
  if (key === undefined || key.disabled) {
    const because = `${name}, which ${key === undefined ? 'was deleted' : 'is disabled'}: it is no longer valid`;
    const remedy = 'Put the key that is delivered now where its consumer, and this input, take it from.';
    return [warning('key.in-use-invalid', because, remedy)];
  }
  if (!state.superseded.includes(key)) {
    const because = `${name}, which this action did not deliver (${describe(key, now)})`;
    return [warning('key.in-use-unknown', because)];
  }
  const stop = stopOf(state.current, demands);
  const until = stop === Infinity ? 'until somebody deletes it' : `until ${day(stop)}`;
  const because = `${name}, which was replaced, and works ${until}: its consumer has not moved to the new key`;
  return [warning('key.in-use-replaced', because)];
}

/** A key that ends: from the day on which it should have been renewed; where nobody asked for an end, at once. */
function warnOfEnd({ demands }: CredentialDesign, { now, state: { current } }: Assessed): Notice[] {
  const renewal = current && renewalOf(current);
  if (current === undefined || renewal === undefined || current.disabled) return [];
  const isAsked = demands.lifetime !== Infinity;
  if (current.endsAt <= now || (isAsked && now < renewal.from)) return [];
  const why = isAsked || current.origin === 'USER_PROVIDED' ? '' : ', by the organization policy on the expiry of keys';
  const because = `the key ${short(current.id)} expires on ${day(current.endsAt)}${why}: Segment stops then`;
  return [
    warning(
      'key.ends',
      because,
      now < renewal.from ? `Mode apply renews it from ${day(renewal.from)} on.` : 'Mode apply renews it.',
    ),
  ];
}

/** An account that is enabled brings the keys of others back. */
function warnOfRevived(design: CredentialDesign, seen: Assessed): Notice[] {
  const { foreign } = seen.state;
  if (!startsAnew(design, seen) || design.prune || foreign.length === 0) return [];
  const ids = foreign.map(({ id }) => short(id)).join(', ');
  return [warning('key.others-revived', `keys that are not ours work again once the account is enabled: ${ids}`)];
}

/** Keys that are replaced faster than they are retired would pile up. */
function warnOfPace({ demands: { overlap = 0, issuedAfter, rotates } }: CredentialDesign, now: number): Notice[] {
  const maxAge = now - issuedAfter;
  if (rotates || overlap === 0 || maxAge === Infinity || overlap < maxAge) return [];
  const because =
    'key_overlap_days is not below key_max_age_days: keys are replaced faster than they are retired, and none ever is';
  return [warning('key.kept-too-long', because)];
}

/** For destroy: a key that becomes invalid, and lies where this run cannot look. */
function warnOfDyingKey(design: CredentialDesign, { owned, readings, state: { current } }: Assessed): Notice[] {
  const places = current === undefined ? [] : placesElsewhere(design, owned, current);
  if (current !== undefined && places.length > 0) {
    const where = `is in ${placesInWords(places)}, from which this run removes nothing`;
    return [warning('key.dies', `the key ${short(current.id)} becomes invalid, and ${where}`, 'Remove it from there.')];
  }
  const isSeen = readings.some(({ reading }) => ['present', 'absent', 'written'].includes(reading.state));
  if (owned === undefined || current === undefined || isSeen) return [];
  const remedy = 'Remove it from wherever it was delivered (with key_delivery: github-secret this action does so).';
  return [warning('key.dies', `the key ${short(current.id)} becomes invalid`, remedy)];
}
