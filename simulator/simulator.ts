import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { environmentOf } from './environment.ts';
import { issuerKey } from './identity/issuer.ts';
import { keyPool } from './iam/key-pool.ts';
import { makeWorld } from './scenario.ts';
import { makeListener } from './server.ts';
import type { Installation } from './server.ts';
import type { World } from './world.ts';

/** As on the command line; everything has a default. */
export interface SimulatorOptions {
  /** 0 = any free port. */
  readonly port?: number;
  /** One of scenario.ts. */
  readonly scenario?: string;
  /** How long every reply is held back. */
  readonly latencyMs?: number;
  /** How long a grant, a key or an account takes to show. */
  readonly lagMs?: number;
  /** Another seed gives other ids, etags and tokens. */
  readonly seed?: number;
}

/** A simulator that listens. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** Variables that point the action, gcloud and bq at it. */
  readonly env: Readonly<Record<string, string>>;
  /** The state as it is now: another object after a reset. */
  readonly world: World;
  close(): Promise<void>;
}

/** Starts it on loopback, and is done once it answers. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, scenario = 'empty', latencyMs = 0, lagMs = 0, seed = 0 } = options;
  const renew = (): World => makeWorld({ scenario, lagMs, seed, now: Date.now() });
  const installation: Installation = { world: renew(), renew, latencyMs, faults: [], journal: [] };
  const server = createServer(makeListener(installation));
  // Longer than any client keeps an idle connection: no request meets a closing one.
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  await Promise.all([
    issuerKey(),
    keyPool.fill(),
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    }),
  ]);
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    env: environmentOf(installation.world, url),
    get world() {
      return installation.world;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
