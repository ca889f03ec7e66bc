import { describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import type { ActionResult } from '../../harness/run-action.ts';
import { isWrite } from '../../harness/simulation.ts';
import type { JournalEntry } from '../../harness/simulation.ts';
import { ACCOUNT_PATH, ROLE, stageOfOwnProcesses } from '../../harness/stage.ts';

/** Whole runs as the runner sees them: everything printed, then every request. Review changes of the snapshot as a diff. */
const at = stageOfOwnProcesses();

function transcript(result: ActionResult & { readonly sent: readonly JournalEntry[] }): string {
  // A token is masked whenever it arrives, between whatever else is told; secrecy.test.ts looks at masks.
  const printed = readable(result.stdout)
    .split('\n')
    .filter((line) => line !== '');
  sortWaves(printed);
  // Requests of one wave arrive in any order.
  const requests = result.sent.map(
    (entry) => `${isWrite(entry) ? 'W' : ' '} ${entry.method} ${entry.path} → ${String(entry.status)}`,
  );
  return [...printed, `--- exit ${String(result.code)}; requests, sorted:`, ...requests.sort()]
    .join('\n')
    .replaceAll(at.simulation.url, 'http://simulator');
}

/** Steps that run side by side end in any order: each run of ticks is sorted, notes aside. */
function sortWaves(lines: string[]): void {
  for (let from = 0; from < lines.length; from += 1) {
    let to = from;
    while (lines[to]?.startsWith('✓') === true) to += 1;
    lines.splice(from, to - from, ...lines.slice(from, to).sort());
    from = Math.max(from, to - 1);
  }
}

describe('transcripts', () => {
  test('an empty project: plan, apply, apply again, check → these words, these requests', async () => {
    for (const mode of ['plan', 'apply', 'apply', 'check'])
      expect(transcript(await at.run({ mode }))).toMatchSnapshot(mode);
  });

  test('a deleted role, a disabled account: check, a refusal, restore, destroy → these words, these requests', async () => {
    const inputs = { key_delivery: 'github-secret', github_token: at.simulation.env['SIMULATOR_GITHUB_TOKEN'] ?? '' };
    await at.run({ mode: 'apply', ...inputs });
    await at.simulation.age(180); // So that nobody looks again for what may be too new to show.
    await at.owner('DELETE', `/v1/${ROLE}`);
    expect(transcript(await at.run({ mode: 'check', ...inputs }))).toMatchSnapshot('check');
    await at.owner('POST', `${ACCOUNT_PATH}:disable`, {});
    expect(transcript(await at.run({ mode: 'apply', ...inputs }))).toMatchSnapshot('refused');
    expect(transcript(await at.run({ mode: 'apply', restore: 'true', ...inputs }))).toMatchSnapshot('restored');
    expect(transcript(await at.run({ mode: 'destroy', ...inputs }))).toMatchSnapshot('destroy');
  });
});
