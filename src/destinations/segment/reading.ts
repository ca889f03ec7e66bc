import type { SourceEvent } from '../../cloud/segment/public-api.ts';
import type { Reading } from '../destination.ts';

/** What the audit trail says of the setting that holds the key. A missing event proves nothing. Pure. */

const CREATED = 'Source Created';
const WRITING = ['Source Settings Modified', CREATED];

/** Events that may have written the setting, oldest first. */
export function settingEvents(events: readonly SourceEvent[]): SourceEvent[] {
  return events.filter(({ type }) => WRITING.includes(type)).sort((one, other) => one.at - other.at);
}

/**
 * The last one tells when the setting was written. @param isPending - whether no run of ours has ended that gave it a key:
 * then it was created with a powerless one, so that its creation tells nothing
 */
export function readingOf(events: readonly SourceEvent[], isPending: boolean): Reading {
  const last = settingEvents(events).findLast(({ type }) => !isPending || type !== CREATED);
  if (last === undefined)
    return { state: 'unreadable', why: 'the audit trail tells nothing of its settings', isPending };
  return { state: 'written', at: last.at, by: last.by, isPending };
}

/**
 * Whether somebody else has written the settings since this run began to: another actor, or more writes than were sent. Then
 * nobody can tell whose write came last. Another run with the same token is the same actor.
 */
export function isContested(events: readonly SourceEvent[], sent: number): boolean {
  const written = settingEvents(events).filter(({ type }) => type !== CREATED);
  return new Set(written.map(({ by }) => by)).size > 1 || written.length > sent;
}

/** When a source that is disabled was disabled, and by whom; undefined where that is not told. */
export function disablingIn(events: readonly SourceEvent[]): SourceEvent | undefined {
  const switched = events.filter(({ type }) => type === 'Source Disabled' || type === 'Source Enabled');
  const last = switched.sort((one, other) => one.at - other.at).at(-1);
  return last?.type === 'Source Disabled' ? last : undefined;
}
