import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commitAndChange, layOut } from '../../../harness/models-folder.ts';
import { gitTree } from '../../../src/models/git-tree.ts';
import { mountedAt, repositoryIn } from '../../../src/models/repository.ts';
import { bytesInWorkspace, workspaceTree } from '../../../src/models/workspace.ts';

/** Where models are read from, on a real disk: what leads out, what never ends, and a commit. */
let outside: string;
let root: string;
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'outside-'));
  root = join(outside, 'workspace');
  mkdirSync(root);
  writeFileSync(join(outside, 'secret.yml'), 'secret');
  layOut(root, {
    'segment/a.yml': 'a',
    'segment/deep/b.sql': 'b',
    'segment/node_modules/c.yml': 'c',
    '.git/config': 'x',
  });
  symlinkSync(join(outside, 'secret.yml'), join(root, 'segment/out.yml'));
  symlinkSync('a.yml', join(root, 'segment/in.yml'));
  symlinkSync(outside, join(root, 'segment/folder'));
  symlinkSync('loop.yml', join(root, 'segment/loop.yml'));
  execFileSync('mkfifo', [join(root, 'segment/pipe.yml')]);
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

describe('the workspace', () => {
  test.each<[string, string, object]>([
    ['a file', 'segment/a.yml', { text: 'a' }],
    ['a file by a longer way', './segment//deep/../a.yml', { text: 'a' }],
    ['a link within', 'segment/in.yml', { text: 'a' }],
    ['a link that leads out', 'segment/out.yml', { fault: 'outside' }],
    ['a folder that leads out', 'segment/folder/secret.yml', { fault: 'outside' }],
    ['a path that leads out', '../secret.yml', { fault: 'outside' }],
    ["git's own files", '.git/config', { fault: 'outside' }],
    ['a link to itself', 'segment/loop.yml', { fault: 'missing' }],
    ['what is not there', 'segment/none.yml', { fault: 'missing' }],
    ['a pipe', 'segment/pipe.yml', { fault: 'no file' }],
    ['a folder', 'segment', { fault: 'no file' }],
  ])('%s → read, or why not', async (_title, path, expected) => {
    expect(await workspaceTree(root).read(path, 100)).toEqual(expected);
  });

  test('a file with more bytes than asked for → too large; as bytes → those of the file', async () => {
    expect(await workspaceTree(root).read('segment/a.yml', 0)).toEqual({ fault: 'too large' });
    expect(await bytesInWorkspace(root, 'segment/a.yml')).toEqual(Buffer.from('a'));
    expect(await bytesInWorkspace(root, 'segment/out.yml')).toBeUndefined();
  });

  test('a folder → its files and those below, links to folders not followed', async () => {
    const found = await workspaceTree(root).list('segment');
    expect(found).toEqual(
      ['a.yml', 'deep/b.sql', 'folder', 'in.yml', 'loop.yml', 'out.yml', 'pipe.yml'].map((name) => `segment/${name}`),
    );
    expect(await workspaceTree(root).kindOf('segment/folder')).toBe('outside');
    expect(await workspaceTree(root).kindOf('')).toBe('folder');
  });
});

describe('a commit', () => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir() };

  test('as git has it → its files, whatever stands there now; links are none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'git-'));
    symlinkSync('/etc/passwd', join(folder, 'link.yml'));
    const big = 'x'.repeat(300_000);
    const commit = commitAndChange(
      folder,
      { 'segment/ä b.yml': 'then', 'big.sql': big, 'empty.yml': '' },
      { 'segment/ä b.yml': 'now' },
    );
    const tree = await gitTree({ root: folder, commit, env });
    const read = (path: string): Promise<unknown> | undefined => tree?.read(path, 1_000_000);
    expect(await Promise.all([read('segment/ä b.yml'), read('big.sql'), read('empty.yml'), read('none.yml')])).toEqual([
      { text: 'then' },
      { text: big },
      { text: '' },
      { fault: 'missing' },
    ]);
    expect(await read('link.yml')).toEqual({ fault: 'no file' });
    expect(await tree?.list('segment')).toEqual(['segment/ä b.yml']);
    tree?.close();
    expect(await gitTree({ root: folder, commit: 'f'.repeat(40), env })).toBeUndefined();
    expect(await gitTree({ root: folder, commit: '--all', env })).toBeUndefined();
    expect(await gitTree({ root: outside, commit, env })).toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  test('a repository that was checked out into a folder → found, and its paths are those of the workspace', async () => {
    const workspace = mkdtempSync(join(tmpdir(), 'checkout-'));
    mkdirSync(join(workspace, 'repo'));
    const commit = commitAndChange(join(workspace, 'repo'), { 'segment/a.yml': 'then' }, { 'segment/a.yml': 'now' });
    expect(await repositoryIn(workspace, ['repo/segment/*.yml'])).toBe('repo');
    expect(await repositoryIn(join(workspace, 'repo'), ['segment'])).toBe('');
    const tree = await gitTree({ root: join(workspace, 'repo'), commit, env });
    if (tree === undefined) throw new Error('git is not at hand');
    const mounted = mountedAt(tree, 'repo');
    expect(await mounted.read('repo/segment/a.yml', 100)).toEqual({ text: 'then' });
    expect(await mounted.list('repo/segment')).toEqual(['repo/segment/a.yml']);
    expect([await mounted.kindOf('repo'), await mounted.kindOf('segment')]).toEqual(['folder', 'missing']);
    tree.close();
    rmSync(workspace, { recursive: true });
  });
});
