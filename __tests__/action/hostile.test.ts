import { describe, expect, test } from '@jest/globals';
import { attack } from '../../harness/hostile-text.ts';
import { PROJECT } from '../../harness/stage.ts';
import {
  FIELDS,
  HOSTILE_MODELS,
  QUERY_FIELDS,
  SEGMENT_FIELDS,
  allModes,
  expectInert,
  hostilePlace,
  pullRequest,
} from './hostile.ts';

/** Nothing that others write speaks: not to the runner, not to GitHub's pages. One of each kind; matrices/ has them all. */
const place = hostilePlace();
const {
  at,
  run,
  inputsOf,
  comments,
  expectRefusalInert,
  expectFieldsInert,
  expectSegmentInert,
  expectModelsInert,
  expectCommentInert,
} = place;

test.each([
  ['check', 'bigquery'],
  ['rotate', 'github'],
  ['destroy', 'cloudresourcemanager'],
] as const)('%s: whatever %s answers as an error → stays text', async (mode, service) => {
  await expectRefusalInert(mode, service);
});

test.each(allModes)('%s: whatever stands in the fields of others → stays text', async (mode) => {
  await expectFieldsInert(mode, FIELDS.slice(0, 4).flat());
});

test('rotate: whatever stands in the new key → stays text', async () => {
  await expectFieldsInert('rotate', ['privateKeyData']);
});

describe('models', () => {
  test.each(Object.entries(HOSTILE_MODELS))('%s → stay text', async (_title, files) => {
    await at.simulation.queries([
      {
        query: 'SELECT id FROM shop.users',
        schema: [{ name: 'id', type: 'STRING' }],
        bytes: '12',
        tables: [`${PROJECT}.shop.users`],
      },
    ]);
    await expectModelsInert(files, QUERY_FIELDS);
  });

  test('what BigQuery says of them → stays text', async () => {
    await expectModelsInert(HOSTILE_MODELS['what is fine'] ?? {}, 'refused');
  });
});

describe('Segment', () => {
  test.each([
    ['check', SEGMENT_FIELDS.slice(0, 3).flat()],
    ['apply', SEGMENT_FIELDS.slice(0, 3).flat()],
    ['revoke', 'refused'],
    ['destroy', SEGMENT_FIELDS[0] ?? []],
  ] as const)('%s: whatever Segment says → stays text', async (mode, keys) => {
    await expectSegmentInert(mode, keys);
  });
});

describe('a pull request', () => {
  test('check: names and words of others → make no mention, link or tag in the comment', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    await expectCommentInert('check', FIELDS.slice(0, 4).flat());
  });

  test("somebody else's comment with our marker → is nobody's but theirs", async () => {
    const marker = `<!-- segment-reverse-etl-bigquery ${PROJECT}/segment-reverse-etl -->`;
    const forged = `${marker}\n\nAll is well. ${attack('comment')}`;
    await at.simulation.asOwner('POST', '/repos/acme/data-platform/issues/7/comments', { body: forged });
    const inputs = { ...inputsOf('plan'), comment_token: at.simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' };
    expectInert(await run(inputs, pullRequest));
    const [first, second, ...others] = await comments();
    expect(first).toBe(forged);
    expect(second).toContain(marker);
    expect(others).toEqual([]);
    await run(inputs, pullRequest);
    expect(await comments()).toHaveLength(2);
  });
});

describe('what a workflow gives', () => {
  test.each([
    ['an input', { account_id: attack('account_id') }],
    ['an audience', { audience: attack('audience') }],
    ['a path', { sarif_file: 'a##[stop-commands]b @acme/everyone' }],
  ])('%s that may be any text → stays text', async (_name, inputs) => {
    expectInert(await run({ ...inputsOf('plan'), ...inputs }));
  });

  test('the names of repository, workflow, actor and branch → stay text', async () => {
    const text = 'x##[stop-commands]y';
    await at.simulation.claims({ sub: `repo:acme/data-platform:ref:refs/heads/${attack('branch')}` });
    const env = {
      ...{ GITHUB_ACTOR: text, GITHUB_WORKFLOW_REF: `acme/x/.github/workflows/${text}.yml@main`, GITHUB_REF: text },
      ...{ GITHUB_REPOSITORY: `acme/${text}`, GITHUB_SERVER_URL: 'https://x"><img src=x>' },
    };
    const { service_account: _none, ...inputs } = { service_account: '', ...inputsOf('apply') };
    expectInert(await run({ ...inputs, key_delivery: 'github-secret' }, { env }));
  });
});
