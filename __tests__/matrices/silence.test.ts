import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { errorsIn, readable } from '../../harness/log.ts';
import { startSimulation } from '../../harness/simulation.ts';
import { stageOn } from '../../harness/stage.ts';
import { SECRET } from '../action/homes.ts';
import { toSegment } from '../action/segment-world.ts';

/**
 * Services that take requests and never answer, one at a time: the run ends within three minutes, whatever hangs on them, and
 * says which service it is. What is only asked for a hint is done without.
 */
const LIMIT = 180_000;
const GOOGLE = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_';

/** Variable that says where the service is, whether a run can do without it, and what the error calls it. */
const SERVICES: readonly (readonly [string, RegExp | 'a hint'])[] = [
  ['ACTIONS_ID_TOKEN_REQUEST_URL', /GitHub/],
  [`${GOOGLE}STS`, /Security Token Service|STS/],
  [`${GOOGLE}IAMCREDENTIALS`, /IAM/],
  [`${GOOGLE}IAM`, /IAM/],
  [`${GOOGLE}CLOUDRESOURCEMANAGER`, /Resource Manager/],
  [`${GOOGLE}BIGQUERY`, /BigQuery/],
  [`${GOOGLE}SECRETMANAGER`, /Secret Manager/],
  ['GITHUB_API_URL', /GitHub/],
  ['PUBLIC_API_URL', /Segment/],
  [`${GOOGLE}SERVICEUSAGE`, 'a hint'],
  [`${GOOGLE}ORGPOLICY`, 'a hint'],
  [`${GOOGLE}MONITORING`, 'a hint'],
];

const sockets = new Set<Socket>();
let silent: Server;
beforeAll(async () => {
  silent = createServer((socket) => {
    sockets.add(socket.on('error', () => sockets.delete(socket)));
    socket.resume();
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

test.concurrent.each(SERVICES)(
  '%s is silent → the first apply ends in words within three minutes',
  async (variable, words) => {
    const simulation = await startSimulation();
    try {
      const at = stageOn(() => simulation);
      await at.owner('POST', `/v1/${SECRET.replace('/secrets/', '/secrets?secretId=')}`, {
        replication: { automatic: {} },
      });
      const nobody = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
      const { pathname, search } = new URL(simulation.env[variable] ?? '');
      const inputs = {
        ...toSegment(at),
        key_delivery: 'github-secret, secret-manager, segment',
        github_token: simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
        secret_manager_secret: SECRET,
      };
      const { code, milliseconds, stdout } = await at.run(
        { mode: 'apply', ...inputs },
        { env: { [variable]: nobody + pathname.replace(/^\/$/, '') + search } },
      );
      expect({ code, log: code === (words === 'a hint' ? 0 : 1) ? '' : readable(stdout) }).toMatchObject({ log: '' });
      if (words !== 'a hint') expect(errorsIn(stdout).join('\n')).toMatch(words);
      expect(milliseconds).toBeLessThan(LIMIT);
    } finally {
      await simulation.stop();
    }
  },
  2 * LIMIT,
);
