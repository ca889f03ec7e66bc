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

/** Whether more than one actor has written the settings: then nobody can tell whose write came last. */
export function isContested(events: readonly SourceEvent[]): boolean {
  return new Set(settingEvents(events).map(({ by }) => by)).size > 1;
}
