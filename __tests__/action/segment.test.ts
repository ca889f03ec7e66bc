import { expect, test } from '@jest/globals';
import { stage, writes } from '../../harness/stage.ts';

const at = stage('--latency', '0');
const inputs = (): Record<string, string> => ({
  key_delivery: 'segment',
  segment_token: at.simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
});

test('try', async () => {
  const first = await at.run(inputs());
  console.log(first.stdout, first.sent.map(({ method, path, status }) => `${method} ${path} ${String(status)}`).join('\n'));
  console.log(await at.description(), JSON.stringify((await at.simulation.world())['segment'], null, 1).slice(0, 3000));
  const second = await at.run({ ...inputs(), mode: 'apply' });
  console.log(second.stdout, writes(second.sent));
  expect(second.code).toBe(0);
}, 120000);
