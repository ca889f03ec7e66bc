// Prints the file of targets that says the same as the steps of workflows: what to give config_file.
//
//   node scripts/config-from-workflows.mjs [--var NAME=VALUE …] .github/workflows/*.yml > .github/segment-reverse-etl.yml
//
// What is left to a person is told on standard error. Inputs that say how to run stay in the step, and so do identities: they
// often differ between the jobs of one target.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Document, parse } from 'yaml';
import { inputGroups, rowsOf } from '../src/inputs/schema.ts';

const rows = rowsOf(inputGroups);
const ofTarget = new Map(rows.filter(({ scope }) => scope === 'target').map((row) => [row.input, row]));
const DEFAULT_ACCOUNT = ofTarget.get('account_id').default;

/**
 * @param texts workflows
 * @param vars what stands for `${{ vars.NAME }}`
 * @returns the file, and what a person must look at
 */
export function configOf(texts, vars = {}) {
  const notes = [];
  const targets = new Map();
  for (const given of texts.flatMap(ourSteps)) {
    const said = inputsOf(given, vars);
    const project = said.project_id;
    if (project === undefined) {
      notes.push('A step names no project_id: it was left out.');
      continue;
    }
    const key = `${project} ${said.account_id ?? DEFAULT_ACCOUNT}`;
    targets.set(key, merged(targets.get(key), said, notes));
  }
  const named = new Map([...targets].map(([key, said]) => [nameOf(key, [...targets.keys()]), said]));
  for (const [name, said] of named) notes.push(...openIn(name, said));
  return { text: print(named), notes };
}

/** Steps that use this action, under whatever owner. */
function ourSteps(text) {
  const { jobs = {} } = parse(text) ?? {};
  const steps = Object.values(jobs).flatMap((job) => job?.steps ?? []);
  return steps
    .filter(({ uses }) => /(?:^|\/)segment-reverse-etl-bigquery(?:@|$)/.test(String(uses ?? '')))
    .map((step) => step.with ?? {});
}

/** What says what is wanted, with variables filled in; defaults say nothing. */
function inputsOf(given, vars) {
  const entries = Object.entries(given)
    .filter(([name]) => ofTarget.has(name))
    .map(([name, value]) => [name, filled(String(value), vars).trim()])
    .filter(([name, value]) => value !== '' && value !== ofTarget.get(name).default);
  return Object.fromEntries(entries);
}

function filled(text, vars) {
  return text.replace(/\$\{\{\s*vars\.(\w+)\s*\}\}/g, (whole, name) => vars[name] ?? whole);
}

/** Several steps may look at one target: they should say the same. */
function merged(known, said, notes) {
  if (known === undefined) return said;
  for (const [name, value] of Object.entries(said)) {
    if (known[name] !== undefined && known[name] !== value)
      notes.push(
        `${said.project_id}: ${name} is '${known[name]}' in one step and '${value}' in another. The first was taken.`,
      );
  }
  return { ...said, ...known };
}

function openIn(name, said) {
  return Object.entries(said)
    .filter(([, value]) => value.includes('${{'))
    .map(
      ([input, value]) =>
        `${name}: ${input} is ${value}, and nothing evaluates that in the file: write the value, or give --var.`,
    );
}

/** By its project; by its account too, where the project has more than one. */
function nameOf(key, all) {
  const [project, account] = key.split(' ');
  const isAlone = all.filter((other) => other.startsWith(`${project} `)).length === 1;
  return (isAlone ? project : `${project}-${account}`).replace(/[^A-Za-z0-9_-]/g, '-');
}

function print(targets) {
  const all = [...targets.values()];
  const defaults =
    all.length < 2
      ? {}
      : Object.fromEntries(
          Object.entries(all[0] ?? {}).filter(([name, value]) => all.every((one) => one[name] === value)),
        );
  const own = [...targets].map(([name, said]) => [
    name,
    Object.fromEntries(
      Object.entries(said)
        .filter(([input]) => !(input in defaults))
        .map(asValue),
    ),
  ]);
  const shared = Object.fromEntries(Object.entries(defaults).map(asValue));
  const document = new Document({
    version: 1,
    ...(Object.keys(shared).length === 0 ? {} : { defaults: shared }),
    targets: Object.fromEntries(own),
  });
  return document.toString({ lineWidth: 0 });
}

/** Lists as lists, numbers as numbers. */
function asValue([name, text]) {
  const { json } = ofTarget.get(name).kind;
  if (json.type === 'array')
    return [
      name,
      text
        .split(/[\n,]+/)
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    ];
  return [name, json.type === 'integer' && /^\d+$/.test(text) ? Number(text) : text];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = { var: { type: 'string', multiple: true, default: [] } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const vars = Object.fromEntries(values.var.map((one) => [one.split('=')[0], one.slice(one.indexOf('=') + 1)]));
  const { text, notes } = configOf(
    positionals.map((path) => readFileSync(path, 'utf8')),
    vars,
  );
  process.stdout.write(text);
  for (const note of notes) process.stderr.write(`${note}\n`);
  if (notes.length > 0) process.exitCode = 1;
}
