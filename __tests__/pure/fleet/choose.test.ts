import { describe, expect, test } from '@jest/globals';
import { choose } from '../../../src/fleet/choose.ts';
import type { FleetInputs } from '../../../src/inputs/options.ts';
import { nearest } from '../../../src/inputs/nearest.ts';

const place = { file: 'f.yml', line: 1, column: 1 };
const targetOf = (name: string, project = `project-${name}`): Parameters<typeof choose>[0][number] => ({
  name,
  said: new Map([['project_id', { text: project, place, isDefault: false }]]),
});
const inputs = (more: Partial<FleetInputs> = {}): FleetInputs => ({
  ...{ configFile: 'f.yml', targets: [], shard: undefined, parallelism: 8 },
  ...more,
});
const namesIn = (all: Parameters<typeof choose>[0], more: Partial<FleetInputs>): string[] =>
  choose(all, inputs(more)).chosen.map(({ name }) => name);
const many = Array.from({ length: 200 }, (_none, index) => targetOf(`market-${String(index)}`));

describe('choosing by name', () => {
  const all = ['acme-eu', 'acme-us', 'beta-eu'].map((name) => targetOf(name));

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['none', [], ['acme-eu', 'acme-us', 'beta-eu']],
    ['names, in another order', ['beta-eu', 'acme-eu'], ['acme-eu', 'beta-eu']],
    ['*', ['*-eu'], ['acme-eu', 'beta-eu']],
    ['?', ['acme-?s'], ['acme-us']],
    ['overlapping patterns', ['acme-*', '*'], ['acme-eu', 'acme-us', 'beta-eu']],
  ])('%s → those, in the order of the file', (_name, targets, expected) => {
    expect(namesIn(all, { targets })).toEqual(expected);
  });

  test('a name in other letters → none, and the nearest is offered', () => {
    const { problems } = choose(all, inputs({ targets: ['Acme-EU', 'zulu-*'] }));
    expect(problems.map(({ because }) => because)).toEqual([
      'no target of the file is called Acme-EU',
      'no target of the file is called zulu-*',
    ]);
    expect(problems[0]?.remedy).toContain('Did you mean acme-eu?');
  });
});

describe('shards', () => {
  const part = (all: typeof many, k: number, of = 10): string[] => namesIn(all, { shard: { part: k, of } });

  test('all of them → each target once', () => {
    const parts = Array.from({ length: 10 }, (_none, index) => part(many, index + 1));
    expect(parts.flat().sort()).toEqual(many.map(({ name }) => name).sort());
    for (const one of parts) expect(one.length).toBeGreaterThan(5);
  });

  test('a target is added → every other stays in its part', () => {
    for (const k of [1, 4, 10]) {
      const before = part(many, k);
      expect(part([targetOf('a-new-one'), ...many], k).filter((name) => name !== 'a-new-one')).toEqual(before);
    }
  });

  test('targets in one project → one part', () => {
    const sharing = ['b', 'a', 'c', 'd', 'e'].map((name) => targetOf(name, 'shared'));
    const found = Array.from({ length: 7 }, (_none, index) => part([...many, ...sharing], index + 1, 7));
    const holders = found.filter((names) => names.some((name) => ['a', 'b', 'c', 'd', 'e'].includes(name)));
    expect(holders).toHaveLength(1);
    expect(holders[0]).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'e']));
  });

  test('beside names → a part of those', () => {
    const named = Array.from({ length: 3 }, (_none, index) =>
      namesIn(many, { targets: ['market-1*'], shard: { part: index + 1, of: 3 } }),
    );
    expect(named.flat().sort()).toEqual(namesIn(many, { targets: ['market-1*'] }).sort());
  });
});

test.each([
  ['locaton', 'location'],
  ['Project_ID', 'project_id'],
  ['xyz', undefined],
  ['', undefined],
])('the nearest to %s → %s', (word, expected) => {
  expect(nearest(word, ['location', 'project_id', 'access_mode'])).toBe(expected);
});
