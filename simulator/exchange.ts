/** One exchange: faults, answers given word for word, latency and the journal around what a service answers. */
import { setTimeout as pause } from 'node:timers/promises';
import { takeAnswer } from './answers.ts';
import { contextOf } from './context.ts';
import type { Controls } from './control.ts';
import { dispatch, run, serviceOf } from './dispatch.ts';
import { googleEnvelope } from './engine/envelope.ts';
import type { Caller, Received, Reply, Route } from './engine/route.ts';
import { takeFault } from './faults.ts';
import { masked, maskedBody } from './journal.ts';

/** What the adapter received, with the body as it came. */
export interface Incoming extends Received {
  readonly raw: string;
}

/** What is to be sent back; undefined = the connection breaks. */
export async function exchange(
  incoming: Incoming,
  controls: Controls,
  control: readonly Route[],
): Promise<Reply | undefined> {
  const { method, origin } = incoming;
  const path = decoded(incoming.path);
  if (path.startsWith('/_simulator/')) {
    const { world } = controls;
    const send = (request: Received): Promise<Reply> => dispatch(request, world);
    return run(control, incoming, contextOf({ world, origin, caller: undefined, service: undefined, send }));
  }
  if (controls.latency > 0) await pause(controls.latency);
  const reply = await answer(incoming, `${method} ${path}`, controls);
  const query = masked(Object.fromEntries(incoming.query), path) as Record<string, string>;
  const body = maskedBody(incoming.body, incoming.raw, path);
  controls.journal.push({ method, path, query, body, status: reply?.status ?? 0 });
  return reply;
}

async function answer(incoming: Incoming, line: string, controls: Controls): Promise<Reply | undefined> {
  const fault = takeFault(controls.faults, line);
  if (fault === 'reset') return undefined;
  const given = takeAnswer(controls.answers, line);
  if (fault !== undefined && fault !== 'lose-reply') {
    const { envelope } = serviceOf(incoming) ?? { envelope: googleEnvelope };
    return envelope.refuse(fault, { method: incoming.method, path: decoded(incoming.path) }).reply;
  }
  const onNeed = ({ principal }: Caller, permission: string): void => {
    controls.needs.push({ line, principal, permission });
  };
  const reply = given ?? (await dispatch(incoming, controls.world, onNeed));
  return fault === 'lose-reply' ? undefined : reply;
}

/** Decoded segment by segment. */
function decoded(path: string): string {
  return path.split('/').map(decode).join('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // Not percent-encoded after all: taken as it is.
  }
}
