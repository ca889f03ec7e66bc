import { expect, test } from '@jest/globals';
import { lab } from './world.ts';
import type { Answer } from './world.ts';

/** Which pull requests a commit comes from, as GitHub answers it. */
const at = lab();
const REPOSITORY = 'acme/data-platform';
const COMMIT = 'abc1234d'.repeat(5);
const env = (name: string): string => at.env[name] ?? '';
const ask = (commit: string, token = env('SIMULATOR_GITHUB_PULL_TOKEN')): Promise<Answer> =>
  at.send(`GET /repos/${REPOSITORY}/commits/${commit}/pulls`, undefined, { token });
const merge = (merges: unknown): Promise<Answer> =>
  at.send('POST /_simulator/change', { gitHubMerges: { [REPOSITORY]: merges } });

test('a merged pull request → found by its commit, with when and where to', async () => {
  expect((await merge({ 7: COMMIT })).status).toBe(200);
  const { status, body } = await ask(COMMIT);
  expect(status).toBe(200);
  expect(body).toMatchObject([
    {
      ...{ number: 7, state: 'closed', merge_commit_sha: COMMIT, html_url: `https://github.com/${REPOSITORY}/pull/7` },
      base: { ref: 'main', repo: { full_name: REPOSITORY } },
    },
  ]);
  const [{ merged_at: mergedAt = '' } = {}] = body as unknown as { merged_at?: string }[];
  expect(Math.abs(Date.parse(mergedAt) - Date.now())).toBeLessThan(60_000);
});

test('a commit of no pull request → none; one that is not there → 422; no right → 403', async () => {
  await at.send('POST /_simulator/change', { gitHubCommits: { [REPOSITORY]: { [COMMIT]: {} } } });
  expect(await ask(COMMIT)).toMatchObject({ status: 200, body: [] });
  expect(await ask('0'.repeat(40))).toMatchObject({ status: 422, body: { message: /^No commit found for SHA: 0/ } });
  const forbidden = await ask(COMMIT, env('SIMULATOR_GITHUB_JOB_TOKEN'));
  expect(forbidden.status).toBe(403);
  expect(forbidden.headers.get('x-accepted-github-permissions')).toBe('pull_requests=read');
});

test.each([{ 7: 'short' }, { 4000: COMMIT }])('%j cannot be merged → 400', async (merges) => {
  expect((await merge(merges)).status).toBe(400);
});
