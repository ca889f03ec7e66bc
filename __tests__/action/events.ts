import { expect } from '@jest/globals';
import { errorsIn } from '../../harness/log.ts';
import type { Stage } from '../../harness/stage.ts';

export const HERE = { full_name: 'acme/data-platform' };
export const FORK = { full_name: 'mallory/data-platform' };
export const pull = (from: object): object => ({
  pull_request: { number: 7, head: { repo: from }, base: { repo: HERE } },
});
export const run = (event: string, from: object): object => ({ workflow_run: { event, head_repository: from } });

/** What strangers can cause, with what GitHub says of it. */
export const foreignEvents: readonly (readonly [name: string, event: object])[] = [
  ['pull_request', pull(HERE)],
  ['pull_request', pull(FORK)],
  ['pull_request_target', pull(FORK)],
  ['pull_request_review', pull(HERE)],
  ['issue_comment', { comment: { body: '/apply' } }],
  ['issues', {}],
  ['discussion', {}],
  ['workflow_run', run('pull_request', HERE)],
  ['workflow_run', run('push', FORK)],
  ['workflow_run', run('workflow_run', HERE)],
];

export async function expectNothingSent(
  at: Stage,
  mode: string,
  [name, event]: readonly [string, object],
): Promise<void> {
  const { code, sent, stdout, outputs } = await at.run({ mode }, { event, env: { GITHUB_EVENT_NAME: name } });
  expect({ code, sent, outputs }).toEqual({
    code: 1,
    sent: [],
    outputs: { result: 'failed', report: expect.stringContaining('### Blocking problems') },
  });
  expect(errorsIn(stdout)[0]).toContain(`mode: ${mode} is not allowed on the event ${name}`);
  expect(stdout).not.toContain('provisioner');
}
