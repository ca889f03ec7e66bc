import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInputs } from '../../src/inputs/inputs.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import { renderPicture } from '../../src/report/diagram.ts';
import type { Step } from '../../src/engine/plan.ts';
import type { Difference, Resource } from '../../src/engine/resource.ts';

/** Names come from whoever may name things: none of them ends its label, its line or the block. */
function inputsOf(given: Record<string, string> = {}): Inputs {
  const all: Record<string, string> = { project_id: 'acme-analytics', ...given };
  const reading = readInputs((name) => all[name] ?? '', { name: 'push', repository: 'a/b' });
  if ('complaints' in reading) throw new Error(reading.complaints.join());
  return reading.inputs;
}

const step = (address: string, want: 'present' | 'left alone', ...differences: Difference[]): Step => ({
  resource: { address, want } as Resource,
  ...{ differences, live: {}, refusals: [], warnings: [], facts: {}, error: undefined },
  action: differences.length === 0 ? 'none' : 'update',
});
const differing = (field: string, kind: Difference['kind'], desired = 'absent'): Difference => ({
  ...{ field, kind, live: 'present', desired },
  phase: 'narrow',
});
const lines = (...steps: Step[]): string[] => renderPicture(inputsOf(), { steps, prune: false }).split('\n');

describe('the picture', () => {
  test('marks what is missing, changed, surplus, and what could not be looked at', () => {
    const text = lines(
      step('service-account/segment-reverse-etl', 'present'),
      { ...step('credential/segment-reverse-etl', 'present'), action: 'unknown' },
      step('account-policy/e', 'left alone', differing('binding roles/x.y for user:eve@acme.example', 'surplus')),
      step('project-policy/acme-analytics', 'present', differing('binding roles/editor', 'surplus')),
      step('role/segmentReverseEtl', 'present', differing('permission a.b.c', 'changed')),
      step('dataset/__segment_reverse_etl', 'present', differing('access of e', 'missing', 'WRITER')),
    ).join('\n');
    for (const words of [
      'unknown#58; key',
      'surplus#58; roles/x.y',
      'changed#58; segmentReverseEtl',
      'missing#58; WRITER',
    ])
      expect(text).toContain(words);
    expect(text.match(/linkStyle/g)).toHaveLength(5);
  });

  test('whatever things are called, a line is a node, an edge or a style', () => {
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
        const drawn = lines(
          ...names.map((name) => step(`dataset/p.${name}`, 'left alone', differing(`entry ${name}`, 'surplus'))),
          step(
            'account-policy/e',
            'left alone',
            ...names.map((name) => differing(`binding ${name} for ${name}`, 'surplus')),
          ),
          step('project-policy/p', 'present', ...names.map((name) => differing(`binding ${name}`, 'surplus'))),
        );
        for (const line of drawn) {
          expect({ line, fits: shapes.some((shape) => shape.test(line)) }).toEqual({ line, fits: true });
          for (const [, text] of line.matchAll(/"([^"]*)"/g)) if (!text?.startsWith('…')) expect(text).toMatch(label);
        }
        expect(drawn.filter((line) => line.includes('|"')).length).toBeLessThanOrEqual(25);
      }),
    );
  });
});
