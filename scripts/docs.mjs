// Writes what is derived from the rows of src: action.yml, docs/reference.md, the table of inputs in README.md, the target and
// the kinds in docs/plan.schema.json, docs/config.schema.json, docs/sarif-rules.md, the help in docs/cli.md, and the reusable workflows;
// the permissions in permissions/provisioner.yaml and permissions/reader.yaml; and from permissions/*.yaml those in permissions/set-up.sh and in
// docs/set-up-identities.md. A test fails when one of them differs.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Document, isMap, parse } from 'yaml';
import { helpText } from '../src/command/help.ts';
import { googleApis } from '../src/errors/services.ts';
import { outputRows } from '../src/inputs/outputs.ts';
import { inputGroups, reviewedInputs, rowsOf } from '../src/inputs/schema.ts';
import { ADVICE } from '../src/preflight/ask.ts';
import { ASKED } from '../src/preflight/permissions.ts';
import { rulesDocument } from '../src/report/sarif-rules.ts';
import { READ } from '../src/resources/findings.ts';
import { kinds } from './kinds.mjs';
import { reusableWorkflows } from './reusable.mjs';

const inputRows = rowsOf(inputGroups);
const outputs = Object.entries(outputRows);
const read = (path) => readFileSync(pathOf(path), 'utf8');

/** Everything that is written: path → text. */
export async function documents() {
  const made = {
    'action.yml': actionYaml(),
    'README.md': readme(read('README.md')),
    'docs/plan.schema.json': planSchema(read('docs/plan.schema.json')),
    'docs/reference.md': reference(),
    'docs/sarif-rules.md': rulesDocument(),
    'docs/config.schema.json': configSchema(),
    ...reusableWorkflows(),
    'docs/cli.md': between(read('docs/cli.md'), 'help', ['```text', helpText().trimEnd(), '```']),
    'permissions/provisioner.yaml': roleOf('provisioner', provisionerPermissions()),
    'permissions/reader.yaml': roleOf('reader', readerPermissions()),
    'permissions/set-up.sh': setUpScript(read('permissions/set-up.sh')),
    'docs/set-up-identities.md': between(read('docs/set-up-identities.md'), 'permissions', permissionList()),
  };
  const formatted = Object.entries(made).map(async ([path, text]) => {
    if (path.endsWith('.sh')) return [path, text]; // Prettier knows no shell.
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

/** Those that most people set, in the order in which they meet them. */
const USUAL = [
  ...[
    'mode',
    'project_id',
    'location',
    'access_mode',
    'source_datasets',
    'workload_identity_provider',
    'service_account',
  ],
  ...['key_delivery', 'verify', 'impersonators'],
];

function readme(text) {
  const rows = USUAL.map((name) => inputRows.find(({ input }) => input === name));
  return between(text, 'inputs', inputTable(rows, 'docs/reference.md'));
}

function inputTable(rows, page) {
  const lines = rows.map(({ input, description, default: standard, required }) => {
    const given = hasDefault(standard) ? `\`${standard}\`` : '–';
    return tableRow(
      `[\`${input}\`](${page}#${input})`,
      required ? '**required**, or in `config_file`' : given,
      firstSentence(description),
    );
  });
  // Aligned, it would be mostly spaces.
  return ['<!-- prettier-ignore -->', tableRow('Input', 'Default', 'Description'), '| --- | --- | --- |', ...lines];
}

/** The rest is in the reference. */
function firstSentence(description) {
  return description.split(/(?<=\.) (?=[A-Z`])/)[0];
}

/** The groups of inputs, as people look for them. Each group of the rows is in one. */
const CHAPTERS = [
  ['What to do', ['task']],
  ['The project, and what Segment gets there', ['project', 'access', 'names', 'proof']],
  ['Signing in', ['identity']],
  ['The key: where it goes, and how long it lives', ['delivery', 'keyLife']],
  ['The source in Segment', ['segment']],
  ['Tokens of other services', ['tokens']],
  ['Proof', ['verification']],
  ['Models', ['models']],
  ['Opting in: each allows the one thing that it names', ['consent']],
  ['Reports', ['reporting']],
  ['Many targets in one file', ['fleet']],
];

/** `list of texts`, `true or false`, `one of …`: as a schema says it. */
function typeOf({ kind: { json } }) {
  if (json.enum !== undefined) return `one of ${json.enum.map((one) => `\`${one}\``).join(', ')}`;
  const words = { boolean: '`true` or `false`', integer: 'whole number', number: 'number', array: 'list' };
  return words[json.type] ?? 'text';
}

function reference() {
  const known = CHAPTERS.flatMap(([, groups]) => groups);
  const forgotten = Object.keys(inputGroups).filter((group) => !known.includes(group));
  if (forgotten.length > 0) throw new Error(`docs/reference.md has no chapter for ${forgotten.join(', ')}.`);
  return [
    '# Reference',
    'Every input and output. Written by `npm run docs` from the rows in `src/inputs`.',
    'All input errors are reported at once, before any request is sent: a boolean that is not `true` or `false`, an unknown ' +
      'mode, an ID that the service would reject. An empty input counts as not set.',
    '## Inputs',
    ...CHAPTERS.flatMap(([title, groups]) => [`### ${title}`, ...groups.flatMap(inputsOf)]),
    '## Outputs',
    ...outputs.flatMap(([name, { description }]) => [`### \`${name}\``, outward(description)]),
  ].join('\n\n');
}

function inputsOf(group) {
  return Object.values(inputGroups[group]).flatMap((row) => {
    const { input, description, default: standard, required, secret } = row;
    const facts = [
      typeOf(row),
      required ? '**required**' : hasDefault(standard) ? `default \`${standard}\`` : 'no default',
      ...(secret === undefined ? [] : ['masked']),
    ];
    return [`#### \`${input}\``, `${facts.join(' · ')}`, outward(description)];
  });
}

/** Paths in descriptions are those of the repository's root. */
function outward(description) {
  return description.replaceAll(/`docs\/([\w.-]+)`/g, '[$1]($1)');
}

/** What the provisioner needs besides what it shares with others, and what findings name. */
const PROVISIONER_BESIDES = [
  'bigquery.datasets.setIamPolicy', // Whoever changes the entries of a dataset needs it, too.
  'bigquery.tables.delete', // delete_dataset
  'iam.serviceAccounts.disable', // revoke
  'serviceusage.services.enable', // enable_apis
];
const isOfSecret = (permission) => permission.startsWith('secretmanager.');

/** Secrets are granted one by one, with a role of their own. */
function provisionerPermissions() {
  const shared = [...readerPermissions(), ...permissionsIn('rotator')].filter((one) => !isOfSecret(one));
  return [...new Set([...shared, ...ASKED, ...PROVISIONER_BESIDES])].sort();
}

function readerPermissions() {
  return [...new Set([...READ, ...ADVICE])].sort();
}

/** The file of a role, with these permissions. */
function roleOf(name, permissions) {
  const lines = permissions.map((permission) => `  - ${permission}\n`);
  return read(`permissions/${name}.yaml`).replace(/(?<=^includedPermissions:\n)(?: {2}- .*\n)*/m, lines.join(''));
}

/** As somebody reads them who creates the roles by hand. */
function permissionList() {
  const said = (permissions) => permissions.map((permission) => `\`${permission}\``).join(', ');
  const shared = [...readerPermissions(), ...permissionsIn('rotator')];
  return [
    `- Reader: ${said(readerPermissions())}.`,
    `- Rotator, in addition: ${said(permissionsIn('rotator'))}.`,
    `- Provisioner: those of both except Secret Manager's, and ${said(provisionerPermissions().filter((one) => !shared.includes(one)))}.`,
    `- Secret: ${said(permissionsIn('secret-manager'))}.`,
    `- Segment: ${said(permissionsIn('segment'))}.`,
  ];
}

function permissionsIn(file) {
  return parse(read(`permissions/${file}.yaml`)).includedPermissions;
}

/** What set-up.sh grants is what the files say, and what it enables are the services that are called. */
function setUpScript(text) {
  const roles = {
    Reader: 'reader',
    Provisioner: 'provisioner',
    Rotator: 'rotator',
    Segment: 'segment',
    Secret: 'secret-manager',
  };
  const files = readdirSync(pathOf('permissions')).filter((name) => name.endsWith('.yaml'));
  const forgotten = files.filter((name) => !Object.values(roles).includes(name.replace('.yaml', '')));
  if (forgotten.length > 0) throw new Error(`permissions/set-up.sh makes no role of ${forgotten.join(', ')}.`);
  const derived = { provisioner: provisionerPermissions(), reader: readerPermissions() };
  const permissionsOf = (file) => derived[file] ?? permissionsIn(file);
  const lines = Object.entries(roles).map(([role, file]) => `    ${role}) echo ${permissionsOf(file).join(',')} ;;`);
  const apis = googleApis.map((api) => `    ${api}.googleapis.com \\\n`).join('');
  return text
    .replace(/(?<=^ {2}run gcloud services enable \\\n)(?: {4}\S+ \\\n)*/m, apis)
    .replace(
      /( *# <permissions>\n)[\s\S]*?( *# <\/permissions>)/,
      (_all, start, end) => `${start}${lines.join('\n')}\n${end}`,
    );
}

function tableRow(...cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Replaces what stands between two comments. */
function between(text, name, lines) {
  const marked = new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`);
  return text.replace(marked, () => `<!-- ${name} -->\n\n${lines.join('\n')}\n\n<!-- /${name} -->`);
}

/** Only the target and the kinds are ours: the rest of the schema is written by hand. */
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
  const step = schema.properties.steps.items.properties;
  step.kind.enum = kinds();
  step.address.pattern = `^(${kinds().join('|')})/.+$`;
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
