// Writes what is derived from the rows of src: action.yml, the tables of inputs and outputs in README.md, the target in
// docs/plan.schema.json, docs/config.schema.json, and docs/sarif-rules.md. A test fails when one of them differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Document, isMap } from 'yaml';
import { outputRows } from '../src/inputs/outputs.ts';
import { inputGroups, reviewedInputs, rowsOf } from '../src/inputs/schema.ts';
import { rulesDocument } from '../src/report/sarif-rules.ts';

const inputRows = rowsOf(inputGroups);
const outputs = Object.entries(outputRows);
const read = (path) => readFileSync(pathOf(path), 'utf8');

/** Everything that is written: path → text. */
export async function documents() {
  const made = {
    'action.yml': actionYaml(),
    'README.md': readme(read('README.md')),
    'docs/plan.schema.json': planSchema(read('docs/plan.schema.json')),
    'docs/sarif-rules.md': rulesDocument(),
    'docs/config.schema.json': configSchema(),
  };
  const formatted = Object.entries(made).map(async ([path, text]) => {
    const options = await resolveConfig(pathOf(path));
    return [path, await format(text, { ...options, filepath: pathOf(path) })];
  });
  return Object.fromEntries(await Promise.all(formatted));
}

function actionYaml() {
  const document = new Document({
    name: 'Segment Reverse ETL for BigQuery',
    description: 'Set up BigQuery as a source for Segment Reverse ETL, and detect and fix drift',
    author: 'The segment-reverse-etl-bigquery authors',
    branding: { icon: 'database', color: 'green' },
    inputs: Object.fromEntries(inputRows.map((row) => [row.input, actionInput(row)])),
    outputs: Object.fromEntries(outputs.map(([name, { description }]) => [name, { description }])),
    runs: { using: 'node24', main: 'dist/index.js' },
  });
  document.commentBefore = ' Written by npm run docs from src/inputs: edit the rows there.';
  for (const { key, value } of document.contents.items) {
    if (isMap(value) && key.value !== 'branding') key.spaceBefore = true;
  }
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** None is required by itself: a file can tell instead. */
function actionInput({ description, default: standard }) {
  return { description, ...(hasDefault(standard) ? { default: standard } : {}) };
}

function hasDefault(standard) {
  return standard !== undefined && standard !== '';
}

function readme(text) {
  const inputs = inputRows.map(({ input, description, default: standard, required }) => {
    const given = hasDefault(standard) ? `\`${standard}\`` : '–';
    return tableRow(`\`${input}\``, required ? '**required**, or in `config_file`' : given, description);
  });
  const results = outputs.map(([name, { description }]) => tableRow(`\`${name}\``, description));
  const withInputs = between(text, 'inputs', [
    tableRow('Input', 'Default', 'Description'),
    '| --- | --- | --- |',
    ...inputs,
  ]);
  return between(withInputs, 'outputs', [tableRow('Output', 'Description'), '| --- | --- |', ...results]);
}

function tableRow(...cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Replaces what stands between two comments. */
function between(text, name, lines) {
  const marked = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
  return text.replace(marked, () => `<!-- ${name} -->\n\n${lines.join('\n')}\n\n<!-- /${name} -->`);
}

/** Only the target is ours: the rest of the schema is written by hand. */
function planSchema(text) {
  const schema = JSON.parse(text);
  const rows = rowsOf(reviewedInputs);
  const isAlwaysThere = ({ default: standard, required }) => required === true || standard !== undefined;
  schema.properties.target = {
    type: 'object',
    description:
      'The inputs that a review covers, by name. An input that was not given and has no default is left out. Written by npm run docs.',
    additionalProperties: false,
    required: rows.filter(isAlwaysThere).map(({ input }) => input),
    properties: Object.fromEntries(
      rows.map(({ input, kind }) => [input, { ...kind.json, description: `The input ${input}.` }]),
    ),
  };
  return JSON.stringify(schema, null, 2);
}

/** The file of targets: what may stand in it are the inputs that are not the run's. */
function configSchema() {
  const rows = inputRows.filter(({ scope }) => scope !== 'run');
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Targets of segment-reverse-etl-bigquery',
    description: 'Which projects are sources for Segment Reverse ETL, and how. Written by npm run docs.',
    type: 'object',
    additionalProperties: false,
    required: ['version', 'targets'],
    properties: {
      version: { const: 1 },
      defaults: {
        $ref: '#/definitions/inputs',
        description: 'What holds for every target that does not say otherwise.',
      },
      targets: {
        type: 'object',
        description: 'Each target by its name: letters, digits, hyphens and underscores.',
        minProperties: 1,
        propertyNames: { pattern: '^[A-Za-z0-9_-]{1,100}$' },
        additionalProperties: { $ref: '#/definitions/inputs' },
      },
    },
    definitions: {
      inputs: {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(rows.map((row) => [row.input, inFile(row)])),
      },
    },
  };
  return JSON.stringify(schema, null, 2);
}

/** What may be written: what the value is as JSON, or as the text that a step takes. */
function inFile({ kind: { json }, description, default: standard }) {
  const told = { description, ...(hasDefault(standard) ? { default: standard } : {}) };
  if (json.type === 'array') {
    const item = { type: ['string', 'number'] };
    return {
      ...told,
      anyOf: [
        { type: 'array', items: item },
        { type: 'string', minLength: 1 },
      ],
    };
  }
  if (json.enum !== undefined) return { ...told, ...json };
  const { type, minimum, maximum } = json;
  if (type === 'integer' || type === 'number') {
    const limits = { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
    return {
      ...told,
      anyOf: [
        { type, ...limits },
        { type: 'string', minLength: 1 },
      ],
    };
  }
  return { ...told, type: type === 'boolean' ? 'boolean' : 'string' };
}

function pathOf(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await documents())) writeFileSync(pathOf(path), text);
}
