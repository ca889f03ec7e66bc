import { resolve } from 'node:path';
import { readInputs, readStep, isOfTarget } from '../inputs/parse.ts';
import type { Reading } from '../inputs/parse.ts';
import type { RunOptions } from '../inputs/options.ts';
import type { Problem } from '../errors/diagnostic.ts';
import { wordsOf } from '../models/tree.ts';
import { workspaceTree } from '../models/workspace.ts';
import type { Runner } from '../runner/runner.ts';
import { choose } from './choose.ts';
import { readFleetFile } from './file.ts';
import type { FileTarget } from './file.ts';
import { sharedThings, togetherProblems, unnamedProblems } from './guard.ts';
import { fileProblem, inOrder } from './problem.ts';
import type { FileProblem } from './problem.ts';

/** A target of the file, ready to be worked on. */
export interface Member extends FileTarget, Exclude<Reading, { problems: unknown }> {}

/** What a step asks for with a file; or everything that is wrong with either, at once. */
export interface FleetReading {
  readonly path: string;
  readonly options: RunOptions;
  readonly chosen: readonly Member[];
  readonly problems: readonly FileProblem[];
}

/** Bytes: thousands of targets, and what the parser takes a few seconds for, whatever they are. */
const MOST_BYTES = 1024 * 1024;

/** Asks nobody. */
export async function readFleet(runner: Runner): Promise<FleetReading> {
  const { options, problems: ofStep } = readStep(runner.input);
  const path = options.fleet.configFile ?? '';
  const problems: FileProblem[] = ofStep.map(aboutStep);
  if (path === '') return { path, options, chosen: [], problems };
  const file = await readText(runner, path);
  if ('problem' in file) return { path, options, chosen: [], problems: [...problems, file] };
  const { parseYaml } = await import('../models/yaml.ts'); // The parser is big: a wrong step does without.
  const { targets, problems: ofFile, secrets } = readFleetFile(parseYaml(path, file.text));
  secrets.forEach(runner.mask);
  const read = targets.map((one) => readTarget(one, runner));
  const members = read.flatMap(({ member }) => (member === undefined ? [] : [member]));
  const { chosen, problems: ofChoice } = choose(targets, options.fleet);
  const names = new Set(chosen.map(({ name }) => name));
  const working = members.filter(({ name }) => names.has(name));
  problems.push(
    ...ofFile,
    ...read.flatMap(({ problems: found }) => found),
    ...[...unnamedProblems(options), ...(targets.length === 0 ? [] : ofChoice)].map(aboutStep),
    ...sharedThings(members),
    ...togetherProblems(working, options),
  );
  return { path, options, chosen: working, problems: inOrder(problems) };
}

function aboutStep(problem: Problem): FileProblem {
  return { problem, place: undefined };
}

/** From the workspace, and from nowhere that a link in it leads to. */
async function readText(runner: Runner, path: string): Promise<{ readonly text: string } | FileProblem> {
  const root = resolve(runner.env['GITHUB_WORKSPACE'] ?? '.');
  const read = await workspaceTree(root).read(path, MOST_BYTES);
  if ('text' in read) return read;
  const missing = 'Check config_file, and check the repository out in an earlier step (actions/checkout).';
  const remedy = {
    missing,
    outside: 'Use a file of the repository itself.',
    'no file': missing,
    unreadable: missing,
    'not UTF-8': 'Save it as UTF-8.',
    'too large': 'Divide it, and use a step for each file.',
  }[read.fault];
  return fileProblem(
    { file: path, line: 1, column: 1 },
    { code: 'config.unreadable', what: 'the file', because: wordsOf(read.fault, MOST_BYTES), remedy },
  );
}

interface ReadTarget {
  readonly member: Member | undefined;
  readonly problems: readonly FileProblem[];
}

/** What the file says of it, else what the step says of all; by the same rules as a step without a file. */
function readTarget(target: FileTarget, runner: Runner): ReadTarget {
  const { name, place, said, unread } = target;
  const get = (input: string): string => said.get(input)?.text ?? (isOfTarget(input) ? '' : runner.input(input));
  const reading = readInputs(get, runner.event, unread);
  if (!('problems' in reading)) return { member: { ...target, ...reading }, problems: [] };
  const problems = reading.problems.map((problem): FileProblem => {
    const { subject, because, remedy } = problem;
    const input = subject !== undefined && 'input' in subject ? subject.input : '';
    const at = said.get(input)?.place;
    if (at === undefined && !isOfTarget(input)) return aboutStep(problem);
    // What stands in defaults is told once, and not for every target.
    const whose = said.get(input)?.isDefault === true ? 'in defaults' : `of the target ${name}`;
    const attempted = fileProblem(at ?? place, { code: 'config.value', what: `${input} ${whose}`, because, remedy });
    return { place: at ?? place, problem: { ...problem, attempted: attempted.problem.attempted } };
  });
  return { member: undefined, problems };
}
