import { createHash } from 'node:crypto';
import type { FleetInputs } from '../inputs/options.ts';
import { problemWith } from '../inputs/problem.ts';
import type { Problem } from '../errors/diagnostic.ts';
import type { FileTarget } from './file.ts';
import { didYouMean } from '../inputs/nearest.ts';

/** Which targets of the file this run looks at. Pure. */

type Named = Pick<FileTarget, 'name' | 'said'>;

export interface Choice<T> {
  /** In the order of the file. */
  readonly chosen: readonly T[];
  readonly problems: readonly Problem[];
}

export function choose<T extends Named>(all: readonly T[], { targets: patterns, shard }: FleetInputs): Choice<T> {
  const matchers = patterns.map(matcherOf);
  const named = patterns.length === 0 ? all : all.filter(({ name }) => matchers.some((matches) => matches(name)));
  const idle = patterns.filter((_pattern, index) => !all.some(({ name }) => matchers[index]?.(name) === true));
  const problems = idle.map((pattern) =>
    problemWith('targets', 'input.invalid', {
      because: `no target of the file is called ${pattern}`,
      remedy: `${didYouMean(
        pattern,
        all.map(({ name }) => name),
      )}Names are compared with upper and lower case.`,
    }),
  );
  if (shard === undefined) return { chosen: named, problems };
  const leaders = leadersOf(all);
  return {
    chosen: named.filter((one) => partOf(leaders.get(projectOf(one)) ?? one.name, shard.of) === shard.part),
    problems,
  };
}

/** Whether it is a pattern, and no name. */
export function isPattern(target: string): boolean {
  return /[*?]/.test(target);
}

function matcherOf(pattern: string): (name: string) => boolean {
  const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
  const shape = new RegExp(`^${source}$`);
  return (name) => shape.test(name);
}

/** Targets in one project share its policy: they stay in one part, that of the first of them by name. */
function leadersOf(all: readonly Named[]): ReadonlyMap<string, string> {
  const leaders = new Map<string, string>();
  for (const one of all) {
    const project = projectOf(one);
    const known = leaders.get(project);
    if (known === undefined || one.name < known) leaders.set(project, one.name);
  }
  return leaders;
}

export function projectOf({ name, said }: Named): string {
  return said.get('project_id')?.text ?? `\n${name}`;
}

/** Whatever else the file holds, a name is in the same part. */
function partOf(name: string, of: number): number {
  return (createHash('sha256').update(name).digest().readUInt32BE() % of) + 1;
}
