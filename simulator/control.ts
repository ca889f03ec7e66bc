/** `/_simulator/…`: looks into the simulator and steers it. Not in the journal, never delayed, never faulty. */
import { ageBy } from './aging.ts';
import { FAULT_KINDS } from './fault.ts';
import type { Fault, FaultKind } from './fault.ts';
import { record } from './json.ts';
import { google } from './refusal.ts';
import { Refusal } from './route.ts';
import type { Reply, Request } from './route.ts';
import type { Installation } from './server.ts';

type Control = (body: unknown, installation: Installation) => unknown;

const CONTROLS: Readonly<Record<string, Control>> = {
  'GET world': (_body, { world }) => world,
  'GET journal': (_body, { journal }) => journal,
  'DELETE journal': (_body, { journal }) => void journal.splice(0),
  'GET faults': (_body, { faults }) => faults,
  'POST faults': (body, { faults }) => {
    faults.push(...readFaults(body));
    return faults;
  },
  'DELETE faults': (_body, { faults }) => void faults.splice(0),
  'POST age': (body, { world }) => {
    const { seconds } = record(body);
    if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw refuse('age takes {"seconds": N}.');
    ageBy(world, seconds * 1000);
  },
  'POST reset': (_body, installation) => {
    installation.world = installation.renew();
    installation.journal.splice(0);
    installation.faults.splice(0);
  },
};

export function handleControl({ method, path, body }: Omit<Request, 'params'>, installation: Installation): Reply {
  try {
    const name = `${method} ${path.replace(/^\/_simulator\/?/, '')}`;
    const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined;
    if (control === undefined) throw google(501, 'UNIMPLEMENTED', `The simulator has no control ${name}.`);
    return { status: 200, body: control(body, installation) ?? {} };
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function readFaults(body: unknown): Fault[] {
  if (!Array.isArray(body)) throw refuse('faults takes a list.');
  return body.map((item: unknown) => {
    const { on, do: kind, times = 1, ...rest } = record(item);
    if (typeof on !== 'string' || !isKind(kind) || !Number.isSafeInteger(times) || Number(times) < 1) {
      throw refuse(`a fault is {on: "METHOD /path…", do: ${FAULT_KINDS.join(' | ')}, times?: N}.`);
    }
    if (Object.keys(rest).length > 0) throw refuse(`a fault has no ${Object.keys(rest).join(', ')}.`);
    return { on, do: kind, times: Number(times) };
  });
}

function isKind(value: unknown): value is FaultKind {
  return FAULT_KINDS.some((kind) => kind === value);
}

function refuse(message: string): Refusal {
  return google(400, 'INVALID_ARGUMENT', message);
}
