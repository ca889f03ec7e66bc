import { serviceusage_v1 } from 'googleapis/build/src/apis/serviceusage/v1.js';
import { ApiError } from '../../errors/api-error.ts';
import { expectList } from '../answer.ts';
import { UnreadableAnswer } from '../../errors/unreadable.ts';
import { poll } from '../../time.ts';
import type { Cloud } from './clients.ts';
import { lastPart } from './resource-names.ts';

/** The APIs of the project that is set up, and of no other. */
export interface Services {
  /** Which of these APIs are off; undefined = this identity may not ask. */
  off(services: readonly string[]): Promise<string[] | undefined>;
  /** Enables them, and waits until Service Usage says so. */
  enable(services: readonly string[]): Promise<void>;
}

const PATIENCE = 5 * 60_000;
const PAUSE = 2_000;

export function servicesOf(cloud: Cloud): Services {
  const rootUrl = `${cloud.endpoints.serviceusage}/`;
  const client = new serviceusage_v1.Serviceusage({ ...cloud.clientOptions, rootUrl });
  const parent = `projects/${cloud.projectId}`;
  const send = <T>(what: string, request: () => Promise<{ data: T }>): Promise<T> =>
    cloud.call({ call: `${what} in ${cloud.projectId}`, service: 'serviceusage', repeatable: true }, async () => {
      return (await request()).data;
    });
  const off = async (services: readonly string[]): Promise<string[]> => {
    const names = services.map((service) => `${parent}/services/${service}`);
    const answer = await send('read which APIs are enabled', async () => {
      const { data } = await client.services.batchGet({ parent, names });
      const found = expectList('list of services', data, 'services').services ?? [];
      // Every service that was asked about is answered for, off or on.
      if (found.length < names.length)
        throw new UnreadableAnswer('it is no list of the services that were asked about');
      return { data: found };
    });
    const states = new Map(answer.map(({ name, state }) => [lastPart(name ?? ''), state]));
    return services.filter((service) => states.get(service) !== 'ENABLED');
  };
  return {
    off: async (services) => {
      try {
        return await off(services);
      } catch (error) {
        if (error instanceof ApiError) return undefined;
        throw error;
      }
    },
    enable: async (services) => {
      const requestBody = { serviceIds: [...services] };
      await send(`enable ${services.join(', ')}`, () => client.services.batchEnable({ parent, requestBody }));
      const waiting = { clock: cloud.clock, within: PATIENCE, first: PAUSE, most: PAUSE };
      await poll(waiting, async () => ((await off(services)).length === 0 ? { value: true } : undefined));
    },
  };
}
