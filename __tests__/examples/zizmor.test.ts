import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { hasZizmor } from '../../harness/tools.ts';
import { read, workflowsOf } from './workflow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The names of its audits that found something; it asks nobody. */
function findings(...paths: string[]): string[] {
  const { stdout, stderr } = spawnSync('zizmor', ['--offline', '--format', 'json', ...paths], {
    cwd: root,
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { ident: string }[]).map(({ ident }) => ident);
}

// Where it is not installed, the run says at its end that this was left out.
(hasZizmor() ? describe : describe.skip)('zizmor', () => {
  test('our workflows, our dependabot.yml, the examples → nothing', () => {
    expect(findings('.github', 'examples', 'action.yml')).toEqual([]);
  });

  test('workflows that documents show → nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shown-'));
    const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const shown = [...documents.map((name) => `docs/${name}`), 'README.md'].flatMap(workflowsOf);
    // Whoever copies them writes the commit.
    const files = shown.map((text, index) => {
      const path = join(folder, `${String(index)}.yml`);
      writeFileSync(path, text.replaceAll('COMMIT_SHA', 'a'.repeat(40)));
      return path;
    });
    expect(files.length).toBeGreaterThan(5);
    expect(findings(...files)).toEqual([]);
  });

  test('a workflow that pastes a title into a script → found', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'bad-')), 'bad.yml');
    writeFileSync(
      path,
      read('.github/workflows/ci.yml').replace('.ci/run', 'echo ${{ github.event.pull_request.title }}'),
    );
    expect(findings(path)).toContain('template-injection');
  });
});
