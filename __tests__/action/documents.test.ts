import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { documents } from '../../scripts/docs.mjs';
import { inputGroups, rowsOf } from '../../src/inputs/schema.ts';
import { layOut } from '../../harness/models-folder.ts';
import { PROJECT, stage } from '../../harness/stage.ts';

const at = stage();
const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const action = parse(read('action.yml')) as {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, unknown>;
  runs: { using: string; main: string };
};

describe('what npm run docs writes', () => {
  test.each([
    ...['action.yml', 'README.md', 'docs/plan.schema.json', 'docs/config.schema.json', 'docs/reference.md'],
    ...['docs/sarif-rules.md', 'docs/set-up-identities.md'],
    ...['permissions/provisioner.yaml', 'permissions/set-up.sh'],
  ])('%s: is what the rows of src say, to the letter', async (path) => {
    expect(read(path)).toBe((await documents())[path]);
  });
});

describe('action.yml', () => {
  test('inputs: each is read once, by its row', () => {
    const rows = rowsOf(inputGroups).map(({ input }) => input);
    expect(Object.keys(action.inputs)).toEqual(rows);
    expect(new Set(rows).size).toBe(rows.length);
  });

  test('comment_token: the token of the job, which the runner evaluates', () => {
    expect(action.inputs['comment_token']?.default).toBe('${{ github.token }}');
  });

  test('runs on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });
});

describe('a run', () => {
  test('outputs: apply, and a check that cannot read everything → those of action.yml, and plans that fit their schema', async () => {
    const only = { project_id: PROJECT, location: 'EU', models: ['models.yml'] };
    const file = JSON.stringify({ version: 1, targets: { only } });
    const prepare = (workspace: string): void => layOut(workspace, { 'models.yml': 'models: []', 'targets.yml': file });
    const inputs = { mode: 'apply', config_file: 'targets.yml', project_id: '', location: '' };
    const { outputs } = await at.run(inputs, { prepare });
    expect([...Object.keys(outputs)].sort()).toEqual(Object.keys(action.outputs).sort());
    await at.simulation.faults([{ on: 'GET /bigquery/', do: 'deny' }]);
    const check = await at.run({ mode: 'check', access_mode: 'full', impersonators: 'user:eve@acme.example' });
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(read('docs/plan.schema.json')) as object);
    for (const { plan = '' } of [outputs, check.outputs]) {
      const value: unknown = JSON.parse(plan);
      expect({ valid: validate(value), errors: validate.errors }).toEqual({ valid: true, errors: null });
    }
  });
});

describe('the workflows of this repository and of its documents', () => {
  const pages = readdirSync(new URL('../../docs/', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const workflows = [
    read('.github/workflows/ci.yml'),
    ...['README.md', ...pages].flatMap((page) =>
      [...read(page).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? ''),
    ),
  ];
  test.each(workflows)('workflow: parses, pins every action, and sets out from no permissions', (text) => {
    const parsed: unknown = parse(text);
    for (const [, use] of text.matchAll(/uses: (\S+)/g)) expect(use).toMatch(/@([0-9a-f]{40}|COMMIT_SHA)$/);
    // Steps, a file of targets, a job of GitLab: no workflow.
    if (typeof parsed !== 'object' || parsed === null || !('jobs' in parsed)) return;
    expect(parsed).toMatchObject({ permissions: {} });
  });

  test('workflows: what they give the action → inputs that it has', () => {
    for (const text of workflows) {
      const jobs =
        (parse(text) as { jobs?: Record<string, { steps?: { uses?: string; with?: object }[] }> }).jobs ?? {};
      for (const step of Object.values(jobs).flatMap(({ steps = [] }) => steps)) {
        if (step.uses?.includes('segment-reverse-etl-bigquery') !== true) continue;
        for (const name of Object.keys(step.with ?? {})) expect(Object.keys(action.inputs)).toContain(name);
      }
    }
  });
});
