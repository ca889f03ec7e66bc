/**
 * `npm start`: the whole story on a local Google Cloud, told for somebody who sees it for the first time. Nothing leaves
 * this machine, and no account is needed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askAs, ownerOf } from '../harness/owner.ts';
import { runAction } from '../harness/run-action.ts';
import type { ActionResult } from '../harness/run-action.ts';
import { isWrite, signInInputs, startSimulation } from '../harness/simulation.ts';
import type { Simulation } from '../harness/simulation.ts';
import { askSegmentAs, workspaceOwnerOf } from '../harness/workspace.ts';
import type { Mapping } from '../harness/workspace.ts';
import { renderLog } from './log.ts';
import { renderPage } from './page.ts';

const isPaced = process.stdout.isTTY && process.env['CI'] === undefined;
const color = (code: number, text: string): string =>
  process.stdout.isTTY ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
const folder = fileURLToPath(new URL('../.cache/demo/', import.meta.url));

/** One scene: what a person should expect, the run, and what to notice. */
interface Scene {
  readonly title: string;
  readonly caption: string;
  readonly mode: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** What somebody does behind the action's back, first. */
  readonly before?: (simulation: Simulation) => Promise<void>;
  readonly code: number;
  readonly notice: (facts: { result: ActionResult; reads: number; writes: number }) => string;
}

const scenes: readonly Scene[] = [
  {
    title: 'plan: what would be done',
    caption: 'A pull request asks: what is missing in this project? Nothing is changed.',
    mode: 'plan',
    code: 0,
    notice: ({ reads, writes }) =>
      `${String(reads)} requests, ${String(writes)} of them writes. It signed in without any stored key.`,
  },
  {
    title: 'apply: set it up',
    caption:
      'Both halves of the guide: role, service account, project access, dataset, dataset access; then the source in Segment, and its key.',
    mode: 'apply',
    code: 0,
    notice: ({ result }) =>
      `Done in ${seconds(result)}. The key went from Google to Segment and nowhere else: no file, no laptop, no web form.`,
  },
  {
    title: 'apply again: nothing to do',
    caption: 'Running it again must change nothing: no second key, no write.',
    mode: 'apply',
    code: 0,
    notice: ({ writes }) => `${String(writes)} write requests.`,
  },
  {
    title: 'check: somebody changed something',
    caption:
      'Behind its back somebody takes a permission from the role, and gives the account a role that lets it write everywhere.',
    mode: 'check',
    before: tamper,
    code: 1,
    notice: () =>
      'The step fails, and says what differs: field, live, desired. A scheduled check would have told somebody.',
  },
  {
    title: 'apply: fix it',
    caption:
      'New access is verified as the service account before the old is revoked, so that no sync breaks in between.',
    mode: 'apply',
    code: 0,
    notice: ({ writes }) =>
      `${String(writes)} writes: the role, and the project policy under its etag. Everybody else’s bindings went back as they came.`,
  },
  {
    title: 'rotate: a new key for Segment',
    caption: 'A mapping has synced in the meantime. Now the key is replaced: delivered, read again, recorded.',
    mode: 'rotate',
    before: useSource,
    code: 0,
    notice: ({ result }) => `consumer: ${result.outputs['consumer'] ?? ''}. The old key still works, and will for now.`,
  },
  {
    title: 'apply: two hours later, after a sync',
    caption:
      'Segment has synced with the new key. Cloud Monitoring tells of uses three hours late, so nothing is proven yet.',
    mode: 'apply',
    before: (simulation) => syncAfter(simulation, 2 * HOUR),
    code: 0,
    notice: ({ result }) =>
      `consumer: ${result.outputs['consumer'] ?? ''}. The report says until when the old key stays.`,
  },
  {
    title: 'apply: proven, so the old key stops',
    caption: 'Four hours later Monitoring shows that the old key has been silent while syncs went on.',
    mode: 'apply',
    before: ({ age }) => age(4 * HOUR),
    code: 0,
    notice: ({ result }) =>
      `consumer: ${result.outputs['consumer'] ?? ''}. Disabled, not deleted: that could be undone.`,
  },
  {
    title: 'apply: and is gone',
    caption: 'One more sync went well without it: the conclusive test.',
    mode: 'apply',
    before: (simulation) => syncAfter(simulation, HOUR),
    code: 0,
    notice: () => 'One key is left, the one that Segment holds.',
  },
  {
    title: 'destroy: remove what was created',
    caption:
      'Only what the action created is removed. delete_dataset: true says that the dataset may go too; the source keeps its models.',
    mode: 'destroy',
    inputs: { delete_dataset: 'true' },
    code: 0,
    notice: () => 'The project is as it was before; the source in Segment is disabled, and holds no key.',
  },
];

const HOUR = 3600;
let mapping: Mapping | undefined;

/** What people do with a source: a model, a destination, and what connects them. */
async function useSource(simulation: Simulation): Promise<void> {
  const { segment } = (await simulation.world()) as { segment: { sources: { id: string; slug: string }[] } };
  const source = segment.sources.find(({ slug }) => slug.startsWith('bigquery-'));
  const ask = askSegmentAs(simulation.asWorkspaceOwner);
  mapping = await workspaceOwnerOf(ask, () => simulation.env).mapping(source?.id ?? '', { query: 'SELECT 1 AS id' });
  await syncAfter(simulation, HOUR);
  await simulation.age(5 * HOUR);
}

async function syncAfter({ age, sync }: Simulation, time: number): Promise<void> {
  await age(time);
  if (mapping !== undefined) await sync(mapping);
}

async function tamper({ asOwner }: Simulation): Promise<void> {
  const owner = ownerOf(askAs(asOwner));
  await owner.takePermission('bigquery.tables.getData');
  await owner.bind('roles/bigquery.dataEditor');
}

function seconds({ milliseconds }: ActionResult): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

async function show(lines: readonly string[], milliseconds: number): Promise<void> {
  for (const line of lines) {
    process.stdout.write(`${line}\n`);
    if (isPaced) await pause(milliseconds);
  }
}

async function play(scene: Scene, number: number, simulation: Simulation): Promise<boolean> {
  await show(
    [
      '',
      color(
        1,
        `── ${String(number)} of ${String(scenes.length)} · ${scene.title} ${'─'.repeat(Math.max(0, 70 - scene.title.length))}`,
      ),
      color(36, `   ${scene.caption}`),
      '',
    ],
    400,
  );
  await scene.before?.(simulation);
  const before = (await simulation.journal()).length;
  const { env } = simulation;
  const segment = {
    key_delivery: 'segment',
    segment_token: env['SIMULATOR_SEGMENT_TOKEN'] ?? '',
    key_overlap_days: '0',
  };
  const inputs = { mode: scene.mode, location: 'EU', ...signInInputs(env), ...segment, ...scene.inputs };
  const result = await runAction({ inputs, env: simulation.env });
  await show(
    renderLog(result.stdout, process.stdout.isTTY).map((line) => `   ${line}`),
    60,
  );
  if (result.stderr !== '') await show([result.stderr], 0);
  const sent = (await simulation.journal()).slice(before);
  const facts = { result, reads: sent.length, writes: sent.filter(isWrite).length };
  writeFileSync(`${folder}${String(number)}-${scene.mode}.html`, renderPage(scene.title, result.summary));
  await show(['', color(36, `   → ${scene.notice(facts)}`)], 900);
  if (result.code === scene.code) return true;
  process.stdout.write(
    `\nThis run should have ended with ${String(scene.code)} and ended with ${String(result.code)}: a defect.\n`,
  );
  return false;
}

mkdirSync(folder, { recursive: true });
await show(
  [
    color(1, 'Segment Reverse ETL on BigQuery, on a local Google Cloud'),
    'A simulator stands in for Google Cloud, GitHub and Segment. The action is the real one: dist/index.js, on Node 24, with Google’s',
    'own client libraries, over HTTP. What follows is what a workflow log would show.',
  ],
  500,
);
const simulation = await startSimulation('--latency', '20');
let isGood = true;
for (const [index, scene] of scenes.entries()) isGood = (await play(scene, index + 1, simulation)) && isGood;
await simulation.stop();
const page = relative(process.cwd(), `${folder}4-check.html`);
await show(
  [
    '',
    `The job summary of each run, as GitHub shows it, is in ${relative(process.cwd(), folder)}: open ${page} first.`,
    'Next: the README has the workflows to copy.',
  ],
  0,
);
process.exitCode = isGood ? 0 : 1;
