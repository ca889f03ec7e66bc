import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { attack } from '../../harness/hostile-text.ts';
import { mapTexts, startRewriting } from '../../harness/rewriting-proxy.ts';
import type { RewritingProxy } from '../../harness/rewriting-proxy.ts';
import type { ActionResult } from '../../harness/run-action.ts';
import { runnerView } from '../../harness/runner-view.ts';
import { PROJECT, stage } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { outputRows } from '../../src/inputs/outputs.ts';
import { modes } from '../../src/inputs/modes.ts';
import type { Mode } from '../../src/inputs/modes.ts';

export const allModes = (Object.keys(modes) as Mode[]).filter((mode) => modes[mode].compares);
const COMMANDS = ['add-mask', 'debug', 'warning', 'error', 'group', 'endgroup'];
export const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const markdown = new MarkdownIt({ html: true, linkify: true });
const decode = (html: string): string =>
  html.replace(/&#(\d+);/g, (_all, number: string) => String.fromCodePoint(Number(number)));

/** What GitHub looks through once Markdown is rendered: tags of others, links, mentions, issues. */
export function expectInertPage(page: string): void {
  const html = markdown.render(page.replace(/```mermaid[\s\S]*?```/g, ''));
  const links = [...html.matchAll(/<a [^>]*>/g)].map(([tag]) => decode(tag));
  // Of ours are the link to the run, and those to what helps.
  const isOurs = (tag: string): boolean =>
    /\/actions\/runs\/\d+"|"https:\/\/github\.com\/OWNER\/[\w-]+\/blob\/v[\d.]+\/docs\/[a-z]+\.md#[\w.-]+"/.test(tag);
  expect(links.filter((tag) => !isOurs(tag))).toEqual([]);
  expect(html).not.toMatch(/<(?:img|script|iframe)/);
  const looked = decode(html.replace(/<code>[\s\S]*?<\/code>/g, ' ').replace(/<[^>]*>/g, ' '));
  expect(looked).not.toMatch(/(?:^|\W)@acme|(?:^|\W)#1\b|www\.evil|:\/\/evil/);
}

/** What may be printed, set and shown, whatever anybody wrote. */
export function expectInert(result: ActionResult): void {
  const { stdout, stderr, outputs, summary } = result;
  const view = runnerView(stdout);
  expect(view).toMatchObject({ stopped: undefined, outputs: {} });
  expect(view.commands.filter(({ name }) => !COMMANDS.includes(name))).toEqual([]);
  // Annotations beside lines of models say where; their titles are ids of findings, and nothing else has properties.
  const placed = view.commands.filter(({ properties }) => Object.keys(properties).length > 0);
  expect(placed.filter(({ name }) => !/^(?:error|warning|notice)$/.test(name))).toEqual([]);
  for (const { properties } of placed) {
    const { title = '', file = '', ...numbers } = properties;
    expect(title).toMatch(/^[a-z-]+$/);
    expect(file).not.toMatch(/::|##\[|[\r\n]/);
    for (const [name, value] of Object.entries(numbers))
      expect(`${name}=${value}`).toMatch(/^(?:line|endLine|col|endColumn)=\d+$/);
  }
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

export const SERVICES: Readonly<Record<string, RegExp>> = {
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

/** Names of fields that hold text of others; together where a run goes on in spite of them. */
export const FIELDS: readonly (readonly string[])[] = [
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

/** What GitHub hands to a run on a pull request of the repository itself. */
export const pullRequest = {
  event: {
    pull_request: {
      number: 7,
      head: { repo: { full_name: 'acme/data-platform' } },
      base: { repo: { full_name: 'acme/data-platform' } },
    },
  },
  env: { GITHUB_EVENT_NAME: 'pull_request' },
};

/** A stage behind a proxy that puts words of others into whatever it answers. */
export interface HostilePlace {
  readonly at: Stage;
  readonly inputsOf: (mode: Mode) => Record<string, string>;
  /** Runs it through the proxy. */
  readonly run: (
    inputs: Record<string, string>,
    more?: { event?: unknown; env?: Record<string, string> },
  ) => ReturnType<Stage['run']>;
  /** The texts of the pull request's comments. */
  readonly comments: () => Promise<string[]>;
  readonly expectRefusalInert: (mode: Mode, service: string) => Promise<void>;
  readonly expectFieldsInert: (mode: Mode, keys: readonly string[]) => Promise<void>;
  /** The comment, the summary, the log and the SARIF file of a run on a pull request. */
  readonly expectCommentInert: (mode: Mode, keys: readonly string[]) => Promise<void>;
}

export function hostilePlace(): HostilePlace {
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
  const inputsOf: HostilePlace['inputsOf'] = (mode) => ({
    mode,
    patience_minutes: '0',
    adopt: 'true',
    proof_tables: 'shop.orders',
    github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '',
  });
  const run: HostilePlace['run'] = (inputs, more = {}) =>
    at.run(inputs, {
      ...more,
      env: {
        ...proxy.env,
        RUNNER_DEBUG: '1',
        GITHUB_RUN_ID: '1',
        GITHUB_SERVER_URL: 'https://github.com',
        ...more.env,
      },
    });
  /** The service refuses everything, in words of others. */
  const refuse = (service: string): void => {
    proxy.rewrite = ({ path }) =>
      SERVICES[service]?.test(path) === true ? { status: 403, body: refusal(service) } : undefined;
  };
  /** From now on words of others stand in these fields, but of answers whose path matches. */
  const writeInto = (keys: readonly string[], but: RegExp): void => {
    proxy.rewrite = ({ path, status, body }) => ({
      status,
      body: but.test(path)
        ? body
        : mapTexts(body, (text, key) => (keys.includes(key) ? `${text} ${attack(key)}` : text)),
    });
  };
  const comments = async (): Promise<string[]> => {
    const { body } = await at.simulation.asOwner('GET', '/repos/acme/data-platform/issues/7/comments');
    return (body as { body: string }[]).map((one) => one.body);
  };
  return {
    ...{ at, inputsOf, run, comments },
    expectRefusalInert: async (mode, service) => {
      refuse(service);
      expectInert(await run({ ...inputsOf(mode), ...toEverywhere }));
    },
    expectFieldsInert: async (mode, keys) => {
      await at.run({ mode: 'apply', verify: 'false' });
      writeInto(keys, /^\/_runner\//);
      expectInert(await run({ ...inputsOf(mode), key_overlap_days: '1' }));
    },
    expectCommentInert: async (mode, keys) => {
      writeInto(keys, /^\/(?:repos|graphql)/);
      const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
      const inputs = { ...inputsOf(mode), comment_token: token, comment: 'always', sarif_file: 'a.sarif' };
      const result = await run(inputs, pullRequest);
      expectInert(result);
      expect(UNSEEN.exec(result.files['a.sarif'] ?? '')).toBeNull();
      const [comment = ''] = await comments();
      expect(comment).toContain('segment-reverse-etl-bigquery');
      expectInertPage(comment);
    },
  };
}
