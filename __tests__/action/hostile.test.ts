import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { attack } from '../../harness/hostile-text.ts';
import { mapTexts, startRewriting } from '../../harness/rewriting-proxy.ts';
import type { RewritingProxy } from '../../harness/rewriting-proxy.ts';
import type { ActionResult } from '../../harness/run-action.ts';
import { runnerView } from '../../harness/runner-view.ts';
import { PROJECT, stage } from '../../harness/stage.ts';
import { outputRows } from '../../src/inputs/outputs.ts';
import { modes } from '../../src/inputs/modes.ts';
import type { Mode } from '../../src/inputs/modes.ts';
import { inputGroups, rowsOf } from '../../src/inputs/schema.ts';

/** Nothing that others write speaks: not to the runner, not to GitHub's pages, whatever field it comes through. */
const at = stage();
let proxy: RewritingProxy;
beforeAll(async () => {
  proxy = await startRewriting(at.simulation.url, at.simulation.env);
});
beforeEach(() => {
  proxy.rewrite = () => undefined;
});
afterAll(async () => {
  await proxy.stop();
});

const allModes = Object.keys(modes) as Mode[];
const COMMANDS = ['add-mask', 'debug', 'warning', 'error', 'group', 'endgroup'];
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const markdown = new MarkdownIt({ html: true, linkify: true });
const decode = (html: string): string =>
  html.replace(/&#(\d+);/g, (_all, number: string) => String.fromCodePoint(Number(number)));

/** What GitHub looks through once Markdown is rendered: tags of others, links, mentions, issues. */
function expectInertPage(page: string): void {
  const html = markdown.render(page.replace(/```mermaid[\s\S]*?```/g, ''));
  const links = [...html.matchAll(/<a [^>]*>/g)].map(([tag]) => decode(tag));
  expect(links.filter((tag) => !/\/actions\/runs\/\d+"/.test(tag))).toEqual([]);
  expect(html).not.toMatch(/<(?:img|script|iframe)/);
  const looked = decode(html.replace(/<code>[\s\S]*?<\/code>/g, ' ').replace(/<[^>]*>/g, ' '));
  expect(looked).not.toMatch(/(?:^|\W)@acme|(?:^|\W)#1\b|www\.evil|:\/\/evil/);
}

/** What may be printed, set and shown, whatever anybody wrote. */
function expectInert(result: ActionResult): void {
  const { stdout, stderr, outputs, summary } = result;
  const view = runnerView(stdout);
  expect(view).toMatchObject({ stopped: undefined, outputs: {} });
  expect(view.commands.filter(({ name }) => !COMMANDS.includes(name))).toEqual([]);
  expect(view.commands.filter(({ properties }) => Object.keys(properties).length > 0)).toEqual([]);
  // A mask is whatever is masked.
  expect(
    view.commands.filter(({ data, name }) => (UNSEEN.test(data) && name !== 'add-mask') || data.includes('\n')),
  ).toEqual([]);
  for (const mask of view.masks) expect(mask.length).toBeGreaterThanOrEqual(16);
  expect(view.masks.filter((mask) => mask.startsWith('in sync'))).toEqual([]);
  expect(UNSEEN.exec(stdout.replace(/^::add-mask::[^\n]*$/gm, ''))).toBeNull();
  expect(stderr).toBe('');
  expect(Object.keys(outputs).filter((name) => !(name in outputRows))).toEqual([]);
  const { key, plan, result: ending = '' } = outputs;
  expect(ending).toMatch(/^(?:unchanged|changed|drift|failed)$/);
  if (plan !== undefined) {
    expect(runnerView(plan).commands).toEqual([]);
    expect(UNSEEN.exec(plan)).toBeNull();
    JSON.parse(plan);
  }
  if (key !== undefined) {
    const { private_key: pem } = JSON.parse(key) as { private_key: string };
    const shown = view.log + summary;
    for (const line of pem.split('\n').filter((one) => one.length > 16)) expect(shown).not.toContain(line);
    // Masked where it stands, and before anything else is printed of it.
    const [first] = stdout.split('\n').filter((line) => line.includes(pem.split('\n')[1] ?? ''));
    expect(first).toMatch(/^::add-mask::/);
  }
  expectInertPage(summary);
}

const SERVICES: Readonly<Record<string, RegExp>> = {
  iam: /^\/v1\/(?:projects\/[^/]+\/(?:serviceAccounts|roles)|permissions)/,
  cloudresourcemanager: /^\/v[13]\/projects\/[^/:]+(?::|$)/,
  bigquery: /^\/bigquery\/v2\//,
  iamcredentials: /:generateAccessToken$/,
  sts: /^\/v1\/token$/,
  oauth2: /^\/token$/,
  oidc: /^\/_runner\//,
  serviceusage: /\/services(?:[/:]|$)/,
  secretmanager: /\/secrets\//,
  orgpolicy: /^\/v2\/projects\/[^/]+\/policies/,
  github: /^\/(?:repos|orgs|graphql)/,
};
const toEverywhere = {
  key_delivery: 'output, github-secret, secret-manager',
  secret_manager_secret: `projects/${PROJECT}/secrets/segment-key`,
};
const inputsOf = (mode: Mode): Record<string, string> => ({
  mode,
  patience_minutes: '0',
  adopt: 'true',
  proof_tables: 'shop.orders',
  github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
});

/** Runs it through the proxy. */
const run = (
  inputs: Record<string, string>,
  more: { event?: unknown; env?: Record<string, string> } = {},
): ReturnType<typeof at.run> =>
  at.run(inputs, {
    ...more,
    env: { ...proxy.env, RUNNER_DEBUG: '1', GITHUB_RUN_ID: '1', GITHUB_SERVER_URL: 'https://github.com', ...more.env },
  });

/** Names of fields that hold text of others; together where a run goes on in spite of them. */
const FIELDS: readonly (readonly string[])[] = [
  ['title', 'expression', 'description', 'displayName'],
  ['members', 'userByEmail', 'groupByEmail', 'domain', 'specialGroup', 'iamMember'],
  ['role', 'includedPermissions', 'stage'],
  ['datasetId', 'tableId', 'friendlyName', 'id'],
  ['location', 'defaultCollation', 'defaultRoundingMode'],
  ['keyOrigin', 'keyType', 'disableReason', 'validAfterTime'],
  ['name'],
  ['email', 'uniqueId', 'projectId'],
  ['etag'],
  ['privateKeyData'],
  ['accessToken', 'access_token', 'value'],
  ['login', 'body', 'key_id', 'visibility', 'updated_at'],
];

/** What reads most and what writes most meets everything, one by one; the others what they share with these, together. */
const isThorough = (mode: Mode): boolean => mode === 'check' || mode === 'rotate';
const servicesFor = (mode: Mode): string[] =>
  Object.keys(SERVICES).filter((name) => isThorough(mode) || ['iam', 'cloudresourcemanager', 'sts'].includes(name));
const fieldsFor = (mode: Mode): readonly (readonly string[])[] =>
  isThorough(mode) ? FIELDS : [FIELDS.slice(0, 4).flat(), FIELDS.slice(4, 8).flat()];

describe.each(allModes)('mode %s', (mode) => {
  test.each(servicesFor(mode))('whatever %s answers as an error → stays text', async (service) => {
    proxy.rewrite = ({ path }) =>
      SERVICES[service]?.test(path) === true ? { status: 403, body: refusal(service) } : undefined;
    expectInert(await run({ ...inputsOf(mode), ...toEverywhere }));
  });

  test.each(fieldsFor(mode).map((keys) => [keys.join(', '), keys] as const))(
    'whatever stands in %s → stays text',
    async (_names, keys) => {
      await at.run({ mode: 'apply', verify: 'false' });
      proxy.rewrite = ({ path, status, body }) => ({
        status,
        body: path.startsWith('/_runner/')
          ? body
          : mapTexts(body, (text, key) => (keys.includes(key) ? `${text} ${attack(key)}` : text)),
      });
      expectInert(await run({ ...inputsOf(mode), key_overlap_days: '1' }));
    },
  );
});

/** As every service spells an error, with text of others wherever there can be some. */
function refusal(service: string): unknown {
  const words = attack(service);
  return {
    message: words,
    error:
      service === 'sts' || service === 'oauth2'
        ? words
        : {
            ...{ code: 403, status: words, message: `service account policy tag "${words}" Table p:d.t ${words}` },
            errors: [{ reason: words, message: words, domain: words }],
            details: [
              {
                '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
                reason: words,
                metadata: { service: words, consumer: `projects/${words}`, permission: words },
              },
            ],
          },
    error_description: words,
    errors: [{ message: words }],
  };
}

describe('a pull request', () => {
  const event = {
    pull_request: {
      number: 7,
      head: { repo: { full_name: 'acme/data-platform' } },
      base: { repo: { full_name: 'acme/data-platform' } },
    },
  };
  const token = (): string => at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
  const comments = async (): Promise<string[]> => {
    const { body } = await at.simulation.asOwner('GET', '/repos/acme/data-platform/issues/7/comments');
    return (body as { body: string }[]).map((one) => one.body);
  };

  test.each(['plan', 'check'])(
    '%s: names and words of others → make no mention, link or tag in the comment',
    async (mode) => {
      proxy.rewrite = () => undefined;
      await at.run({ mode: 'apply', verify: 'false' });
      for (const keys of FIELDS.slice(0, 5)) {
        proxy.rewrite = ({ path, status, body }) => ({
          status,
          body: /^\/(?:repos|graphql)/.test(path)
            ? body
            : mapTexts(body, (text, key) => (keys.includes(key) ? `${text} ${attack(key)}` : text)),
        });
        const inputs = { ...inputsOf(mode as Mode), comment_token: token(), comment: 'always', sarif_file: 'a.sarif' };
        const result = await run(inputs, { event, env: { GITHUB_EVENT_NAME: 'pull_request' } });
        expectInert(result);
        expect(UNSEEN.exec(result.files['a.sarif'] ?? '')).toBeNull();
        const [comment = ''] = await comments();
        expect(comment).toContain('segment-reverse-etl-bigquery');
        expectInertPage(comment);
      }
    },
  );

  test("somebody else's comment with our marker → is nobody's but theirs", async () => {
    const marker = `<!-- segment-reverse-etl-bigquery ${PROJECT}/segment-reverse-etl -->`;
    const forged = `${marker}\n\nAll is well. ${attack('comment')}`;
    await at.simulation.asOwner('POST', '/repos/acme/data-platform/issues/7/comments', { body: forged });
    const inputs = { ...inputsOf('plan'), comment_token: token() };
    expectInert(await run(inputs, { event, env: { GITHUB_EVENT_NAME: 'pull_request' } }));
    const [first, second, ...others] = await comments();
    expect(first).toBe(forged);
    expect(second).toContain(marker);
    expect(others).toEqual([]);
    await run(inputs, { event, env: { GITHUB_EVENT_NAME: 'pull_request' } });
    expect(await comments()).toHaveLength(2);
  });
});

describe('what a workflow gives', () => {
  test('any text as any input → stays text', async () => {
    for (const { input } of rowsOf(inputGroups)) {
      const result = await run({ ...inputsOf('plan'), [input]: attack(input) });
      expectInert(result);
    }
  });

  test.each([
    [
      'an environment',
      { key_delivery: 'github-secret', secret_scope: `environment:x##[stop-commands]y @acme/everyone` },
    ],
    ['an audience', { audience: attack('audience') }],
    ['an impersonator', { impersonators: 'principalSet://x/##[stop-commands]y @acme/everyone www.evil.example' }],
    ['a path', { sarif_file: 'a##[stop-commands]b @acme/everyone' }],
  ])('%s that may be any text → stays text', async (_name, inputs) => {
    expectInert(await run({ ...inputsOf('plan'), ...inputs }));
  });

  test('the names of repository, workflow, actor and branch → stay text', async () => {
    const text = 'x##[stop-commands]y';
    await at.simulation.claims({ sub: `repo:acme/data-platform:ref:refs/heads/${attack('branch')}` });
    const env = {
      ...{ GITHUB_ACTOR: text, GITHUB_WORKFLOW_REF: `acme/x/.github/workflows/${text}.yml@main`, GITHUB_REF: text },
      ...{ GITHUB_REPOSITORY: `acme/${text}`, GITHUB_SERVER_URL: 'https://x"><img src=x>' },
    };
    const { service_account: _none, ...inputs } = { service_account: '', ...inputsOf('apply') };
    expectInert(await run({ ...inputs, key_delivery: 'github-secret' }, { env }));
  });
});
