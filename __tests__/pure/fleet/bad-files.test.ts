import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readIn, readText } from './runner-of.ts';

const head = 'version: 1\n';
/** A file with one target, whose inputs begin in line 5. */
const one = (...inputs: readonly string[]): string =>
  `${head}targets:\n  eu:\n    project_id: acme-data-eu\n${inputs.map((line) => `    ${line}\n`).join('')}    key_delivery: none\n`;
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ456789';
const manyTargets = (count: number): string =>
  `${head}targets:\n${Array.from({ length: count }, (_none, n) => `  t${String(n)}: { project_id: p-${'x'.repeat(600)}-${String(n)} }\n`).join('')}`;

/** What is wrong with a file, the file, and each complaint from its beginning. */
const bad: readonly (readonly [string, string, readonly (string | RegExp)[]])[] = [
  ['nothing', '', [/^1:1 read the file .*it holds no keys.*version, defaults, targets/]],
  ['a list', '- eu\n', [/^1:1 read the file .*it holds no keys/]],
  [
    'no version',
    'targets:\n  eu: { project_id: acme-data-eu }\n',
    [/^1:1 read version .*it is missing. Write version: 1/],
  ],
  [
    'another version',
    'version: 2\ntargets:\n  eu: { project_id: acme-data-eu }\n',
    [/^1:1 read version .*only version 1/],
  ],
  ['no targets', head, [/^1:1 read targets .*it is missing/]],
  ['targets that hold none', `${head}targets: {}\n`, [/^2:1 read targets .*it holds no target/]],
  ['targets as a list', `${head}targets:\n  - eu\n`, [/^2:1 read targets .*it holds no target/]],
  [
    'an unknown key at the top',
    `${head}default: {}\ntargets:\n  eu: { project_id: acme-data-eu }\n`,
    [/^2:1 read the key default .*Did you mean defaults\?/],
  ],
  ['an unknown input', one('acces_mode: full'), [/^5:5 read acces_mode of the target eu .*Did you mean access_mode\?/]],
  ['an input that nothing is like', one('colour: red'), [/^5:5 read colour of the target eu .*no such input. docs/]],
  [
    'an input of the run',
    one('parallelism: 8'),
    [/^5:5 read parallelism of the target eu .*Set parallelism in the with block/],
  ],
  ['a consent', one('prune: true'), [/^5:5 read prune of the target eu .*is an input of the run/]],
  [
    'a token by its input',
    one(`segment_token: ${TOKEN}`),
    [/^5:5 read segment_token of the target eu .*secrets never stand/],
  ],
  ['a key by another name', one('api_token: abc'), [/^5:5 read api_token of the target eu .*secrets never stand/]],
  [
    'a token in a value',
    one(`audience: ${TOKEN}`),
    [/^5:5 read audience of the target eu .*its value looks like a secret/],
  ],
  [
    'an expression',
    one('location: ${{ vars.LOCATION }}'),
    [/^5:5 read location of the target eu .*holds an expression/],
  ],
  ['an input without a value', one('location:'), [/^5:5 read location of the target eu .*it has no value/]],
  [
    'a list where one value goes',
    one('location: [EU, US]'),
    [/^5:5 read location .*it is a list, but takes a single value/],
  ],
  ['a map where a value goes', one('location: { eu: true }'), [/^5:5 read location .*it has keys below it/]],
  ['a list of lists', one('source_datasets: [[marts]]'), [/^5:5 read source_datasets .*one of its items is no value/]],
  ['an item of several lines', one('source_datasets: ["a\\nb"]'), [/^5:5 read source_datasets .*several lines/]],
  [
    'a value that is none',
    one('location: Frankfurt'),
    [/^5:15 read location of the target eu .*'Frankfurt' is not valid. Use a BigQuery location/],
  ],
  ['a number that is too large', one('key_max_age_days: 9999'), [/^5:23 read key_max_age_days .*'9999' is not valid/]],
  [
    'values that do not go together',
    one('access_mode: scoped'),
    [/^3:3 read source_datasets of the target eu .*required for access_mode scoped/],
  ],
  [
    'a name that is none',
    `${head}targets:\n  "a b": { project_id: acme-data-eu }\n`,
    [/^3:3 read the target a b .*no name of a target/],
  ],
  ['a target that is a text', `${head}targets:\n  eu: acme-data-eu\n`, [/^3:3 read the target eu .*it holds no keys/]],
  [
    'a target without a project',
    `${head}targets:\n  eu: { location: EU }\n`,
    [/^3:3 read the target eu .*it has no project_id/],
  ],
  [
    'a target twice',
    `${head}targets:\n  eu: { project_id: acme-data-eu }\n  eu: { project_id: acme-data-us }\n`,
    [/^4:3 read the file .*The key eu stands here twice/],
  ],
  [
    'two targets with one account',
    `${head}targets:\n  eu: { project_id: acme-data-eu, key_delivery: none }\n  us: { project_id: acme-data-eu, key_delivery: none }\n`,
    [
      /^3:21 read project_id of the target eu .*segment-reverse-etl@acme-data-eu\S+ would be shared with us/,
      /^4:21 read project_id of the target us .*would be shared with eu. Give each target in acme-data-eu an account_id/,
    ],
  ],
  [
    'two targets with one secret, by default',
    `${head}defaults: { key_delivery: github-secret }\ntargets:\n  eu: { project_id: acme-data-eu }\n  us: { project_id: acme-data-us }\n`,
    [
      /^4:3 read secret_name of the target eu .*the repository secret SEGMENT_BIGQUERY_CREDENTIALS would be shared with us/,
      /^5:3 read secret_name of the target us .*shared with eu/,
    ],
  ],
  [
    'two targets with one secret of an environment',
    `${head}defaults: { key_delivery: github-secret, secret_scope: "environment:prod" }\ntargets:\n  eu: { project_id: acme-data-eu }\n  us: { project_id: acme-data-us }\n`,
    [
      /target eu .*the secret SEGMENT_BIGQUERY_CREDENTIALS of the environment prod would be shared with us/,
      /target us .*shared with eu/,
    ],
  ],
  [
    'an anchor for many values',
    `${head}defaults: &all { key_delivery: none }\ntargets:\n  eu: *all\n`,
    [/^4:7 read the file .*This alias stands for more than one value/, /^4:3 read the target eu .*no project_id/],
  ],
  ['a bracket that never ends', `${head}targets: {\n`, [/^\d:\d+ read the file .*This is no YAML/]],
  [
    'nesting without end',
    `${head}targets: ${'['.repeat(50)}${']'.repeat(50)}\n`,
    [/read the file .*nested too deep/, /^2:1 read targets .*it holds no target/],
  ],
  [
    'a mistake in defaults',
    `${head}defaults:\n  location: Mars\ntargets:\n  eu: { project_id: acme-data-eu, key_delivery: none }\n  us: { project_id: acme-data-us, key_delivery: none }\n`,
    [/^3:13 read location in defaults .*'Mars' is not valid/],
  ],
  ['two megabytes', manyTargets(3_400), [/^1:1 read the file .*it is larger than 1024 KiB. Divide it/]],
];

describe('a bad file', () => {
  test.each(bad)('%s → refused, with its line and column', async (_name, text, expected) => {
    const { complaints } = await readText(text, { github_token: TOKEN });
    expect(complaints).toHaveLength(expected.length);
    for (const wanted of expected) expect(complaints).toContainEqual(expect.stringMatching(wanted));
  });

  test('many mistakes → all at once, in the order of the file', async () => {
    const text = `version: 3\ndefaults:\n  locaton: EU\ntargets:\n  eu:\n    project_id: X\n    key_delivery: none\n  us:\n    access_mode: wide\n`;
    const { complaints } = await readText(text, { location: 'EU', shard: '3/2' });
    expect(complaints.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      ...['– read the', '– read the', '1:1 read version', '3:3 read locaton', '6:17 read project_id'],
      ...['8:3 read the', '9:18 read access_mode'],
    ]);
  });

  test.each([
    ['under an input that is one', one(`segment_token: ${TOKEN}`)],
    ['under another key', one(`my_password: ${TOKEN}`)],
    ['among others', one(`impersonators: [user:a@b.example, ${TOKEN}]`)],
  ])('a secret %s → masked, and repeated nowhere', async (_name, text) => {
    const { complaints, masked } = await readText(text);
    expect(masked).toContain(TOKEN);
    expect(complaints.join('\n')).not.toContain(TOKEN);
  });
});

describe('where the file is', () => {
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  writeFileSync(join(outside, 'fleet.yml'), one());
  const workspace = (): string => mkdtempSync(join(tmpdir(), 'fleet-'));

  test.each<readonly [string, (root: string) => void, string]>([
    ['nowhere', () => undefined, 'there is no such file'],
    [
      'behind a link out of the workspace',
      (root) => symlinkSync(join(outside, 'fleet.yml'), join(root, 'fleet.yml')),
      'leads out',
    ],
    ['a folder', (root) => mkdirSync(join(root, 'fleet.yml')), 'it is no file'],
    ['no text', (root) => writeFileSync(join(root, 'fleet.yml'), Buffer.from([0xff, 0xfe, 0x00])), 'no UTF-8 text'],
  ])('%s → refused, in words', async (_name, prepare, words) => {
    const root = workspace();
    prepare(root);
    const { complaints } = await readIn(root, { config_file: 'fleet.yml' });
    expect(complaints).toEqual([expect.stringContaining(words)]);
  });

  test('a path out of the workspace → refused, by its input', async () => {
    const { complaints } = await readIn(workspace(), { config_file: '../fleet.yml' });
    expect(complaints).toEqual([
      expect.stringMatching(/^– read the input config_file: '\.\.\/fleet\.yml' is not valid/),
    ]);
  });
});

describe('what the step says beside the file', () => {
  const two = `${head}defaults: { key_delivery: none, location: EU }\ntargets:\n  acme-eu: { project_id: acme-data-eu }\n  acme-us: { project_id: acme-data-us }\n`;

  test.each<readonly [string, Readonly<Record<string, string>>, RegExp]>([
    [
      'an input of a target',
      { location: 'EU' },
      /^– read the input location: .*stands in the file. Move location into the file/,
    ],
    [
      'a target that is not there',
      { targets: 'acme-uk' },
      /^– read the input targets: no target .* acme-uk. Did you mean acme-/,
    ],
    ['a shard that is none', { shard: '5/4' }, /^– read the input shard: '5\/4' is not valid/],
    ['too much at once', { parallelism: '33' }, /^– read the input parallelism: '33' is not valid/],
    ['destroy without targets', { mode: 'destroy' }, /^– read the input targets: mode destroy needs targets/],
    [
      'revoke with a pattern',
      { mode: 'revoke', targets: 'acme-*' },
      /^– read the input targets: mode revoke takes no pattern/,
    ],
    ['adopt without targets', { mode: 'apply', adopt: 'true' }, /^– read the input targets: adopt needs targets/],
    ['prune without targets', { mode: 'apply', prune: 'true' }, /^– read the input targets: prune needs targets/],
    [
      'delete_source with a pattern',
      { mode: 'plan', delete_source: 'true', targets: 'acme-e?' },
      /^– read the input targets: delete_source takes no pattern/,
    ],
  ])('%s → refused', async (_name, inputs, expected) => {
    const { complaints } = await readText(two, inputs);
    expect(complaints).toEqual([expect.stringMatching(expected)]);
  });

  test('defaults of action.yml, as the runner fills them in → say nothing', async () => {
    const { complaints, chosen } = await readText(two, {
      access_mode: 'limited',
      key_delivery: 'output',
      account_id: 'segment-reverse-etl',
    });
    expect([complaints, chosen.map(({ name }) => name)]).toEqual([[], ['acme-eu', 'acme-us']]);
  });

  test('prune_models: without targets, with a pattern → refused', async () => {
    const inputs = { mode: 'apply', publish_models: 'true', prune_models: 'true' };
    const unnamed = await readText(two, inputs);
    expect(unnamed.complaints).toContainEqual(expect.stringContaining('prune_models needs targets'));
    const broad = await readText(two, { ...inputs, targets: 'acme-e?' });
    expect(broad.complaints).toContainEqual(expect.stringContaining('prune_models takes no pattern'));
  });

  describe('models that are published', () => {
    const target = (name: string, more: string): string =>
      `  ${name}: { project_id: acme-data-${name}, key_delivery: none, models: [segment], ${more} }\n`;
    const source = 'segment_source: warehouse';
    const oneSource = `${head}targets:\n${target('eu', source)}${target('us', source)}`;
    const inputs = { segment_token: 'a token of sixteen characters or more' };

    test.each(['plan', 'check', 'apply'])('%s: into one source → refused, each by name', async (mode) => {
      const { complaints } = await readText(oneSource, { ...inputs, mode, publish_models: 'true' });
      expect(complaints).toEqual([
        expect.stringMatching(
          /^3:90 read segment_source of the target eu .*the source warehouse in Segment would be shared with us. Give each/,
        ),
        expect.stringMatching(/^4:90 read segment_source of the target us .*would be shared with eu/),
      ]);
    });

    test('only tried, or each into the source of its project → fine', async () => {
      expect((await readText(oneSource, inputs)).complaints).toEqual([]);
      const apart = `${head}targets:\n${target('eu', 'location: EU')}${target('us', 'location: US')}`;
      expect((await readText(apart, { ...inputs, publish_models: 'true' })).complaints).toEqual([]);
    });

    test('into two workspaces → refused', async () => {
      const text = `${head}targets:\n${target('eu', 'segment_workspace: one')}${target('us', 'segment_workspace: two')}`;
      expect((await readText(text, { ...inputs, publish_models: 'true' })).complaints).toEqual([
        expect.stringMatching(/^3:\d+ read segment_workspace of the target eu .*name 2 workspaces/),
      ]);
    });
  });

  test('prune with a pattern → chosen by it', async () => {
    const { complaints, chosen } = await readText(two, { mode: 'apply', prune: 'true', targets: 'acme-u?' });
    expect([complaints, chosen.map(({ name }) => name)]).toEqual([[], ['acme-us']]);
  });

  test('keys that go to outputs: two targets, one → refused, each by name; fine', async () => {
    const text = `${head}targets:\n  eu: { project_id: acme-data-eu }\n  us: { project_id: acme-data-us }\n`;
    expect((await readText(text)).complaints).toEqual([
      expect.stringMatching(/^3:3 read key_delivery of the target eu .*output can hold the key of only one target/),
      expect.stringMatching(/^4:3 read key_delivery of the target us /),
    ]);
    expect((await readText(text, { targets: 'us' })).complaints).toEqual([]);
  });

  test('two workspaces of Segment → refused; those of one → fine', async () => {
    const target = (name: string, workspace: string): string =>
      `  ${name}: { project_id: acme-data-${name}, key_delivery: segment, segment_workspace: ${workspace} }\n`;
    const text = `${head}targets:\n${target('eu', 'acme')}${target('us', 'acme')}${target('uk', 'other')}`;
    expect((await readText(text)).complaints).toEqual([
      expect.stringContaining('names 2 workspaces'.replace('names', 'name')),
    ]);
    expect((await readText(text, { targets: 'eu us' })).complaints).toEqual([]);
  });
});
