import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import MarkdownIt from 'markdown-it';
import { attack } from '../../harness/hostile-text.ts';
import { mapTexts, startRewriting } from '../../harness/rewriting-proxy.ts';
import type { RewritingProxy } from '../../harness/rewriting-proxy.ts';
import { layOut } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import type { ActionResult } from '../../harness/run-action.ts';
import { runnerView } from '../../harness/runner-view.ts';
import { PROJECT, stageOfOwnProcesses } from '../../harness/stage.ts';
import type { Stage } from '../../harness/stage.ts';
import { outputRows } from '../../src/inputs/outputs.ts';
import { modes } from '../../src/inputs/modes.ts';
import type { Mode } from '../../src/inputs/modes.ts';
import type { Mapping } from '../../harness/workspace.ts';
import { sourceIn, toSegment } from './segment-world.ts';

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

/** Reports put a space of no width into an address that GitHub would make a link of. */
function withoutOurs(text: string): string {
  return text.replace(/www\u200B(?=\.)/gi, 'www');
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
  const { key, ...others } = outputs;
  expect(others['result']).toMatch(/^(?:unchanged|changed|drift|failed)$/);
  // Workflows print what a step has put out.
  for (const [name, value] of Object.entries(others)) {
    expect({ name, commands: runnerView(value).commands, unseen: UNSEEN.exec(withoutOurs(value))?.[0] }).toEqual({
      ...{ name, commands: [], unseen: undefined },
    });
  }
  for (const name of ['plan', 'models']) JSON.parse(others[name] ?? '{}');
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
  segment: /^\/(?:$|catalog|sources|destinations|reverse-etl|audit-events)/,
  monitoring: /\/timeSeries$/,
};
const toEverywhere = (at: Stage): Record<string, string> => ({
  ...toSegment(at),
  key_delivery: 'output, github-secret, secret-manager, segment',
  secret_manager_secret: `projects/${PROJECT}/secrets/segment-key`,
});

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

/** The same of Segment, and of who tells which keys are used. */
export const SEGMENT_FIELDS: readonly (readonly string[])[] = [
  ['name', 'description', 'label', 'actor', 'actorEmail', 'location'],
  ['slug'],
  ['errorCode', 'syncStatus', 'type', 'strategy', 'interval'],
  ['id', 'syncId', 'modelId', 'key_id'],
  ['startedAt', 'finishedAt', 'timestamp', 'startTime', 'endTime'],
  ['next'],
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
    errors: [{ type: words, field: words, message: words }],
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

const quoted = (name: string): string => JSON.stringify(attack(name));
/** What passes for a name: on one line, and every character of it is seen. */
const seen = (name: string): string =>
  JSON.stringify(
    attack(name)
      .replace(/[\p{C}\p{Z}]+/gu, ' ')
      .slice(0, 120),
  );
/** Names of files are shorter, and hold no slash. */
const fileName = (name: string): string => `${attack(name).replaceAll('/', '_').slice(0, 150)}.sql`;

/** Models by somebody who may open a pull request, and what he can put where; by what it is. */
export const HOSTILE_MODELS: Readonly<Record<string, Files>> = {
  'names, columns and descriptions': {
    'segment/models.yml':
      `models:\n  - name: ${quoted('name')}\n    query: SELECT id, email FROM shop.users\n    query_identifier_column: ${quoted('identifier')}\n` +
      `    columns: [id, ${quoted('column')}]\n    description: ${quoted('description')}\n`,
  },
  'names that are allowed': {
    'segment/models.yml': `models:\n  - name: ${seen('name')}\n    query: SELECT id FROM shop.users\n    query_identifier_column: id\n    description: ${seen('description')}\n`,
  },
  'the names of files': {
    'segment/models.yml': `models:\n  - name: a\n    query_file: ${JSON.stringify(fileName('named'))}\n    query_identifier_column: id\n`,
    [`segment/${fileName('named')}`]: 'SELECT id, RAND() AS r FROM shop.users; SELECT 2',
    [`segment/${fileName('unnamed')}`]: 'SELECT 1',
    [`segment/${fileName('twice').replace('.sql', '.yml')}`]:
      'models:\n  - name: a\n    query: SELECT 1 AS id\n    query_identifier_column: id\n',
  },
  'keys that nobody knows, and values of another kind': {
    'segment/models.yml':
      `models:\n  - name: b\n    ${quoted('key')}: 1\n    query: SELECT id FROM shop.users\n    query_identifier_column: id\n` +
      `    allow: [${quoted('allow')}]\n    enabled: ${quoted('enabled')}\n`,
  },
  'what a query says': {
    'segment/models.yml': 'models:\n  - name: c\n    query_file: c.sql\n    query_identifier_column: id\n',
    'segment/c.sql': `SELECT id, @${attack('parameter')} FROM \`${attack('table')}\` -- ${attack('comment')}`,
  },
  'what is no YAML': { 'segment/models.yml': `models:\n  - name: "${attack('open')}\n  : [${attack('flow')}` },
  'what is fine': {
    'segment/models.yml':
      'models:\n  - name: d\n    query: SELECT id FROM shop.users\n    query_identifier_column: id\n',
  },
};

/** Names of fields of what BigQuery answers to a dry run. */
export const QUERY_FIELDS = [
  'name',
  'type',
  'message',
  'reason',
  'projectId',
  'datasetId',
  'tableId',
  'routineId',
  'location',
];

/** A source with a mapping that syncs, one that does not, and two keys. */
async function syncing(at: Stage): Promise<Mapping> {
  await at.run({ mode: 'apply', verify: 'false', ...toSegment(at) });
  const { id } = await sourceIn(at);
  const mapping = await at.workspace.mapping(id, { query: 'SELECT 1 AS id' });
  await at.simulation.sync(mapping);
  const off = await at.workspace.mapping(id, { query: 'SELECT 2 AS id' });
  await at.workspace.ask('PATCH', `/reverse-etl-models/${off.model}`, { enabled: false });
  await at.simulation.age(3600);
  await at.run({ mode: 'rotate', verify: 'false', ...toSegment(at) });
  await at.simulation.age(3 * 3600);
  return mapping;
}

/** A stage behind a proxy that puts words of others into whatever it answers. */
export interface HostilePlace {
  readonly at: Stage;
  readonly inputsOf: (mode: Mode) => Record<string, string>;
  /** Runs it through the proxy. */
  readonly run: (
    inputs: Record<string, string>,
    more?: { event?: unknown; env?: Record<string, string>; prepare?: (workspace: string) => void },
  ) => ReturnType<Stage['run']>;
  /** The texts of the pull request's comments. */
  readonly comments: () => Promise<string[]>;
  readonly expectRefusalInert: (mode: Mode, service: string) => Promise<void>;
  readonly expectFieldsInert: (mode: Mode, keys: readonly string[]) => Promise<void>;
  /** The same of Segment, for a source that is in use. */
  readonly expectSegmentInert: (mode: Mode, keys: readonly string[] | 'refused') => Promise<void>;
  /** Mode models on a pull request: its comment too. @param keys - of what BigQuery and GitHub answer */
  readonly expectModelsInert: (files: Files, keys: readonly string[] | 'refused') => Promise<void>;
  /** The comment, the summary, the log and the SARIF file of a run on a pull request. */
  readonly expectCommentInert: (mode: Mode, keys: readonly string[]) => Promise<void>;
}

export function hostilePlace(): HostilePlace {
  const at = stageOfOwnProcesses();
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
  /** Everything that a run on a pull request leaves for somebody to read. */
  const expectReportsInert = async (inputs: Record<string, string>, more: Parameters<typeof run>[1]): Promise<void> => {
    const token = at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '';
    const result = await run({ ...inputs, comment_token: token, comment: 'always', sarif_file: 'a.sarif' }, more);
    expectInert(result);
    expect(UNSEEN.exec(result.files['a.sarif'] ?? '')).toBeNull();
    const [comment = ''] = await comments();
    expect(comment).toContain('segment-reverse-etl-bigquery');
    expectInertPage(comment);
  };
  return {
    ...{ at, inputsOf, run, comments },
    expectRefusalInert: async (mode, service) => {
      refuse(service);
      expectInert(await run({ ...inputsOf(mode), ...toEverywhere(at) }));
    },
    expectSegmentInert: async (mode, keys) => {
      const { subscription } = await syncing(at);
      if (keys === 'refused') refuse('segment');
      else writeInto(keys, /^(?!\/(?:$|catalog|sources|destinations|reverse-etl|audit-events)|.*\/timeSeries$)/);
      const inputs = { ...inputsOf(mode), ...toSegment(at), key_overlap_days: '0', proof_mapping: subscription };
      const more = mode === 'destroy' ? { delete_source: 'true' } : {};
      expectInert(await run({ ...inputs, ...more }));
    },
    expectFieldsInert: async (mode, keys) => {
      await at.run({ mode: 'apply', verify: 'false' });
      writeInto(keys, /^\/_runner\//);
      expectInert(await run({ ...inputsOf(mode), key_overlap_days: '1' }));
    },
    expectModelsInert: async (files, keys) => {
      await at.makeDataset('shop');
      await at.run({ mode: 'apply', verify: 'false' });
      if (keys === 'refused') refuse('bigquery');
      else writeInto(keys, /^(?!\/bigquery|\/repos\/[^/]+\/[^/]+\/(?:git|contents))/);
      const tester = at.simulation.env['SIMULATOR_TESTER_SERVICE_ACCOUNT'] ?? '';
      const inputs = { mode: 'models', models: 'segment', service_account: tester, price_per_tib: '6.25' };
      const prepare = (workspace: string): void => layOut(workspace, files);
      await expectReportsInert(inputs, { ...pullRequest, prepare });
    },
    expectCommentInert: async (mode, keys) => {
      writeInto(keys, /^\/(?:repos|graphql)/);
      await expectReportsInert(inputsOf(mode), pullRequest);
    },
  };
}
