import type { Key } from '../../cloud/google/keys.ts';
import { KEY_IN_USE } from '../../verify/diagnosis.ts';
import { describe, short, startsAnew, stopOf } from './examine.ts';
import type { CredentialLive, CredentialOptions } from './examine.ts';
import { day, renewalOf } from './reasons.ts';

/** What a person should know of the keys. */
export function warn(options: CredentialOptions, live: CredentialLive): string[] {
  const { state, readings, now } = live;
  if (options.want === 'absent') return warnOfDeadKeys(live);
  return [
    ...readings.flatMap(({ name, reading }) => {
      if (reading.state === 'unreadable')
        return [`${name} could not be read (${reading.why}): the record alone decides`];
      return reading.state === 'present' && reading.remark !== undefined ? [`${name}: ${reading.remark}`] : [];
    }),
    ...state.superseded.filter(({ disabled }) => !disabled).flatMap((key) => warnOfSuperseded(options, live, key)),
    ...warnOfUse(options, live),
    ...warnOfEnd(options, state.current),
    ...(startsAnew(options, live) && !options.prune && state.foreign.length > 0
      ? [`keys that are not ours work again once the account is enabled: ${state.foreign.map(short).join(', ')}`]
      : []),
    ...warnOfPace(options, now),
  ];
}

function warnOfSuperseded(options: CredentialOptions, live: CredentialLive, key: Key): string[] {
  const stop = stopOf(live.state, options.issuer.overlap);
  const name = `the superseded key ${short(key)} still works (${describe(key, live.now)})`;
  if (stop === Infinity)
    return [`${name}, and stays: once Segment uses the new one, delete it, or set key_overlap_days`];
  if (stop <= live.now) return live.state.reason === undefined ? [] : [`${name} until a new key is delivered`];
  return [`${name}, and stops on ${day(stop)}: put the new key into Segment before`];
}

/** What is to be said of the key that the consumer uses, if it is not the delivered one. */
function warnOfUse({ inUse, issuer }: CredentialOptions, live: CredentialLive): string[] {
  const { state, keys, now } = live;
  if (inUse === undefined || inUse === state.current?.id) return [];
  const key = keys.find(({ id }) => id === inUse);
  const name = `${KEY_IN_USE} ${inUse.slice(0, 12)}`;
  if (key === undefined) return [`${name}, which was deleted: it works no more`];
  if (key.disabled) return [`${name}, which is disabled: it works no more`];
  if (!state.superseded.includes(key)) return [`${name}, which this action did not deliver (${describe(key, now)})`];
  const stop = stopOf(state, issuer.overlap);
  const until = stop === Infinity ? 'until somebody deletes it' : `until ${day(stop)}`;
  return [`${name}, which was replaced, and works ${until}: its consumer has not moved to the new key`];
}

/** A key that ends: from the day on which it should have been renewed; where nobody asked for an end, at once. */
function warnOfEnd(options: CredentialOptions, current: Key | undefined): string[] {
  const due = current === undefined ? undefined : renewalOf(current);
  if (current === undefined || due === undefined || current.disabled) return [];
  const now = options.clock.now();
  const isAsked = options.issuer.demands.lifetime !== Infinity;
  if (current.endsAt <= now || (isAsked && now < due.from)) return [];
  const renewal = now < due.from ? `apply renews it from ${day(due.from)} on` : 'apply renews it';
  const why = isAsked || current.origin === 'USER_PROVIDED' ? '' : ', by the organisation policy on the expiry of keys';
  return [`the key ${short(current)} ends on ${day(current.endsAt)}${why}: Segment stops then; ${renewal}`];
}

/** Keys that are replaced faster than they are retired would pile up. */
function warnOfPace({ issuer }: CredentialOptions, now: number): string[] {
  const maxAge = now - issuer.demands.issuedAfter;
  if (issuer.overlap === undefined || issuer.overlap === 0 || maxAge === Infinity || issuer.overlap < maxAge) return [];
  return issuer.rotates
    ? []
    : [
        'key_overlap_days is not below key_max_age_days: keys are replaced faster than they are retired, and none ever is',
      ];
}

/** Keys that are about to die, and lie where this run cannot look. */
function warnOfDeadKeys({ owned, readings, state }: CredentialLive): string[] {
  const isSeen = readings.some(({ reading }) => reading.state === 'present' || reading.state === 'absent');
  if (owned === undefined || state.current === undefined || isSeen) return [];
  return [
    `the key ${short(state.current)} dies: delete it wherever it was delivered (key_delivery github-secret does so)`,
  ];
}
