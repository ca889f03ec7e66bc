import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import MarkdownIt from 'markdown-it';
import { parse } from 'yaml';
import { documents } from '../../scripts/docs.mjs';
import { inputGroups, rowsOf } from '../../src/inputs/schema.ts';
import { stage } from '../../harness/stage.ts';

const at = stage();
const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const action = parse(read('action.yml')) as {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, unknown>;
  runs: { using: string; main: string };
};

describe('what npm run docs writes', () => {
  test.each(['action.yml', 'README.md', 'docs/plan.schema.json', 'docs/sarif-rules.md'])(
    '%s: is what the rows of src say, to the letter',
    async (path) => {
      expect(read(path)).toBe((await documents())[path]);
    },
  );
});

describe('action.yml', () => {
  test('inputs: each is read once, by its row', () => {
    const rows = rowsOf(inputGroups).map(({ input }) => input);
    expect(Object.keys(action.inputs)).toEqual(rows);
    expect(new Set(rows).size).toBe(rows.length);
  });

  test('outputs: exactly those that a run sets', async () => {
    const { outputs } = await at.run({ mode: 'apply' });
    expect([...Object.keys(outputs)].sort()).toEqual(Object.keys(action.outputs).sort());
  });

  test('comment_token: the token of the job, which the runner evaluates', () => {
    expect(action.inputs['comment_token']?.default).toBe('${{ github.token }}');
  });

  test('runs on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });
});

describe('the plan output', () => {
  test('fits its schema in every mode and state', async () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(read('docs/plan.schema.json')) as object);
    const plans: string[] = [];
    const take = async (inputs: Record<string, string>): Promise<void> => {
      plans.push((await at.run(inputs)).outputs['plan'] ?? '');
    };
    await take({ mode: 'plan' });
    await take({ mode: 'apply' });
    await take({ mode: 'check', access_mode: 'full' });
    await take({ mode: 'check', location: 'US' });
    await at.simulation.faults([{ on: 'GET /bigquery/', do: 'deny' }]);
    await take({ mode: 'plan' });
    await take({ mode: 'destroy', delete_dataset: 'true' });
    await take({
      mode: 'plan',
      access_mode: 'scoped',
      source_datasets: 'shop',
      impersonators: 'user:eve@acme.example',
    });
    await take({ mode: 'plan', key_lifetime_days: '30', secret_scope: 'environment:production', prune: 'true' });
    for (const plan of plans) {
      const value: unknown = JSON.parse(plan);
      expect({ valid: validate(value), errors: validate.errors }).toEqual({ valid: true, errors: null });
    }
  });
});

describe('the job summary', () => {
  test('says the verdict first, in a table that survives hostile text', async () => {
    const evil = 'a|b`c<img src=x onerror=alert(1)>[x](http://x)\\';
    await at.run({ mode: 'apply' });
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [
        ...policy.bindings,
        {
          role: 'roles/bigquery.user',
          members: ['serviceAccount:segment-reverse-etl@acme-analytics.iam.gserviceaccount.com'],
          condition: { title: evil, expression: 'true' },
        },
      ],
    }));
    const { summary } = await at.run({ mode: 'check' });
    const html = new MarkdownIt({ html: true }).render(summary);
    expect(html).toMatch(
      /^<h2>❌ Segment Reverse ETL on BigQuery: check of acme-analytics<\/h2>\s*<p><strong>Drift: 1 changed/,
    );
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<a ');
    expect(html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')).toContain(evil);
    const rows = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => (row?.match(/<t[hd]>/g) ?? []).length);
    expect(new Set(rows)).toEqual(new Set([5, 3, 2]));
  });
});

describe('the workflows of this repository and of the README', () => {
  const workflows = [
    read('.github/workflows/ci.yml'),
    ...[...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? ''),
  ];
  test.each(workflows)('parse, pin every action, and set out from no permissions', (text) => {
    const parsed: unknown = parse(text);
    for (const [, use] of text.matchAll(/uses: (\S+)/g)) expect(use).toMatch(/@([0-9a-f]{40}|COMMIT_SHA)$/);
    if (Array.isArray(parsed)) return;
    expect(parsed).toMatchObject({ permissions: {} });
  });

  test('give the action only inputs that it has', () => {
    for (const text of workflows) {
      const jobs = (parse(text) as { jobs?: Record<string, { steps: { uses?: string; with?: object }[] }> }).jobs ?? {};
      for (const step of Object.values(jobs).flatMap(({ steps }) => steps)) {
        if (step.uses?.includes('segment-reverse-etl-bigquery') !== true) continue;
        for (const name of Object.keys(step.with ?? {})) expect(Object.keys(action.inputs)).toContain(name);
      }
    }
  });
});
