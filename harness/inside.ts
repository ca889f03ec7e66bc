/**
 * The action and its world in this process, in a time of their own: thousands of runs in minutes. Still over real HTTP, with
 * the real clients. Each run has an address of its own, so that every request can be told, held, disturbed, or be its last.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { main } from '../src/main.ts';
import { publishFailure } from '../src/report/publish.ts';
import { readEvent } from '../src/runner/event.ts';
import { oidcToken } from '../src/runner/oidc-token.ts';
import type { Runner } from '../src/runner/runner.ts';
import { Secret } from '../src/secret.ts';
import type { Clock } from '../src/time.ts';
import type { Controls } from '../simulator/control.ts';
import { environmentOf } from '../simulator/environment.ts';
import { answerWith, receive } from '../simulator/server.ts';
import { recycleKeyPairs } from '../simulator/iam/key-pairs.ts';
import { startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator.ts';
import { installOwnClones } from './own-clones.ts';
import { askAs, ownerOf } from './owner.ts';
import type { Ask, Owner } from './owner.ts';
import { isWrite, signInInputs } from './simulation.ts';
import { follow, hasArrived, isAnswered, takeTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { installVirtualTime, pass } from './virtual-time.ts';

/** A request of a run that is about to be answered. */
export interface Passing {
  /** From 1. */
  readonly number: number;
  /** `METHOD path` */
  readonly line: string;
  readonly isWrite: boolean;
}

/** What becomes of a request: answered; left unanswered, before or after it took effect; or it is the run's last. */
export type Way = 'pass' | 'reset' | 'lose-reply' | 'kill';

/** Who stands between a run and the world. */
export interface Gate {
  /** Before the request reaches the world; what it waits for, the run waits for. */
  readonly before?: (passing: Passing) => Promise<Way>;
  /** After it has, and before the run knows. */
  readonly after?: (passing: Passing, status: number | undefined) => void;
  /** Told of the output `key` as soon as it is set. */
  readonly onKey?: (file: string) => void;
}

/** What came of a run. */
export interface InsideResult {
  /** null when it was killed. */
  readonly code: 0 | 1 | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly sent: readonly Passing[];
}

/** A world, and runs in it. */
export interface Inside extends Owner {
  readonly controls: Controls;
  readonly env: Readonly<Record<string, string>>;
  readonly owner: Ask;
  readonly run: (inputs: Readonly<Record<string, string>>, gate?: Gate) => Promise<InsideResult>;
  readonly age: (seconds: number) => Promise<void>;
  /** The world as it is, to be put back any number of times. */
  readonly keep: () => Controls['world'];
  readonly restore: (world: Controls['world']) => void;
  readonly close: () => Promise<void>;
}

/** Many more than an account has keys, so that no two of its keys are the same. */
const PAIRS = 48;

/** What a request takes in virtual time, in milliseconds. */
const REQUEST_TAKES = 20;

/**
 * Time is virtual in this process from now on.
 *
 * @param order - from 0 to 1, below 1: which of the requests that are there at once is answered first; else the one that came first
 */
export async function openInside(options: Partial<SimulatorOptions> = {}, order?: () => number): Promise<Inside> {
  installVirtualTime();
  installOwnClones();
  recycleKeyPairs(PAIRS);
  const simulator = await startSimulator(options);
  const { controls, env, url } = simulator;
  const turns = takeTurns(order);
  const leave = follow(new URL(url).host);
  const control = async (method: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const isGitHub = /^\/(repos|orgs)\//.test(path);
    const token = (isGitHub ? env['SIMULATOR_GITHUB_TOKEN'] : env['SIMULATOR_OWNER_TOKEN']) ?? '';
    const reply = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const owner = askAs(control);
  return {
    ...ownerOf(owner),
    ...{ controls, env, owner },
    run: (inputs, gate = {}) => perform({ controls, turns }, inputs, gate),
    age: async (seconds) => {
      await control('POST', '/_simulator/age', { seconds });
    },
    keep: () => structuredClone(controls.world),
    restore: (world) => {
      controls.world = structuredClone(world);
      controls.faults.length = 0;
    },
    close: () => {
      leave();
      return simulator.close();
    },
  };
}

const NEVER = new Promise<never>(() => undefined);

/** Where a run is. */
interface Place {
  readonly controls: Controls;
  readonly turns: Turns;
}

/** Whether it is over with a run. */
interface Life {
  isDead: boolean;
}

/** One run, from its first request to its end, or to its death. */
async function perform(place: Place, inputs: Readonly<Record<string, string>>, gate: Gate): Promise<InsideResult> {
  const { controls, turns } = place;
  const life = { isDead: false };
  const sent: Passing[] = [];
  let die = (): void => undefined;
  const death = new Promise<'killed'>((resolve) => {
    die = () => resolve('killed');
  });
  const server = serverOf(place, { name: turns.name(), life, sent, gate, die: () => die() });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const leave = follow(host);
  const env = { ...environmentOf(`http://${host}`, controls.world), ...RUNNER_ENV };
  const given = { location: 'EU', patience_minutes: '0.2', ...signInInputs(env), ...inputs };
  const told = runnerOf(env, given, (file) => gate.onKey?.(file));
  const ended = await Promise.race([story(told, clockOf(life, turns)), death]);
  life.isDead = true; // What it asks from now on, it does not wait for.
  server.close();
  server.closeAllConnections();
  await turns.quiet(); // Until it has seen that.
  leave();
  return { code: ended === 'killed' ? null : told.failed() ? 1 : 0, ...told.result(), sent };
}

interface Serving {
  /** Of two runs that ask the same, it tells them apart. */
  readonly name: string;
  readonly life: Life;
  readonly sent: Passing[];
  readonly gate: Gate;
  readonly die: () => void;
}

/** The world, as one run comes to it. */
function serverOf({ controls, turns }: Place, { name, life, sent, gate, die }: Serving): Server {
  const answer = answerWith(controls);
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const received = await receive(incoming);
    const method = received.method;
    const path = decodeURIComponent(received.path);
    const line = `${method} ${path}`;
    hasArrived(incoming);
    if (!life.isDead) await turns.request(`${line} ${received.raw} ${name}`);
    if (life.isDead) return; // Whoever is dead gets no answer.
    // All queries of the action are dry runs.
    const passing = { number: sent.length + 1, line, isWrite: isWrite({ method, path }) && !path.endsWith('/queries') };
    sent.push(passing);
    const way = (await gate.before?.(passing)) ?? 'pass';
    const reply = await turns.alone(async () => {
      pass(REQUEST_TAKES);
      return way === 'reset' ? undefined : answer(received);
    });
    gate.after?.(passing, reply?.status);
    if (way === 'kill') {
      life.isDead = true;
      return die();
    }
    isAnswered(incoming);
    if (way === 'pass' && reply !== undefined) reply.send(outgoing);
    else incoming.socket.destroy();
  };
  return createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy()); // Whoever began to ask has gone.
  });
}

async function story({ runner }: Told, clock: Clock): Promise<'over'> {
  try {
    await main(runner, clock);
  } catch (error) {
    await publishFailure(runner, error);
  }
  return 'over';
}

/** Waiting moves the time on for everybody. Whoever is dead waits for ever. */
function clockOf(life: Readonly<Life>, turns: Turns): Clock {
  return {
    now: () => Date.now(),
    sleep: async (milliseconds) => {
      if (!life.isDead) await turns.sleep(milliseconds);
      if (life.isDead) await NEVER;
    },
  };
}

const RUNNER_ENV = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'workflow_dispatch' };

interface Told {
  readonly runner: Runner;
  readonly failed: () => boolean;
  readonly result: () => Pick<InsideResult, 'log' | 'outputs' | 'summary'>;
}

/** A runner that keeps what it is told. */
function runnerOf(
  env: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  onKey: (file: string) => void,
): Told {
  const lines: string[] = [];
  const outputs: Record<string, string> = {};
  let summary = '';
  let hasFailed = false;
  const say = (line: string): void => void lines.push(line);
  const runner: Runner = {
    env,
    event: readEvent(env, {}),
    input: (name) => inputs[name] ?? '',
    idToken: (audience) => {
      const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = '' } = env;
      return oidcToken({ url, token }, audience);
    },
    onStop: () => undefined,
    leave: () => undefined,
    mask: () => undefined,
    whyNoOutputs: () => undefined,
    output: (name, value) => {
      const text = value instanceof Secret ? value.reveal() : value;
      outputs[name] = text;
      if (name === 'key' && text !== '') onKey(text);
    },
    log: {
      say,
      trace: () => undefined,
      isTracing: false,
      group: (title, work) => {
        say(title);
        return work();
      },
      warn: (message) => say(`::warning::${message}`),
      error: (message) => say(`::error::${message}`),
      fail: (message) => {
        hasFailed = true;
        say(`::error::${message}`);
      },
      annotate: ({ level, message }) => say(`::${level}::${message}`),
    },
    writeSummary: (markdown) => {
      summary += markdown;
      return Promise.resolve();
    },
    writeFile: () => Promise.resolve(),
  };
  return { runner, failed: () => hasFailed, result: () => ({ log: lines.join('\n'), outputs, summary }) };
}
