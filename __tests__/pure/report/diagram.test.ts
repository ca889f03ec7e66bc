import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StepView } from '../../../src/engine/plan.ts';
import type { Edge, Node } from '../../../src/engine/resource.ts';
import { renderDiagram } from '../../../src/report/diagram.ts';
import { ACCOUNT, KEY, POLICY, ROLE, STATE, differs, planOf, stepOf } from '../verify/plan-of.ts';
import { outcomeOf, reportOf } from './report-of.ts';

const account: Node = { text: 'account', shape: 'account' };
const project: Node = { text: 'project', shape: 'store' };
const dataset: Node = { text: 'state', shape: 'store' };
const actor = (text: string): Node => ({ text, shape: 'actor' });
const bound: Edge = { from: account, to: project, label: 'role' };
const entry: Edge = { from: account, to: dataset, label: 'WRITER' };
const eve: Edge = { from: actor('eve'), to: account, label: 'tokenCreator' };
const others: Edge = { from: actor('others'), to: account, label: 'could not be read' };

const lines = (...steps: StepView[]): string[] => renderDiagram(reportOf({ plan: planOf(...steps) })).split('\n');
/** Nodes and edges, without ids and styles. */
function drawn(...steps: StepView[]): string[] {
  const all = lines(...steps);
  const names = new Map(
    all.flatMap((line) => [/^ {2}(n\d+)[({[]+"(.*?)"/.exec(line)?.slice(1) ?? []]) as [string, string][],
  );
  return all
    .filter((line) => /^ {2}(?:n\d|more)/.test(line))
    .map((line) => line.trim().replace(/\bn\d+/g, (id) => names.get(id) ?? id));
}

describe('the diagram', () => {
  test('all in sync → every edge once, nothing marked', () => {
    expect(
      drawn(
        stepOf(ROLE, [], { picture: { edges: [bound] } }),
        stepOf(POLICY, [], { picture: { edges: [{ ...bound, from: { ...account } }] } }),
        stepOf(STATE, [], { picture: { node: dataset, edges: [entry] } }),
      ),
    ).toEqual([
      'account{{"account"}}',
      'project[("project")]',
      'state[("state")]',
      'account -->|"role"| project',
      'account -->|"WRITER"| state',
    ]);
  });

  test('two steps about the same edge → the worst of what they say', () => {
    const picture = { edges: [bound] };
    const changed = differs('role.disabled', { edge: bound });
    const missing = differs('project-role.missing', { kind: 'missing', edge: bound });
    const unread = { picture, action: 'unknown' } as const;
    const edgesOf = (...steps: StepView[]): string[] => drawn(...steps).filter((line) => line.includes('|'));
    expect(edgesOf(stepOf(ROLE, [changed], { picture }), stepOf(POLICY, [missing], { picture }))).toEqual([
      'account ==>|"missing#58; role"| project',
    ]);
    expect(edgesOf(stepOf(ROLE, [changed], { picture }), stepOf(POLICY, [], { picture }))).toEqual([
      'account ==>|"changed#58; role"| project',
    ]);
    expect(edgesOf(stepOf(ROLE, [], unread), stepOf(POLICY, [], { picture }))).toEqual([
      'account ==>|"unknown#58; role"| project',
    ]);
    expect(edgesOf(stepOf(ROLE, [], unread), stepOf(POLICY, [missing], { picture }))).toEqual([
      'account ==>|"missing#58; role"| project',
    ]);
  });

  test('surplus → its own edge, and who has it stands out', () => {
    const difference = differs('impersonation.surplus', { kind: 'surplus', edge: eve });
    expect(drawn(stepOf({ kind: 'account-policy', name: 'e' }, [difference]))).toEqual([
      'eve(["eve"]):::surplus',
      'account{{"account"}}',
      'eve ==>|"surplus#58; tokenCreator"| account',
    ]);
  });

  test('a difference without an edge → marks the node of its step; without a node, its edges', () => {
    const node = stepOf(ACCOUNT, [differs('account.disabled')], { picture: { node: account } });
    const role = stepOf(ROLE, [differs('role.unmarked', { kind: 'missing' })], { picture: { edges: [bound] } });
    expect(drawn(node, role)).toEqual([
      'account{{"account"}}:::changed',
      'project[("project")]',
      'account ==>|"missing#58; role"| project',
    ]);
  });

  test('something unread → its node and edges are unknown, and so is what it would tell', () => {
    const unread = stepOf(STATE, [], {
      ...{ action: 'unknown', picture: { node: dataset, edges: [entry], hidden: [others] } },
    });
    expect(drawn(unread)).toEqual([
      'account{{"account"}}',
      'state[("state")]:::unknown',
      'others(["others"])',
      'account ==>|"unknown#58; WRITER"| state',
      'others ==>|"unknown#58; could not be read"| account',
    ]);
    expect(drawn(stepOf(STATE, [], { picture: { node: dataset, edges: [entry], hidden: [others] } }))).toHaveLength(3);
  });

  test('leftovers of a deleted account → grant nothing, so nothing is drawn or marked', () => {
    const leftover = { makes: 'leftovers removed', exempt: undefined } as const;
    const difference = differs('state-dataset.leftover', { makes: leftover.makes, edge: { ...entry, label: 'OWNER' } });
    const plain = differs('state-dataset.leftover', { makes: leftover.makes });
    const picture = { node: dataset, edges: [entry] };
    expect(drawn(stepOf(STATE, [difference, plain], { picture }))).toEqual(drawn(stepOf(STATE, [], { picture })));
  });

  test('what is no drift → not marked', () => {
    const key: Edge = { from: actor('Segment'), to: account, label: 'key' };
    const due = differs('key.due', { exempt: 'renewal', edge: key });
    const picture = { edges: [key] };
    expect(drawn(stepOf(KEY, [due], { picture }))).toEqual(drawn(stepOf(KEY, [], { picture })));
  });

  test('after apply → what is left', () => {
    const step = stepOf(ROLE, [differs('role.disabled', { edge: bound })], { picture: { edges: [bound] } });
    const report = reportOf({ plan: planOf(step), outcomes: [outcomeOf(step, 'enabled')] });
    expect(renderDiagram(report)).not.toContain('==>');
    expect(renderDiagram({ ...report, outcomes: [outcomeOf(step, 'failed')] })).toContain('==>');
  });

  test('no edges, or no plan → nothing', () => {
    expect(renderDiagram(reportOf())).toBe('');
    expect(renderDiagram({ ...reportOf(), plan: undefined })).toBe('');
  });

  test('30 surplus edges → 20 in all, and the rest counted', () => {
    const many = Array.from({ length: 30 }, (_none, index) =>
      differs('project-role.surplus', { kind: 'surplus', edge: { ...bound, label: `roles/x${String(index)}` } }),
    );
    const all = drawn(stepOf(POLICY, many, { picture: { edges: [bound] } }));
    expect(all.filter((line) => line.includes('|"'))).toHaveLength(20);
    expect(all.at(-1)).toBe('more["… and 11 more"]:::surplus');
  });

  test('whatever things are called → a line is a node, an edge or a style', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('"]', '```', '-->', '%%{init}%%', 'end', 'click n0 "x"', '#quot;', '\n```\n<script>', '|"| n0'),
    );
    const shapes = [
      /^```mermaid$|^```$|^flowchart LR$/,
      /^ {2}n\d+(?:\(\["[^"\n]*"\]\)|\{\{"[^"\n]*"\}\}|\[\("[^"\n]*"\)\])(?::::\w+)?$/,
      /^ {2}n\d+ [-=]+>\|"[^"\n]*"\| n\d+$/,
      /^ {2}more\["… and \d+ more"\]:::surplus$/,
      /^ {2}(?:classDef \w+|linkStyle \d+) [-\w:#, ]+$/,
    ];
    const label = /^(?:[A-Za-z0-9 ._/-]|#\d+;|<br\/>)*$/;
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (names) => {
        const differences = names.flatMap((name) => [
          differs('impersonation.surplus', { kind: 'surplus', edge: { from: actor(name), to: account, label: name } }),
          differs('source-dataset.access-surplus', {
            ...{ kind: 'surplus', edge: { from: account, to: { text: `p.${name}`, shape: 'store' }, label: name } },
          }),
        ]);
        const all = lines(stepOf(POLICY, differences, { picture: { edges: [bound] } }));
        for (const line of all) {
          expect({ line, fits: shapes.some((shape) => shape.test(line)) }).toEqual({ line, fits: true });
          for (const [, text] of line.matchAll(/"([^"]*)"/g)) if (!text?.startsWith('…')) expect(text).toMatch(label);
        }
        expect(all.filter((line) => line.includes('|"')).length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
