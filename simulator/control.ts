/** `/_simulator/…`: looking into the world, breaking it, and letting time pass. */
import { passTime } from './aging.ts';
import { addAnswers } from './answers.ts';
import type { Answer } from './answers.ts';
import { list, record, text } from './engine/json.ts';
import { google, invalid } from './engine/refusal.ts';
import type { Reply, Request, Route } from './engine/route.ts';
import type { World } from './engine/world.ts';
import { FAULTS } from './faults.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import { keepingRoutes } from './kept.ts';
import { services } from './registry.ts';

/** What runs, and what may be done to it from outside. */
export interface Controls {
  world: World;
  readonly journal: JournalEntry[];
  /** Every permission that was looked for, oldest first. */
  readonly needs: Need[];
  readonly faults: Fault[];
  readonly answers: Answer[];
  readonly latency: number;
  /** The scenario anew. */
  readonly makeWorld: () => World;
}

/** A permission that a request needed, or asked about. */
export interface Need {
  /** `METHOD /path` */
  readonly line: string;
  /** Who called, as policies name them. */
  readonly principal: string;
  readonly permission: string;
}

/** The routes of one running simulator. */
export function controlRoutes(controls: Controls): Route[] {
  return [
    { on: 'GET /_simulator/world', handle: () => ({ status: 200, body: shown(controls.world) }) },
    { on: 'GET /_simulator/needs', handle: () => ({ status: 200, body: controls.needs }) },
    {
      on: 'GET /_simulator/journal',
      handle: ({ query }) => ({ status: 200, body: controls.journal.slice(Number(query.get('since') ?? 0)) }),
    },
    {
      on: 'DELETE /_simulator/journal',
      handle: () => {
        controls.journal.length = 0;
        controls.needs.length = 0;
        return { status: 204 };
      },
    },
    { on: 'POST /_simulator/faults', handle: (request) => addFaults(request, controls) },
    { on: 'POST /_simulator/answers', handle: (request) => addAnswers(request, controls.answers) },
    {
      on: 'POST /_simulator/age',
      handle: async (request, context) => {
        const seconds = record(request.body)['seconds'];
        if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw invalid('seconds must be a number.');
        await passTime(seconds * 1000, context);
        return { status: 200, body: {} };
      },
    },
    { on: 'POST /_simulator/change', handle: (request) => changeWorld(request, controls) },
    ...ofServices(controls),
    ...keepingRoutes(controls),
    {
      on: 'POST /_simulator/reset',
      handle: () => {
        controls.world = controls.makeWorld();
        controls.journal.length = 0;
        controls.needs.length = 0;
        controls.faults.length = 0;
        controls.answers.length = 0;
        return { status: 200, body: {} };
      },
    },
  ];
}

/** The world, with the parts that their services show otherwise. */
function shown(world: World): Record<string, unknown> {
  const parts = services.flatMap(({ state, show }) =>
    state === undefined || show === undefined ? [] : [[state.key, show(world)] as const],
  );
  return { ...world, ...Object.fromEntries(parts) };
}

/** What a service lets be prepared in it. */
function ofServices(controls: Controls): Route[] {
  const known = services.flatMap((service) => Object.entries(service.controls ?? {}));
  return known.map(([name, prepare]) => ({
    on: `POST /_simulator/${name}`,
    handle: async ({ body }, context) => ({
      status: 200,
      body: (await prepare(controls.world, body, context)) ?? {},
    }),
  }));
}

/** What no API of this world changes: each service says what of it can be. All is known before any is changed. */
function changeWorld(request: Request, { world }: Controls): Reply {
  const known = new Map(services.flatMap((service) => Object.entries(service.changes ?? {})));
  const changes = Object.entries(record(request.body)).map(([name, value]) => {
    const change = known.get(name);
    if (change === undefined)
      throw google(
        400,
        'INVALID_ARGUMENT',
        `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
      );
    return () => change(world, value);
  });
  for (const change of changes) change();
  return { status: 200, body: {} };
}

function addFaults(request: Request, controls: Controls): Reply {
  const given = Array.isArray(request.body)
    ? list(request.body)
    : list(record(request.body)['faults'] ?? [request.body]);
  for (const one of given) {
    const { on, do: what, times } = record(one);
    if (text(on) === undefined || !FAULTS.includes(what as FaultKind))
      throw invalid(`A fault is {on: "METHOD /path", do: ${FAULTS.join(' | ')}, times}.`);
    controls.faults.push({ on: String(on), do: what as FaultKind, times: typeof times === 'number' ? times : 1 });
  }
  return { status: 200, body: {} };
}
