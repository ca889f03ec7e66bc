import { expect, test } from '@jest/globals';
import { PROJECT, SECRETS_PATH, stage } from '../../harness/stage.ts';

/** Worlds that are put aside, and runs that are played once. */
const at = stage();
const APPLY = { mode: 'apply', verify: 'false', key_delivery: 'github-secret' } as const;
const inputs = (): Record<string, string> => ({
  ...APPLY,
  github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
});
const ids = async (): Promise<string[]> => (await at.keys()).map(({ id }) => id);

test('a world that is taken up again: as it was, with what waited in it, and the journal goes on', async () => {
  await at.simulation.faults([{ on: 'GET /nowhere', do: 'deny', times: 1 }]);
  const since = await at.simulation.lengths();
  const role = { roleId: 'kept', role: { title: 'Kept' } };
  await at.owner('POST', `/v1/projects/${PROJECT}/roles`, role);
  const kept = await at.simulation.keep(since);
  await at.simulation.reset();
  await at.simulation.restore(kept);
  expect(await at.owner('GET', `/v1/projects/${PROJECT}/roles/kept`)).toMatchObject({ title: 'Kept' });
  expect((await at.simulation.asOwner('GET', '/nowhere')).status).toBe(403);
  expect((await at.simulation.journal()).map(({ path }) => path)).toEqual([
    `/v1/projects/${PROJECT}/roles`,
    `/v1/projects/${PROJECT}/roles/kept`,
    '/nowhere',
  ]);
});

test('the same run after the same history: played once, and the world is the one that it left', async () => {
  const first = await at.run(inputs());
  const keys = await ids();
  await at.simulation.reset();
  const again = await at.run(inputs());
  expect(again.outputs).toBe(first.outputs);
  expect(await ids()).toEqual(keys);
  expect(again.sent).toEqual(await at.simulation.journal().then((all) => all.slice(0, again.sent.length)));
  expect((await at.run(inputs())).sent.length).toBeLessThan(first.sent.length);
});

test.each([
  ['other inputs', () => Promise.resolve({ ...inputs(), role_id: 'another' })],
  [
    'a change by hand before it',
    async () => {
      await at.simulation.asOwner('PUT', `${SECRETS_PATH}/variables/X`, {});
      return inputs();
    },
  ],
  [
    'a request of somebody else before it',
    async () => {
      await fetch(`${at.simulation.url}/token`, { method: 'POST' });
      return inputs();
    },
  ],
])('%s: played', async (_what, prepare) => {
  const first = await at.run(inputs());
  await at.simulation.reset();
  expect((await at.run(await prepare())).outputs).not.toBe(first.outputs);
});

test('two runs at once: both are played', async () => {
  const first = await at.run(inputs());
  await at.simulation.reset();
  const both = await Promise.all([at.run(inputs()), at.run(inputs())]);
  expect(both.map(({ outputs }) => outputs === first.outputs)).toEqual([false, false]);
});
