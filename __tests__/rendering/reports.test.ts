import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startBrowser } from '../../harness/markdown-page.ts';
import type { Seen, Shower, View } from '../../harness/markdown-page.ts';
import { MEMBER, PROJECT, stage } from '../../harness/stage.ts';
import { INPUTS, drift, makeDatasets } from '../../harness/drifting-source.ts';
import { findBrowser } from '../../harness/tools.ts';

/** What people read, as GitHub shows it, in a real browser. */
const at = stage();
const path = findBrowser();
// Where it is missing, `npm test` says that this was left out.
const describeHere = path === undefined ? describe.skip : describe;

let browser: Shower | undefined;
beforeAll(async () => {
  if (path !== undefined) browser = await startBrowser(path);
});
afterAll(async () => {
  await browser?.close();
});

const VIEWS: readonly View[] = [
  { theme: 'light', width: 1012 },
  { theme: 'dark', width: 400 },
];

/** Looks at it in every view; nothing may show that is markup, and nothing may be cut off. */
async function look(markdown: string, pictures = 1): Promise<Seen> {
  let seen: Seen | undefined;
  for (const view of VIEWS) {
    seen = await browser?.show(markdown, view);
    const wideTables = view.width < 600 ? seen?.wideTables : 0; // On a phone, tables scroll.
    expect({ view, ...seen, text: '', height: 0 }).toEqual({
      ...{ view, text: '', height: 0, cutOff: [], complaints: [], pictures, wideTables },
    });
    expect(seen?.text).not.toMatch(/\|\s*-{3}|\*\*|```|<\/?\w+>|&#?\w+;|#\d+;|Syntax error|classDef|linkStyle/);
  }
  return seen ?? { text: '', height: 0, cutOff: [], wideTables: 0, pictures: 0, complaints: [] };
}

const event = {
  pull_request: { number: 7, head: { repo: { full_name: 'a/b' } }, base: { repo: { full_name: 'a/b' } } },
};
async function comment(): Promise<string> {
  const world = (await at.simulation.world()) as {
    gitHub: { repositories: Record<string, { pulls: Record<string, { comments: { body: string }[] }> }> };
  };
  return world.gitHub.repositories['acme/data-platform']?.pulls['7']?.comments[0]?.body ?? '';
}

describeHere('as GitHub shows it', () => {
  test('summary and comment: a first plan, a check in sync, one with drift → whole, with table and diagram', async () => {
    await makeDatasets(at);
    const plan = await look((await at.run({ mode: 'plan', ...INPUTS })).summary);
    expect(plan.text).toContain('missing: READER');
    await at.run({ mode: 'apply', verify: 'false', ...INPUTS });
    const clean = await look((await at.run({ mode: 'check', ...INPUTS })).summary);
    expect(clean.text).toContain('15 access checks as the service account, by impersonation: all passed');
    expect(clean.text).not.toMatch(/surplus:|missing:/);

    await drift(at);
    const token = { comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' };
    const more = { event, env: { GITHUB_EVENT_NAME: 'pull_request' } };
    const check = await at.run({ mode: 'check', ...INPUTS, ...token }, more);
    for (const markdown of [check.summary, await comment()]) {
      const { text } = await look(markdown);
      for (const words of [
        'Drift: 1 missing, 3 surplus',
        'missing: READER',
        'surplus: WRITER',
        'office hours',
        'user:eve@acme.example',
        'surplus: roles/iam.',
        `dataset/${PROJECT}.finance`,
        'Not checked',
      ])
        expect(text).toContain(words);
      expect(text).not.toContain('segment-reverse-etl-bigquery acme');
    }
  });

  test('comment, as wide as a pull request: of a first plan → at most 700 px high; of a clean check → at most 300 px', async () => {
    const height = async (): Promise<number> =>
      (await browser?.show(await comment(), { theme: 'light', width: 780 }))?.height ?? NaN;
    const pull = {
      event,
      env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_RUN_ID: '1', GITHUB_SERVER_URL: 'https://github.com' },
    };
    const always = { comment: 'always', comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' };
    await makeDatasets(at);
    await at.run({ mode: 'plan', ...INPUTS, ...always }, pull);
    expect(await comment()).toMatch(/To set up: \d+ to add/);
    expect(await height()).toBeLessThanOrEqual(700);
    await at.run({ mode: 'apply', verify: 'false', ...INPUTS });
    await at.run({ mode: 'check', ...INPUTS, ...always }, pull);
    expect(await comment()).toContain('In sync. All 15 access checks passed.');
    expect(await height()).toBeLessThanOrEqual(300);
  });

  test('comment as raw text, which mails and terminals show → names as they are, no entities in them', async () => {
    const token = { comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' };
    await at.run({ mode: 'plan', ...token }, { event, env: { GITHUB_EVENT_NAME: 'pull_request' } });
    const [seen = ''] = (await comment()).split('<details>');
    expect(seen).toContain(`plan of ${PROJECT}`);
    expect(seen).toContain('`role/segmentReverseEtl`');
    expect(seen).toContain('`dataset/__segment_reverse_etl`');
    expect(seen).not.toMatch(/&#?\w+;/);
  });

  test('summary: hostile, long or strange names → stay text', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const titles = [
      '"]; click n0 "javascript:alert(1)" --> %%{init: {}}%%',
      '<img src=x onerror=alert(1)> `code` **bold** | cell | end',
      `#quot; \u202e ünïcödé 🔥 ${'very '.repeat(10)}${'long'.repeat(60)}`,
    ];
    await at.setPolicy((policy) => ({
      ...policy,
      bindings: [
        ...policy.bindings,
        ...titles.map((title) => ({
          role: 'roles/editor',
          members: [MEMBER],
          condition: { title, expression: 'true' },
        })),
      ],
    }));
    const { summary } = await at.run({ mode: 'check', verify: 'false' });
    for (const view of VIEWS) {
      const seen = await browser?.show(summary, view);
      expect({ ...seen, text: '', height: 0, wideTables: 0 }).toEqual({
        text: '',
        height: 0,
        cutOff: [],
        wideTables: 0,
        complaints: [],
        pictures: 1,
      });
      for (const title of titles) expect(seen?.text.replace(/\s+/g, '')).toContain(title.replace(/[\s\u202e]+/g, ''));
    }
  });

  test('summary: a run that compared nothing, or could not sign in → neither table nor diagram', async () => {
    const without = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    const stranger = { event: {}, env: { GITHUB_ACTOR: 'dependabot[bot]' }, without };
    const { text } = await look((await at.run({ mode: 'check' }, stranger)).summary, 0);
    expect(text).toContain('so this says nothing about drift');
    await at.simulation.faults([{ on: 'POST /v1/token', do: 'deny', times: 3 }]);
    await look((await at.run({ mode: 'check' })).summary, 0);
  });

  test('summary and comment: 400 differences → folded', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const roles = Array.from({ length: 400 }, (_none, index) => ({
      role: `roles/x${String(index)}.admin`,
      members: [MEMBER],
    }));
    await at.setPolicy((policy) => ({ ...policy, bindings: [...policy.bindings, ...roles] }));
    const token = { comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' };
    const more = { event, env: { GITHUB_EVENT_NAME: 'pull_request' } };
    const check = await at.run({ mode: 'check', verify: 'false', ...token }, more);
    await look(check.summary);
    await look(await comment(), (await comment()).includes('```mermaid') ? 1 : 0);
  });
});
