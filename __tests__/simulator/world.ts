import { afterAll, beforeAll, beforeEach, jest } from '@jest/globals';
import { projectOf } from '../../simulator/directory/projects.ts';
import type { World } from '../../simulator/engine/world.ts';
import { identityState } from '../../simulator/identity/state.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import type { RunningSimulator, SimulatorOptions } from '../../simulator/simulator.ts';

export const PROJECT = 'acme-analytics';
export const DATASETS = `/bigquery/v2/projects/${PROJECT}/datasets`;
export const OWNER = 'user:owner@acme.example';

/** What a request may have besides its body. */
export interface Extras {
  /** `serviceAccount:…`, `user:…` or `principal://…`; the project's owner by default. */
  readonly as?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  /** `CODE reason message` of a refusal by Google, else the code. */
  readonly said: string;
}

/** A simulator in this process, begun anew before each test. Its clock is not the machine's: each request takes a millisecond. */
export interface Lab {
  readonly world: World;
  readonly env: Readonly<Record<string, string>>;
  send(on: string, body?: unknown, extras?: Extras): Promise<Answer>;
  /** As if so many seconds had passed. */
  age(seconds: number): Promise<void>;
  /** A service account of the project; returns its e-mail. */
  account(id: string): Promise<string>;
}

/** All that jest can fake but the date: requests go over real sockets. */
const REAL = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

export function lab(options: Partial<SimulatorOptions> = {}): Lab {
  let simulator: RunningSimulator;
  beforeAll(async () => {
    jest.useFakeTimers({ doNotFake: [...REAL] });
    simulator = await startSimulator({ scenario: 'every-api', ...options });
  });
  beforeEach(async () => {
    await fetch(`${simulator.url}/_simulator/reset`, { method: 'POST' });
  });
  afterAll(async () => {
    await simulator.close();
    jest.useRealTimers();
  });
  const send: Lab['send'] = async (on, body, { as = OWNER, token, headers } = {}) => {
    const [method = '', path = ''] = on.split(' ');
    jest.setSystemTime(Date.now() + 1);
    const { world } = simulator.controls;
    const owner = identityState(world).tokens[simulator.env['SIMULATOR_OWNER_TOKEN'] ?? ''];
    if (owner === undefined) throw new Error('the world has no owner');
    // Whoever calls belongs to the project, so that it counts whether an API is on there.
    const consumerProject = projectOf(world, PROJECT)?.projectNumber ?? '';
    identityState(world).tokens[`token of ${as}`] = { ...owner, principal: as, consumerProject };
    const response = await fetch(`${simulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token ?? `token of ${as}`}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
    const error = parsed['error'] as { message: string; errors?: { reason: string }[] } | undefined;
    const said = [response.status, error?.errors?.[0]?.reason, error?.message].filter((part) => part !== undefined);
    return { status: response.status, headers: response.headers, body: parsed, said: said.join(' ') };
  };
  return {
    get world() {
      return simulator.controls.world;
    },
    get env() {
      return simulator.env;
    },
    send,
    age: async (seconds) => {
      await fetch(`${simulator.url}/_simulator/age`, { method: 'POST', body: JSON.stringify({ seconds }) });
    },
    account: async (accountId) => {
      await send(`POST /v1/projects/${PROJECT}/serviceAccounts`, { accountId });
      return `${accountId}@${PROJECT}.iam.gserviceaccount.com`;
    },
  };
}
