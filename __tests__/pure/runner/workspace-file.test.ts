import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { writeWithin } from '../../../src/runner/workspace-file.ts';

/** Reports are written where somebody else may have put links. */

let place: string;
let workspace: string;
let victim: string;
beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'place-')));
  workspace = join(place, 'workspace');
  victim = join(place, 'victim');
  mkdirSync(workspace);
  writeFileSync(victim, 'theirs');
});
const read = (path: string): string => readFileSync(path, 'utf8');

describe('a report is written', () => {
  test.each(['a.sarif', './a.sarif', 'reports/of/today/a.sarif'])('%s → there, with its folders', async (path) => {
    await writeWithin(workspace, path, 'report');
    expect(read(join(workspace, path))).toBe('report');
  });

  test('over a longer one → nothing of that is left', async () => {
    writeFileSync(join(workspace, 'a.sarif'), 'x'.repeat(1000));
    await writeWithin(workspace, 'a.sarif', 'report');
    expect(read(join(workspace, 'a.sarif'))).toBe('report');
  });

  test('to an absolute path, or beside the workspace → there', async () => {
    await writeWithin(workspace, join(place, 'b.sarif'), 'report');
    await writeWithin(workspace, '../c.sarif', 'report');
    expect([read(join(place, 'b.sarif')), read(join(place, 'c.sarif'))]).toEqual(['report', 'report']);
  });

  test('in a workspace that is reached by a link → there', async () => {
    symlinkSync(workspace, join(place, 'linked'));
    await writeWithin(join(place, 'linked'), 'a.sarif', 'report');
    expect(read(join(workspace, 'a.sarif'))).toBe('report');
  });
});

describe('a link in the workspace leads elsewhere', () => {
  test.each(['a.sarif', 'by absolute path'])('as the file: %s → refused, nothing is written', async (how) => {
    symlinkSync(victim, join(workspace, 'a.sarif'));
    const path = how === 'a.sarif' ? how : join(workspace, 'a.sarif');
    await expect(writeWithin(workspace, path, 'report')).rejects.toThrow('a.sarif is a link');
    expect(read(victim)).toBe('theirs');
  });

  test('to a file that is not there yet → refused, and it is not made', async () => {
    symlinkSync(join(place, 'new'), join(workspace, 'a.sarif'));
    await expect(writeWithin(workspace, 'a.sarif', 'report')).rejects.toThrow('a.sarif is a link');
    expect(existsSync(join(place, 'new'))).toBe(false);
  });

  test('as a folder on the way → refused, and nothing is made there', async () => {
    mkdirSync(join(workspace, 'reports'));
    symlinkSync(place, join(workspace, 'reports', 'of'));
    const path = 'reports/of/today/a.sarif';
    await expect(writeWithin(workspace, path, 'report')).rejects.toThrow(/^reports.of is a link/);
    expect(existsSync(join(place, 'today'))).toBe(false);
  });
});
