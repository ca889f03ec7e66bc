/** The audit trail: what was done, by whom, and when. */
import { nextHex } from '../engine/random.ts';
import { unfit } from './envelope.ts';
import { pageOf } from './paging.ts';
import { STABLE, serve } from './serve.ts';
import type { Call } from './serve.ts';
import type { EventState } from './state.ts';

const KEPT_MS = 90 * 86_400_000;

/** What was acted upon. */
export interface Subject {
  readonly type: 'source' | 'destination' | 'model' | 'subscription';
  readonly id: string;
  readonly name: string;
}

/** Writes down that the asker did this: `Source Settings Modified`. */
export function note(type: string, subject: Subject, { state, asker, context }: Call): void {
  state.events.push({
    id: nextHex(context.world).slice(0, 26),
    occurredAt: context.now,
    type,
    actor: asker.actor,
    resourceId: subject.id,
    resourceType: subject.type,
    resourceName: subject.name,
  });
}

function answer({ occurredAt, ...event }: EventState): Record<string, unknown> {
  return { ...event, timestamp: new Date(occurredAt).toISOString() };
}

function timeIn({ request }: Call, name: 'startTime' | 'endTime', otherwise: number): number {
  const given = request.query.get(name);
  const time = given === null ? otherwise : Date.parse(given);
  if (Number.isNaN(time)) throw unfit(name, `The ${name} is not a time.`);
  return time;
}

/** The newest first. */
export const auditRoutes = [
  serve(
    'GET /audit-events',
    {
      versions: STABLE,
      isPaged: true,
      isForOwners: true,
      parameters: ['startTime', 'endTime', 'resourceId', 'resourceType'],
    },
    (call) => {
      const { request, context, state } = call;
      const from = Math.max(timeIn(call, 'startTime', 0), context.now - KEPT_MS);
      const until = timeIn(call, 'endTime', Infinity);
      const isAsked = (name: 'resourceId' | 'resourceType', value: string): boolean =>
        (request.query.get(name) ?? value) === value;
      const events = state.events
        .filter(({ occurredAt }) => occurredAt >= from && occurredAt <= until)
        .filter(({ resourceId }) => isAsked('resourceId', resourceId))
        .filter(({ resourceType }) => isAsked('resourceType', resourceType))
        .map(answer);
      return { data: pageOf('events', events.reverse(), request) };
    },
  ),
];
