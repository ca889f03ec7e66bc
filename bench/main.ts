/**
 * `npm run bench`: what the action costs, against its budgets, as one table. Medians; noisy machines lie about single runs.
 * Round trips are counted from the simulator's journal at 100 ms a request, so they do not depend on the machine.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { layOut } from '../harness/models-folder.ts';
import { runAction } from '../harness/run-action.ts';
import { isWrite, signInInputs, startSimulation } from '../harness/simulation.ts';
import { weatherOf } from '../simulator/engine/weather.ts';
import { guideByHand } from './guide.ts';

const LATENCY = 100;
const RUNS = 7;
const PAIRS = 5;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly budget: string;
}
const rows: Row[] = [];

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** Milliseconds that Node 24 takes for this. */
function time(...args: string[]): number {
  const started = performance.now();
  spawnSync(process.execPath, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '' } });
  return performance.now() - started;
}

// Load: a run that ends at its first complaint, and one that also loads Google's libraries, both over a bare Node.
const bare: number[] = [];
const entry: number[] = [];
const whole: number[] = [];
const google = readdirSync(dist)
  .filter((name) => name.endsWith('.index.js'))
  .sort((one, other) => statSync(dist + other).size - statSync(dist + one).size)[0];
for (let run = 0; run < RUNS; run += 1) {
  bare.push(time('-e', '0'));
  entry.push(time(`${dist}index.js`));
  whole.push(
    time(
      '--input-type=module',
      '-e',
      `process.env.INPUT_PROJECT_ID='x'; await import('${dist}index.js'); await import('${dist}${google ?? ''}')`,
    ),
  );
}
const load = median(entry) - median(bare);
rows.push({ what: 'load of dist/index.js over a bare node', measured: `${load.toFixed(0)} ms`, budget: '≤ 70 ms' });
rows.push({
  what: '… with the chunk of Google’s libraries',
  measured: `${(median(whole) - median(bare)).toFixed(0)} ms`,
  budget: '(information)',
});
// What is shipped for lawyers is no code.
const code = readdirSync(dist).filter((name) => name !== 'licenses.txt');
const size = code.reduce((sum, name) => sum + statSync(dist + name).size, 0);
rows.push({ what: 'size of dist', measured: `${(size / 1e6).toFixed(2)} MB`, budget: '≤ 2 MB' });

const simulation = await startSimulation('--latency', String(LATENCY));
const inputs = { location: 'EU', ...signInInputs(simulation.env) };

interface Case {
  readonly mode: string;
  readonly more?: Readonly<Record<string, string>>;
  /** Dependent round trips after the three of signing in. */
  readonly trips: number;
  /** How much longer than the round trips it may take. */
  readonly factor: number;
  /** Whether it begins with an empty project. */
  readonly isFirst: boolean;
}

/** Runs a case several times; the median counts. Requests are counted from the journal, exactly. */
async function measure({ mode, more = {}, trips, factor, isFirst }: Case): Promise<void> {
  const times: number[] = [];
  let sent: Awaited<ReturnType<typeof simulation.journal>> = [];
  if (!isFirst) {
    await simulation.reset();
    await runAction({ inputs: { ...inputs, mode: 'apply', ...more }, env: simulation.env });
  }
  for (let run = 0; run <= RUNS; run += 1) {
    if (isFirst) await simulation.reset();
    const before = (await simulation.journal()).length;
    const { milliseconds, code } = await runAction({ inputs: { ...inputs, mode, ...more }, env: simulation.env });
    if (code !== 0) throw new Error(`${mode} ended with ${String(code)}`);
    if (run > 0) times.push(milliseconds); // The first one warms up.
    sent = (await simulation.journal()).slice(before);
  }
  const ideal = (3 + trips) * LATENCY;
  const into = more['key_delivery'] === undefined ? [] : [`into ${more['key_delivery']}`];
  const name = [isFirst ? 'first' : 'later', mode, more['access_mode'] ?? 'limited', ...into].join(' ');
  rows.push({
    what: `${name}: ${String(sent.length)} requests, ${String(sent.filter(isWrite).length)} writes, 3 + ${String(trips)} round trips`,
    measured: `${median(times).toFixed(0)} ms`,
    budget: `≤ ${factor.toFixed(2)} × ${String(ideal)} ms + load = ${(factor * ideal + load).toFixed(0)} ms`,
  });
}

await measure({ mode: 'plan', trips: 1, factor: 1.25, isFirst: true });
await measure({ mode: 'apply', trips: 7, factor: 1.2, isFirst: true });
await measure({ mode: 'apply', trips: 2, factor: 1.25, isFirst: false });
await measure({ mode: 'check', trips: 2, factor: 1.25, isFirst: false });
await measure({ mode: 'apply', more: { access_mode: 'full' }, trips: 6, factor: 1.2, isFirst: true });
await measure({ mode: 'check', more: { access_mode: 'full' }, trips: 2, factor: 1.25, isFirst: false });
const segment = { key_delivery: 'segment', segment_token: simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '' };
await measure({ mode: 'apply', more: segment, trips: 11, factor: 1.2, isFirst: true });
await measure({ mode: 'check', more: segment, trips: 4, factor: 1.25, isFirst: false });

const MODELS = 40;
/** Forty models, each with a query of its own, tried four at a time. */
async function measureModels(): Promise<void> {
  await simulation.reset();
  await simulation.asOwner('POST', `/bigquery/v2/projects/${simulation.env['SIMULATOR_PROJECT'] ?? ''}/datasets`, {
    ...{ datasetReference: { datasetId: 'shop' }, location: 'EU' },
  });
  await runAction({ inputs: { ...inputs, mode: 'apply', verify: 'false' }, env: simulation.env });
  const queries = Array.from(
    { length: MODELS },
    (_none, index) => `SELECT id, ${String(index)} AS number FROM shop.users`,
  );
  await simulation.queries(
    queries.map((query) => ({ query, schema: [{ name: 'id', type: 'STRING' }], bytes: '1000' })),
  );
  const text = queries.map(
    (query, index) => `  - { name: Model ${String(index)}, query: '${query}', query_identifier_column: id }\n`,
  );
  const prepare = (workspace: string): void => layOut(workspace, { 'models.yml': `models:\n${text.join('')}` });
  const service_account = simulation.env['SIMULATOR_TESTER_SERVICE_ACCOUNT'] ?? '';
  const times: number[] = [];
  let sent: Awaited<ReturnType<typeof simulation.journal>> = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const before = (await simulation.journal()).length;
    const asked = { ...inputs, service_account, mode: 'models', models: 'models.yml' };
    const { milliseconds, code } = await runAction({ inputs: asked, env: simulation.env, prepare });
    if (code !== 0) throw new Error(`models ended with ${String(code)}`);
    if (run > 0) times.push(milliseconds);
    sent = (await simulation.journal()).slice(before);
  }
  const ideal = (3 + 3 + MODELS / 4) * LATENCY;
  rows.push({
    what: `${String(MODELS)} models: ${String(sent.length)} requests, ${String(sent.filter(isWrite).length)} writes, four dry runs at a time`,
    measured: `${median(times).toFixed(0)} ms`,
    budget: `≤ 1.25 × ${String(ideal)} ms + load = ${(1.25 * ideal + load).toFixed(0)} ms`,
  });
}
await measureModels();

const TARGETS = 200;
const FLEET_LATENCY = 50;
const SIDE_BY_SIDE = 16;
/** How many single steps stand for all of them: each takes as long as any other. */
const STEPS = 10;

/** One step with a file of many targets, against as many steps one after the other, as workflows had them before. */
async function measureFleet(): Promise<void> {
  const company = await startSimulation('--scenario', 'fleet', '--latency', String(FLEET_LATENCY));
  const { project_id: _none, ...identity } = signInInputs(company.env);
  const projects = (JSON.parse(company.env['SIMULATOR_PROJECTS'] ?? '[]') as string[]).slice(1, TARGETS + 1);
  const targets = projects.map((project) => `  ${project}: { project_id: ${project} }\n`).join('');
  const text = `version: 1\ndefaults: { location: EU, key_delivery: none }\ntargets:\n${targets}`;
  const prepare = (workspace: string): void => layOut(workspace, { 'fleet.yml': text });
  const keep = async (
    mode: string,
    parallelism: number,
  ): Promise<Awaited<ReturnType<typeof runAction>> & { sent: number; signIns: number }> => {
    const before = (await company.journal()).length;
    const asked = { ...identity, mode, config_file: 'fleet.yml', parallelism: String(parallelism) };
    const result = await runAction({ inputs: asked, env: company.env, prepare });
    if (result.code !== 0) throw new Error(`${mode} of ${String(TARGETS)} targets ended with ${String(result.code)}`);
    const sent = (await company.journal()).slice(before);
    return { ...result, sent: sent.length, signIns: sent.filter(({ path }) => path === '/v1/token').length };
  };
  const others = (JSON.parse(company.env['SIMULATOR_PROJECTS'] ?? '[]') as string[]).slice(-STEPS);
  const single = async (mode: string): Promise<number> => {
    const times: number[] = [];
    for (const project_id of others) {
      const one = { ...identity, project_id, location: 'EU', key_delivery: 'none', mode };
      times.push((await runAction({ inputs: one, env: company.env })).milliseconds);
    }
    return median(times) * TARGETS;
  };
  const together: Record<string, number> = {};
  for (const mode of ['apply', 'check']) {
    const { milliseconds, peak, sent, signIns } = await keep(mode, SIDE_BY_SIDE);
    together[mode] = milliseconds;
    const ratio = (await single(mode)) / milliseconds;
    rows.push({
      what: `${mode} of ${String(TARGETS)} targets at ${String(FLEET_LATENCY)} ms, ${String(SIDE_BY_SIDE)} at a time: ${String(sent)} requests, ${String(signIns)} sign-in`,
      measured: `${(milliseconds / 1000).toFixed(1)} s, ${(peak / 1e6).toFixed(0)} MB, ${ratio.toFixed(1)} × faster than ${String(TARGETS)} steps (${String(STEPS)} were measured)`,
      budget: '≥ 12 × faster, ≤ 200 MB, 1 sign-in',
    });
  }
  const alone = await keep('check', 1);
  rows.push({
    what: `… check, one at a time in the same step, against ${String(SIDE_BY_SIDE)}`,
    measured: `${(alone.milliseconds / 1000).toFixed(1)} s, ${(alone.peak / 1e6).toFixed(0)} MB: ${String(SIDE_BY_SIDE)} at a time are ${(alone.milliseconds / (together['check'] ?? NaN)).toFixed(1)} × faster`,
    budget: '≥ 12 × faster',
  });
  await company.stop();
}
await measureFleet();

if (guideByHand.isPossible()) {
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    await simulation.reset();
    const { milliseconds } = await runAction({ inputs: { ...inputs, mode: 'apply' }, env: simulation.env });
    await simulation.reset();
    ratios.push(guideByHand.run(simulation) / milliseconds);
  }
  rows.push({
    what: `first apply against the guide by gcloud and bq, ${String(PAIRS)} pairs`,
    measured: `${median(ratios).toFixed(1)} × faster`,
    budget: '≥ 4.5 × faster',
  });
} else {
  rows.push({
    what: 'first apply against the guide by gcloud and bq',
    measured: 'LEFT OUT: gcloud or bq is not installed',
    budget: '≥ 4.5 × faster',
  });
}
await simulation.stop();

const WORLDS = 4;

/** A first apply in a cloud that takes its time: what stands on each other, against all waits one after the other. */
async function measureWaits(): Promise<void> {
  const { account, accountInBigQuery, role, key, grant } = weatherOf({ weather: 'real' });
  const apply = async (seed: number): Promise<number> => {
    const slow = await startSimulation('--weather', 'real', '--seed', String(seed));
    const asked = { location: 'EU', ...signInInputs(slow.env), mode: 'apply' };
    const { milliseconds, code } = await runAction({ inputs: asked, env: slow.env });
    await slow.stop();
    if (code !== 0) throw new Error(`a first apply in the weather real ended with ${String(code)}`);
    return milliseconds;
  };
  const times = await Promise.all(Array.from({ length: WORLDS }, (_none, index) => apply(index + 1)));
  const chain = accountInBigQuery + grant;
  const sum = account + accountInBigQuery + role + key + 2 * grant;
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
  rows.push({
    what: `first apply in the weather real, ${String(WORLDS)} worlds: until BigQuery knows the account, then until its grant has effect, ${seconds(chain)} s; all waits one after the other, ${seconds(sum)} s`,
    measured: `${times.map(seconds).join(', ')} s`,
    budget: `≤ chain + 3 s = ${seconds(chain + 3_000)} s`,
  });
}
await measureWaits();

const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;
process.stdout.write(
  `\nsegment-reverse-etl-bigquery ${version} on Node ${process.version}, ${String(LATENCY)} ms per request\n\n`,
);
process.stdout.write('| what | measured | budget |\n| --- | --- | --- |\n');
for (const { what, measured, budget } of rows) process.stdout.write(`| ${what} | ${measured} | ${budget} |\n`);
