import { describe, test } from '@jest/globals';
import { attack } from '../../harness/hostile-text.ts';
import type { Mode } from '../../src/inputs/modes.ts';
import { inputGroups, rowsOf } from '../../src/inputs/schema.ts';
import { FIELDS, SEGMENT_FIELDS, SERVICES, allModes, expectInert, hostilePlace } from '../action/hostile.ts';

/** Nothing that others write speaks, whatever field, error or input it comes through: action/hostile.test.ts has a sample. */
const { at, run, inputsOf, expectRefusalInert, expectFieldsInert, expectSegmentInert, expectCommentInert } =
  hostilePlace();

/** What reads most and what writes most meets everything, one by one; the others what they share with these, together. */
const isThorough = (mode: Mode): boolean => mode === 'check' || mode === 'rotate';
const servicesFor = (mode: Mode): string[] =>
  Object.keys(SERVICES).filter((name) => isThorough(mode) || ['iam', 'cloudresourcemanager', 'sts'].includes(name));
const fieldsFor = (mode: Mode): readonly (readonly string[])[] =>
  isThorough(mode) ? FIELDS : [FIELDS.slice(0, 4).flat(), FIELDS.slice(4, 8).flat()];

describe.each(allModes)('mode %s', (mode) => {
  test.each(servicesFor(mode))('whatever %s answers as an error → stays text', async (service) => {
    await expectRefusalInert(mode, service);
  });

  test.each(fieldsFor(mode).map((keys) => [keys.join(', '), keys] as const))(
    'whatever stands in %s → stays text',
    async (_names, keys) => {
      await expectFieldsInert(mode, keys);
    },
  );
});

describe.each(allModes)('mode %s, with a source in Segment', (mode) => {
  const some = [SEGMENT_FIELDS.slice(0, 3).flat(), SEGMENT_FIELDS.slice(3).flat()];
  test.each((isThorough(mode) ? SEGMENT_FIELDS : some).map((keys) => [keys.join(', '), keys] as const))(
    'whatever stands in %s → stays text',
    async (_names, keys) => {
      await expectSegmentInert(mode, keys);
    },
  );

  test('whatever Segment answers as an error → stays text', async () => {
    await expectSegmentInert(mode, 'refused');
  });
});

test.each(['plan', 'check'] as const)(
  'a pull request, %s: names and words of others → make no mention, link or tag in the comment',
  async (mode) => {
    await at.run({ mode: 'apply', verify: 'false' });
    for (const keys of FIELDS.slice(0, 5)) await expectCommentInert(mode, keys);
  },
);

describe('what a workflow gives', () => {
  test('any text as any input → stays text', async () => {
    for (const { input } of rowsOf(inputGroups)) {
      const result = await run({ ...inputsOf('plan'), [input]: attack(input) });
      expectInert(result);
    }
  });

  test.each([
    [
      'an environment',
      { key_delivery: 'github-secret', secret_scope: `environment:x##[stop-commands]y @acme/everyone` },
    ],
    ['an audience', { audience: attack('audience') }],
    ['an impersonator', { impersonators: 'principalSet://x/##[stop-commands]y @acme/everyone www.evil.example' }],
    ['a path', { sarif_file: 'a##[stop-commands]b @acme/everyone' }],
  ])('%s that may be any text → stays text', async (_name, inputs) => {
    expectInert(await run({ ...inputsOf('plan'), ...inputs }));
  });
});
