import { describe, expect, test } from '@jest/globals';
import { helpText, sections, usageOf } from '../../../src/command/help.ts';
import { options } from '../../../src/command/options.ts';
import { modes } from '../../../src/inputs/modes.ts';
import { exitCodes } from '../../../src/runner/exit-codes.ts';

const help = helpText();
const words = help.replaceAll(/\s+/g, ' ');

describe('the help', () => {
  test('every option → once, beneath one heading, with its description', () => {
    const shown = sections().flatMap(([, own]) => own);
    expect(shown.map(({ flag }) => flag).sort()).toEqual(options.map(({ flag }) => flag).sort());
    for (const option of options.filter(({ flag }) => flag !== 'mode')) {
      expect(help).toContain(`\n  ${usageOf(option)}\n`);
      expect(words).toContain(option.description.replaceAll(/[`]|\*\*/g, ''));
    }
  });

  test('modes and exit codes → all of them', () => {
    expect(help).toContain(`Modes: ${Object.keys(modes).join(', ')}\n`);
    for (const { code } of Object.values(exitCodes)) expect(help).toMatch(new RegExp(`^ +${String(code)}  \\S`, 'm'));
  });

  test('lines → none wider than a terminal, but for a word that is', () => {
    expect(help.split('\n').filter((line) => line.length > 100 && line.trim().includes(' '))).toEqual([]);
  });
});
