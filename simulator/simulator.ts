/** A whole simulator in this process. */
import type { AddressInfo } from 'node:net';
import type { Controls } from './control.ts';
import { quotaOf } from './engine/quota.ts';
import { weatherOf } from './engine/weather.ts';
import type { Forecast } from './engine/weather.ts';
import { environmentOf } from './environment.ts';
import { services } from './registry.ts';
import { makeWorld } from './scenario/scenarios.ts';
import { serve } from './server.ts';

/** As on the command line; times in milliseconds. */
export interface SimulatorOptions extends Forecast {
  readonly port: number;
  readonly scenario: string;
  readonly latency: number;
  readonly seed: number;
  /** Requests per minute and caller; 0 = any number. */
  readonly quota: number;
}

/** A simulator that listens. */
export interface RunningSimulator {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly controls: Controls;
  close(): Promise<void>;
}

/** Listens on loopback. @throws when the scenario or the weather is unknown or the port is taken */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const { port = 0, scenario = 'empty', latency = 0, seed = 0, hurry = 1 } = options;
  for (const { prepare } of services) prepare?.();
  const parts = services.flatMap(({ state }) => state ?? []);
  const apis = services.flatMap((service) => service.apis ?? []);
  const beginning = { weather: weatherOf(options), quota: quotaOf(options.quota ?? 0, hurry), seed, parts, apis };
  const make = (): ReturnType<typeof makeWorld> => makeWorld(scenario, beginning);
  const controls: Controls = {
    world: make(),
    journal: [],
    needs: [],
    faults: [],
    answers: [],
    latency,
    makeWorld: make,
  };
  const server = serve(controls);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    env: environmentOf(url, controls.world),
    controls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
