/** Makes the pictures of README.md, as GitHub shows a summary and a comment on a pull request: `npm run screenshots`. */
import { fileURLToPath } from 'node:url';
import { INPUTS, drift, makeDatasets } from './drifting-source.ts';
import { startBrowser } from './markdown-page.ts';
import { askAs, ownerOf } from './owner.ts';
import { runAction } from './run-action.ts';
import type { ActionResult } from './run-action.ts';
import { signInInputs, startSimulation } from './simulation.ts';
import { findBrowser } from './tools.ts';

const path = findBrowser();
if (path === undefined) throw new Error('There is no Chromium on PATH: install one, and run this again.');
const simulation = await startSimulation();
const browser = await startBrowser(path);
try {
  const owner = ownerOf(askAs(simulation.asOwner));
  await makeDatasets(owner);
  const common = { location: 'EU', ...signInInputs(simulation.env), ...INPUTS };
  const run = (inputs: Record<string, string>, event?: object): Promise<ActionResult> => {
    const name = event === undefined ? 'schedule' : 'pull_request';
    const env = {
      ...simulation.env,
      GITHUB_EVENT_NAME: name,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_NUMBER: '12',
      GITHUB_SHA: 'abc1234def5678abc1234def5678abc1234def56',
    };
    return runAction({ inputs: { ...common, ...inputs }, env, ...(event === undefined ? {} : { event }) });
  };
  const repository = { repo: { full_name: 'acme/data-platform' } };
  const event = { pull_request: { number: 7, head: repository, base: repository } };
  const picture = (name: string): string => fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));
  const show = async (markdown: string, name: string): Promise<void> => {
    await browser.show(markdown, { theme: 'light', width: 900 }, picture(name));
    await browser.show(markdown, { theme: 'dark', width: 900 }, picture(`${name}-dark`));
  };

  await run({ mode: 'plan', comment_token: simulation.env['SIMULATOR_GITHUB_PULL_TOKEN'] ?? '' }, event);
  const world = (await simulation.world()) as {
    gitHub: { repositories: Record<string, { pulls: Record<string, { comments: { body: string }[] }> }> };
  };
  const comment = world.gitHub.repositories['acme/data-platform']?.pulls['7']?.comments[0]?.body;
  await show(comment ?? '', 'comment');
  await run({ mode: 'apply', verify: 'false' });
  await drift(owner);
  await show((await run({ mode: 'check' })).summary, 'summary');
} finally {
  await browser.close();
  await simulation.stop();
}
