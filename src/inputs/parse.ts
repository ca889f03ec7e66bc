import * as v from 'valibot';
import type { Problem } from '../errors/diagnostic.ts';
import { meant } from './meant.ts';
import { namesOf, sourceSlugOf } from './names.ts';
import type { RunOptions } from './options.ts';
import { READS_AS_EMPTY, problemWith } from './problem.ts';
import { flagOf } from './row.ts';
import type { InputRow, Rows } from './row.ts';
import type { Circumstances } from './rule.ts';
import { brokenRules } from './rules.ts';
import { inputGroups, reviewedInputs, rowsOf } from './schema.ts';
import type { Groups, InputValues, RunValues, TargetValues } from './schema.ts';
import type { Target } from './target.ts';

/** Either everything that a workflow asks for, or everything that is wrong with it, at once. */
export type Reading =
  | {
      readonly target: Target;
      readonly options: RunOptions;
      /** What a review covers, by the names of inputs: lists sorted, and without what was not given. */
      readonly reviewed: Readonly<Record<string, unknown>>;
    }
  | { readonly problems: readonly Problem[] };

/**
 * @param get - the raw text of an input; '' when it was not given
 * @param unread - inputs of which somebody has told already that they are wrong: no word is said of them
 */
export function readInputs(
  get: (name: string) => string,
  around: Circumstances,
  unread: readonly string[] = [],
): Reading {
  const found: Problem[] = [];
  const values = qualify(readValues(get, found));
  const problems = found.filter((problem) => !isAbout(problem, unread));
  problems.push(...brokenRules(values, around, [...unread, ...found.flatMap(inputsOf)]));
  if (problems.length > 0 || unread.length > 0) return { problems };
  return { target: targetFrom(values), options: optionsFrom(values), reviewed: reviewedFrom(values) };
}

/** What a step says beside a file that tells of its targets. */
export interface StepReading {
  readonly options: RunOptions;
  readonly problems: readonly Problem[];
}

/** Reads what stands in the step alone. What may stand only in the file is complained of where it says anything. */
export function readStep(get: (name: string) => string): StepReading {
  const found: Problem[] = [];
  const values = readValues((name) => (isOfTarget(name) ? '' : get(name)), found);
  const own = found.filter((problem) => !inputsOf(problem).some(isOfTarget));
  return { options: optionsFrom(values), problems: [...misplaced(get), ...own] };
}

/** The runner fills in defaults: those say nothing. */
function misplaced(get: (name: string) => string): Problem[] {
  return rowsOf(inputGroups)
    .filter(({ input, scope, default: standard }) => scope === 'target' && !['', standard].includes(get(input).trim()))
    .map(({ input }) =>
      problemWith(input, 'input.not-allowed', {
        because: 'with config_file, what is wanted of a target stands in the file',
        remedy: `Move ${input} into the file: under defaults, or under the targets that it is for.`,
      }),
    );
}

const ofTarget = new Set(
  rowsOf(inputGroups)
    .filter(({ scope }) => scope === 'target')
    .map(({ input }) => input),
);

/** Whether an input says what is wanted of one target. */
export function isOfTarget(input: string): boolean {
  return ofTarget.has(input);
}

function inputsOf({ subject }: Problem): string[] {
  return subject !== undefined && 'input' in subject ? [subject.input] : [];
}

function isAbout(problem: Problem, inputs: readonly string[]): boolean {
  return inputsOf(problem).some((input) => inputs.includes(input));
}

/** @param problems - gets whatever cannot be read; the input's default stands in for it, so that the rules can be tried */
function readValues(get: (name: string) => string, problems: Problem[]): InputValues {
  const groups: Groups = inputGroups;
  const valuesOf = (rows: Rows): unknown =>
    Object.fromEntries(
      Object.entries(rows).map(([property, row]) => [property, readRow(row, get(row.input), problems)]),
    );
  const read = Object.entries(groups).map(([group, rows]) => [group, valuesOf(rows)]);
  // The one place where types are taken for granted: each value is the output of its own row's schema.
  return Object.fromEntries(read) as InputValues;
}

function readRow(row: InputRow, raw: string, problems: Problem[]): unknown {
  const given = raw.trim();
  const standard = defaultOf(row);
  if (given !== '') {
    const result = v.safeParse(row.kind.schema, given);
    if (result.success) return result.output;
    problems.push(...result.issues.map(({ input, message }) => invalid(row, input, message)));
  } else if (row.required) {
    problems.push(
      problemWith(row.input, 'input.missing', {
        because: 'it is required',
        remedy: `Set ${row.input} in the with block of the step, or ${flagOf(row.input)} on the command line. ${READS_AS_EMPTY}`,
      }),
    );
  }
  if (standard !== undefined) return v.parse(row.kind.schema, standard);
  return row.required === true ? '' : undefined; // The rules still expect a text.
}

/** What stands for an input that was not given; expressions are the runner's. */
function defaultOf(row: InputRow): string | undefined {
  return row.default?.startsWith('${{') === true ? undefined : row.default;
}

function invalid({ input: name, kind, secret, isQuoted }: InputRow, given: unknown, expected: string): Problem {
  const isSilent = secret !== undefined || isQuoted === false;
  const because = isSilent ? 'its value is not valid' : `'${quotable(given)}' is not valid`;
  const likely = isSilent || typeof given !== 'string' ? undefined : meant(kind, given);
  const hint = likely === undefined ? '' : ` Did you mean ${likely}?`;
  return problemWith(name, 'input.invalid', { because, remedy: `Use ${expected}.${hint}` });
}

/** On one line, and not without end. */
function quotable(given: unknown): string {
  const text = String(given).replaceAll(/\p{Cc}+/gu, ' ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A bare dataset is one of the project itself, a bare repository one of the organization. */
function qualify(values: InputValues): InputValues {
  const { project, access, delivery } = values;
  const { secretScope } = delivery;
  const datasets = access.sourceDatasets.map((name) => (name.includes('.') ? name : `${project.projectId}.${name}`));
  const repositories = delivery.secretRepositories.map((name) =>
    name.includes('/') || secretScope.kind !== 'organization' ? name : `${secretScope.organization}/${name}`,
  );
  return {
    ...values,
    access: { ...access, sourceDatasets: [...new Set(datasets)] },
    delivery: { ...delivery, secretRepositories: repositories },
  };
}

function targetFrom({ project, names, access, delivery, segment, keyLife, proof }: TargetValues): Target {
  return {
    ...project,
    ...proof,
    names: namesOf(project.projectId, names.accountId, names.roleId),
    access,
    delivery,
    segment: { ...segment, source: segment.source ?? sourceSlugOf(project.projectId, names.accountId) },
    keyLife,
  };
}

function optionsFrom(values: RunValues): RunOptions {
  const { task, verification, tokens, consent, models, identity, reporting, fleet } = values;
  return { ...task, ...verification, ...tokens, consent, models, identity, reporting, fleet };
}

/** Everything of scope target by construction, and every consent. */
function reviewedFrom(values: InputValues): Readonly<Record<string, unknown>> {
  const groups: Groups = reviewedInputs;
  const given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = values;
  const entries = Object.entries(groups).flatMap(([group, rows]) =>
    Object.entries(rows).map(([property, row]) => [row.input, canonical(given[group]?.[property])] as const),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function canonical(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as readonly string[])].sort() : value;
}
