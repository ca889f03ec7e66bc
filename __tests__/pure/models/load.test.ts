import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { globMatcher, rootOf } from '../../../src/models/glob.ts';
import { loadModels } from '../../../src/models/load.ts';
import type { Loaded } from '../../../src/models/file.ts';
import { spellPlace } from '../../../src/models/places.ts';
import { told } from './model-of.ts';
import { treeOf } from './tree-of.ts';

/** From files to models: what is read, where each part stands, and what is said of what cannot be read. */
const load = (
  files: Readonly<Record<string, string>>,
  paths = ['segment'],
  dbt: { manifest?: string; select?: string[] } = {},
): Promise<Loaded> =>
  loadModels(treeOf(files), { paths, dbtManifest: dbt.manifest, dbtSelect: dbt.select ?? ['tag:segment'] });
const YAML = `# yaml-language-server: $schema=…
models:
  - name: Active users
    description: Seen in the last 30 days
    query_file: active_users.sql
    query_identifier_column: user_id
    enabled: false
    columns: [user_id, plan]
    max_bytes: 20 GB
    verify_unique: true
    allow: [unstable-column]
    previous_name: Users
  - name: Second
    query: |
      SELECT id,
        x
      FROM shop.t
    query_identifier_column: id
`;

describe('a models file', () => {
  test('all keys → a model with all of it, each in its place', async () => {
    const { models, findings } = await load({ 'segment/models.yml': YAML, 'segment/active_users.sql': 'SELECT 1' });
    expect(findings).toEqual([]);
    const [first, second] = models;
    expect(first).toMatchObject({
      ...{ name: 'Active users', description: 'Seen in the last 30 days', identifier: 'user_id', enabled: false },
      ...{ columns: ['user_id', 'plan'], maxBytes: 20e9, verifyUnique: true, allow: ['unstable-column'] },
      ...{ previousName: 'Users', query: { text: 'SELECT 1' } },
    });
    const { places } = first ?? { places: undefined };
    expect(
      [places?.model, places?.identifier, ...(places?.columns ?? []), places?.maxBytes].map(
        (place) => place && spellPlace(place),
      ),
    ).toEqual([
      'segment/models.yml:3:11',
      'segment/models.yml:6:30',
      'segment/models.yml:8:15',
      'segment/models.yml:8:24',
      'segment/models.yml:9:16',
    ]);
    expect(first?.query.placeAt(7)).toEqual({ file: 'segment/active_users.sql', line: 1, column: 8 });
    expect(second).toMatchObject({ name: 'Second', enabled: true, query: { text: 'SELECT id,\n  x\nFROM shop.t\n' } });
  });

  /** How a query is written in YAML, and where `nope` in it stands. */
  test.each<[string, string, string]>([
    [
      'a block, and the second of two models',
      `${YAML}  - name: Third\n    query: |\n      SELECT id,\n        nope\n    query_identifier_column: id\n`,
      '22:9',
    ],
    [
      'a block without its last line break',
      'models:\n  - name: A\n    query: |-\n        SELECT id,\n          nope\n    query_identifier_column: id\n',
      '5:11',
    ],
    [
      'a block with an empty line before',
      'models:\n  - name: A\n    query: |\n\n      SELECT\n        nope\n    query_identifier_column: id\n',
      '6:9',
    ],
    [
      'a block that tells its indentation',
      'models:\n  - name: A\n    query: |2\n        SELECT\n          nope\n    query_identifier_column: id\n',
      '5:11',
    ],
    [
      'a block with tabs in it',
      'models:\n  - name: A\n    query: |\n      SELECT id,\n      \t\tnope\n    query_identifier_column: id\n',
      '5:9',
    ],
    [
      'a folded block',
      'models:\n  - name: A\n    query: >\n      SELECT id,\n      nope\n      FROM x\n    query_identifier_column: id\n',
      '5:7',
    ],
    [
      'double quotes with escapes',
      'models:\n  - name: A\n    query: "SELECT \\"a\\",\\n\\tnope"\n    query_identifier_column: id\n',
      '3:30',
    ],
    [
      'double quotes over lines',
      'models:\n  - name: A\n    query: "SELECT id,\n      nope"\n    query_identifier_column: id\n',
      '4:7',
    ],
    [
      'single quotes with quotes in them',
      "models:\n  - name: A\n    query: 'SELECT ''é😀'', nope'\n    query_identifier_column: id\n",
      '3:29',
    ],
    [
      'no quotes',
      'models:\n  - name: A\n    query: SELECT id,\n      nope FROM x\n    query_identifier_column: id\n',
      '4:7',
    ],
    [
      'JSON',
      '{"models": [\n\t{"name": "A", "query": "SELECT \\u00e9, \\/* x *\\/ nope", "query_identifier_column": "id"}]}',
      '2:51',
    ],
    [
      'CRLF',
      'models:\r\n  - name: A\r\n    query: |\r\n      SELECT id,\r\n        nope\r\n    query_identifier_column: id\r\n',
      '5:9',
    ],
    [
      'a byte order mark',
      '\uFEFFmodels:\n  - name: A\n    query: SELECT nope\n    query_identifier_column: id\n',
      '3:19',
    ],
  ])('%s → the very place of a word in it', async (_title, text, place) => {
    const named = text.includes('active_users.sql') ? { 'segment/active_users.sql': 'SELECT 1' } : {};
    const { models, findings } = await load({ 'segment/models.yml': text, ...named });
    expect(findings.map(told)).toEqual([]);
    const query = models.at(-1)?.query;
    expect(spellPlace(query?.placeAt(query.text.indexOf('nope')) ?? { file: '', line: 0, column: 0 })).toBe(
      `segment/models.yml:${place}`,
    );
  });

  test('a file of SQL with CRLF and a byte order mark → lines of the file', async () => {
    const { models } = await load({
      'segment/models.yml': YAML,
      'segment/active_users.sql': '\uFEFFSELECT\r\n\r\n\tnope\r\n',
    });
    const query = models[0]?.query;
    expect(query?.text).toBe('SELECT\n\n\tnope\n');
    expect(query?.placeAt(query.text.indexOf('nope'))).toMatchObject({ line: 3, column: 2 });
  });

  const one = (more: string): string =>
    `models:\n  - name: A\n    query: SELECT 1 AS id\n    query_identifier_column: id\n${more}`;
  test.each<[string, string, string, RegExp]>([
    [
      'an unknown key',
      one('    querry: x\n'),
      'error schema segment/models.yml:5:5',
      /^Model A: querry is no key here: did you mean query\?$/,
    ],
    ['an unknown key at the top', 'modls: []\n', 'error schema segment/models.yml:1:1', /did you mean models\?/],
    [
      'no name',
      'models:\n  - query: SELECT 1\n    query_identifier_column: id\n',
      'error schema segment/models.yml:2:5',
      /^name is missing\.$/,
    ],
    [
      'no identifier',
      'models:\n  - name: A\n    query: SELECT 1\n',
      'error schema segment/models.yml:2:5',
      /query_identifier_column is missing/,
    ],
    [
      'no query',
      'models:\n  - name: A\n    query_identifier_column: id\n',
      'error schema segment/models.yml:2:5',
      /has no query/,
    ],
    ['two queries', one('    query_file: a.sql\n'), 'error schema segment/models.yml:5:5', /both query and query_file/],
    [
      'a number for a text',
      'models:\n  - name: 2024\n    query: SELECT 1\n    query_identifier_column: id\n',
      'error schema segment/models.yml:2:11',
      /name must be a text/,
    ],
    ['no amount of bytes', one('    max_bytes: many\n'), 'error schema segment/models.yml:5:16', /such as 20 GB/],
    [
      'a finding that is none',
      one('    allow: [nothing]\n'),
      'error schema segment/models.yml:5:13',
      /allow\[0\] is the id of no finding/,
    ],
    [
      'a finding that cannot be allowed',
      one('    allow: [query]\n'),
      'error schema segment/models.yml:5:13',
      /no model can allow/,
    ],
    ['a key twice', one('    name: B\n'), 'error schema segment/models.yml:5:5', /The key name stands here twice/],
    ['no YAML', 'models:\n  - name: "A\n', 'error schema segment/models.yml:3:1', /^This is no YAML/],
    ['an alias of a list', 'x: &x [1]\nmodels: *x\n', 'error schema segment/models.yml:2:9', /more than one value/],
    ['a list at the top', '- name: A\n', 'error schema segment/models.yml:1:1', /models: and a list/],
    ['an empty file', '', 'error schema segment/models.yml:1:1', /models: and a list/],
    [
      'a query that is missing',
      YAML,
      'error file segment/models.yml:5:17',
      /active_users\.sql cannot be read: there is no such file/,
    ],
    [
      'a query outside',
      YAML.replace('active_users.sql', '../../x.sql'),
      'error file segment/models.yml:5:17',
      /leads out of the workspace/,
    ],
    [
      'an absolute path',
      YAML.replace('active_users.sql', '/etc/passwd'),
      'error file segment/models.yml:5:17',
      /leads out of the workspace/,
    ],
  ])('%s → told in its place', async (_title, text, expected, words) => {
    const { findings } = await load({ 'segment/models.yml': text });
    expect(findings.map(told)[0]).toBe(expected);
    expect(findings[0]?.message).toMatch(words);
  });

  test('the same name twice → the second one, with the place of the first', async () => {
    const { models, findings } = await load({ 'segment/a.yml': one(''), 'segment/b.yml': one('') });
    expect(models).toHaveLength(1);
    expect(findings.map(told)).toEqual(['error duplicate-name segment/b.yml:2:11']);
    expect(findings[0]?.message).toContain('segment/a.yml:2:11');
  });

  test('a query that no file names → an error; one that a wrong entry names → that entry alone', async () => {
    const unnamed = await load({ 'segment/a.yml': one(''), 'segment/old.sql': 'SELECT 1' });
    expect(unnamed.findings.map(told)).toEqual(['error file segment/old.sql:1:1']);
    const wrong = await load({
      'segment/a.yml': 'models:\n  - nme: A\n    query_file: a.sql\n',
      'segment/a.sql': 'SELECT 1',
    });
    expect(wrong.findings.every(({ id }) => id === 'schema')).toBe(true);
  });
});

describe('which files', () => {
  const files = {
    'segment/a.yml': 'models: []',
    'segment/deep/b.json': '{"models": []}',
    'other/c.yaml': 'models: []',
    'segment/README.md': '',
  };
  test.each<[string, readonly string[], RegExp | undefined]>([
    ['a folder, and what is below it', ['segment'], undefined],
    ['a file', ['./segment/a.yml'], undefined],
    ['a glob', ['**/*.{yml,yaml,json}'], undefined],
    ['a folder that is missing', ['models'], /names models, which does not exist/],
    ['a folder without models', ['segment/deep/..'], undefined],
    ['a file of another kind', ['segment/README.md'], /must end in \.yml/],
    ['a glob that matches nothing', ['segment/*.yaml'], /matches no models file/],
  ])('%s → read, or told', async (_title, paths, words) => {
    const { findings } = await load(files, [...paths]);
    expect(findings.map(({ message }) => message).join()).toMatch(words ?? /^$/);
  });

  test.each<[string, string, boolean]>([
    ['segment/*.yml', 'segment/a.yml', true],
    ['segment/*.yml', 'segment/deep/a.yml', false],
    ['segment/**/*.yml', 'segment/a.yml', true],
    ['segment/**/*.yml', 'segment/x/y/a.yml', true],
    ['**', 'a/b', true],
    ['a?.yml', 'ab.yml', true],
    ['{a,b}.yml', 'b.yml', true],
    ['a+(b).yml', 'a+(b).yml', true],
    ['a.yml', 'aXyml', false],
  ])('the pattern %s and %s → %s', (pattern, path, isMatch) => {
    expect(globMatcher(pattern)(path)).toBe(isMatch);
  });

  test('the folder of a pattern → that above its first sign', () => {
    expect(['segment/**/*.yml', '*.yml', 'a/b/c*.yml'].map(rootOf)).toEqual(['segment', '', 'a/b']);
  });
});

describe('a dbt manifest', () => {
  const folder = new URL('./dbt/manifests/', import.meta.url);
  const versions = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const manifest = (version: string): string => readFileSync(new URL(version, folder), 'utf8');
  const FILES = { 'dbt/models/segment/active_users.sql': 'x', 'dbt/models/segment/paying_users.sql': 'x' };

  test('fixtures → made by six versions of a real dbt, from 1.5 on', () => {
    expect(versions.sort()).toEqual(['1.10.json', '1.11.json', '1.5.json', '1.7.json', '1.8.json', '1.9.json']);
  });

  test.each(versions)('%s → the models of the tag, their compiled SQL, identifiers and files', async (version) => {
    const files = { ...FILES, 'dbt/target/manifest.json': manifest(version) };
    const { models, findings } = await load(files, [], { manifest: 'dbt/target/manifest.json' });
    expect(findings.map(told)).toEqual([]);
    expect(
      models.map(({ name, identifier, columns, places }) => [name, identifier, columns, spellPlace(places.model)]),
    ).toEqual([
      ['active_users', 'id', ['id', 'plan'], 'dbt/models/segment/active_users.sql:1:1'],
      ['paying_users', 'id', [], 'dbt/models/segment/paying_users.sql:1:1'],
    ]);
    expect(models[0]?.query.text).toContain('from `acme-analytics`.`shop`.`stg_users`');
    expect(models[0]).toMatchObject({
      description: 'Seen in the last 30 days',
      query: { madeFrom: 'the compiled SQL' },
    });
  });

  test.each<[string, string[], string[]]>([
    ['a name', ['stg_users'], []],
    ['a path', ['path:models/segment'], ['active_users', 'paying_users']],
    ['several', ['tag:segment', 'stg_users'], ['active_users', 'paying_users']],
  ])('selected by %s → these', async (_title, select, names) => {
    const files = { ...FILES, 'dbt/target/manifest.json': manifest('1.9.json') };
    const { models, findings } = await load(files, [], { manifest: 'dbt/target/manifest.json', select });
    expect(models.map(({ name }) => name)).toEqual(names);
    expect(findings.map(({ message }) => message).join()).toMatch(
      select.includes('stg_users') ? /stg_users: it has no identifier/ : /^$/,
    );
  });

  const changed = (change: (node: Record<string, unknown>) => void): string => {
    const whole = JSON.parse(manifest('1.9.json')) as { nodes: Record<string, Record<string, unknown>> };
    change(whole.nodes['model.shop.active_users'] ?? {});
    return JSON.stringify(whole);
  };
  test.each<[string, string | undefined, RegExp]>([
    ['missing', undefined, /there is no such file\. Run dbt compile first\./],
    ['no JSON', '{', /it is no JSON object with nodes/],
    [
      'of another warehouse',
      manifest('1.9.json').replace('"adapter_type": "bigquery"', '"adapter_type": "snowflake"'),
      /made for snowflake/,
    ],
    [
      'without what is selected',
      manifest('1.9.json').replaceAll('"segment"', '"other"'),
      /no model in it is selected by tag:segment/,
    ],
    [
      'not compiled',
      changed((node) => (node['compiled_code'] = null)),
      /active_users: it is not compiled: run dbt compile first/,
    ],
    [
      'with an unknown key in meta',
      changed((node) => (node['config'] = { tags: ['segment'], meta: { segment: { identifier: 'id' } } })),
      /meta\.segment: identifier is no key here/,
    ],
    [
      'without an identifier',
      changed((node) => Object.assign(node, { config: { tags: ['segment'] }, meta: {} })),
      /set meta\.segment\.query_identifier_column/,
    ],
  ])('%s → told', async (_title, text, words) => {
    const files = { ...FILES, ...(text === undefined ? {} : { 'dbt/target/manifest.json': text }) };
    const { findings } = await load(files, [], { manifest: 'dbt/target/manifest.json' });
    expect(findings.map(({ message }) => message).join('\n')).toMatch(words);
  });
});
