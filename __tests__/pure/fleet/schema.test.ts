import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { fileInputs } from '../../../src/fleet/entry.ts';
import { readText } from './runner-of.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('docs/config.schema.json')) as {
  definitions: { inputs: { properties: Record<string, unknown> } };
};
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

const head = 'version: 1\ntargets:\n';

describe('docs/config.schema.json', () => {
  test('knows every input that may stand in the file, and no other', () => {
    expect(Object.keys(schema.definitions.inputs.properties).sort()).toEqual(
      fileInputs.map(({ input }) => input).sort(),
    );
  });

  test('the example of docs/fleet.md → fits it, and is read without complaint', async () => {
    const [, example = ''] = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(read('docs/fleet.md')) ?? [];
    expect(validate(parse(example))).toBe(true);
    const { complaints, chosen } = await readText(example);
    expect([complaints, chosen.map(({ name }) => name)]).toEqual([[], ['acme-eu', 'acme-us']]);
  });

  test.each([
    ['a number', `${head}  eu: { project_id: acme-data-eu, key_max_age_days: 90, key_delivery: none }\n`],
    ['a number as text', `${head}  eu: { project_id: acme-data-eu, key_max_age_days: "90", key_delivery: none }\n`],
    ['a list as text', `${head}  eu: { project_id: acme-data-eu, source_datasets: "a b" }\n`],
    ['an amount', `${head}  eu: { project_id: acme-data-eu, max_bytes: 20 GB, models: [segment] }\n`],
    ['a scope', `${head}  eu: { project_id: acme-data-eu, secret_scope: "environment:prod" }\n`],
    [
      'an empty list over that of defaults',
      `version: 1\ndefaults: { source_datasets: [a] }\ntargets:\n  eu: { project_id: acme-data-eu, source_datasets: [] }\n`,
    ],
  ])('%s → both take it', async (_name, text) => {
    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
    expect((await readText(text)).complaints).toEqual([]);
  });

  test.each([
    ['an unknown input', `${head}  eu: { project_id: acme-data-eu, acces_mode: full }\n`],
    ['an input of the run', `${head}  eu: { project_id: acme-data-eu, prune: true }\n`],
    ['a mode of access that is none', `${head}  eu: { project_id: acme-data-eu, access_mode: wide }\n`],
    ['a version that is none', `version: 2\ntargets:\n  eu: { project_id: acme-data-eu }\n`],
    ['a name that is none', `${head}  "a b": { project_id: acme-data-eu }\n`],
    ['no targets', 'version: 1\n'],
  ])('%s → neither takes it', async (_name, text) => {
    expect(validate(parse(text))).toBe(false);
    expect((await readText(text)).complaints).not.toEqual([]);
  });
});
