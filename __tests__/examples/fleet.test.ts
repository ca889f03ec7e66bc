import { describe, expect, test } from '@jest/globals';
import { layOut } from '../../harness/models-folder.ts';
import { FILE_OF_EXAMPLES, fileOf } from '../action/fleet-stage.ts';
import { bySchedule, place } from './place.ts';
import type { JobResult } from './job.ts';

/** The example as it is written, on the built action and a company with many projects. */
const { at, run } = place('--scenario', 'fleet');

const projects = (): string[] => (JSON.parse(at.simulation.env['SIMULATOR_PROJECTS'] ?? '[]') as string[]).slice(1, 9);
const nightly = (text: string): Promise<Record<string, JobResult>> =>
  run('fleet', { ...bySchedule, prepare: (workspace) => layOut(workspace, { [FILE_OF_EXAMPLES]: text }) });

describe('fleet.yml', () => {
  test('check: set up, drift in one project → green; red, and that target first in one table', async () => {
    const names = projects();
    const prepare = (workspace: string): void => layOut(workspace, { [FILE_OF_EXAMPLES]: fileOf(names) });
    const inputs = { mode: 'apply', config_file: FILE_OF_EXAMPLES, project_id: '', location: '' };
    expect((await at.run(inputs, { prepare })).code).toBe(0);
    const { list, check, report } = await nightly(fileOf(names));
    expect([list?.result, check?.result, report?.result]).toEqual(['success', 'success', 'success']);
    expect(check?.ours).toHaveLength(4);
    expect(report?.said.match(/^\| `/gm)).toHaveLength(names.length);
    const drifted = names[5] ?? '';
    await at.owner('PATCH', `/v1/projects/${drifted}/roles/segmentReverseEtl?updateMask=includedPermissions`, {
      includedPermissions: ['bigquery.jobs.create'],
    });
    const later = await nightly(fileOf(names));
    expect([later['check']?.result, later['report']?.result]).toEqual(['failure', 'failure']);
    expect(/^\| `.*$/m.exec(later['report']?.said ?? '')?.[0]).toContain(`| \`${drifted}\` | drift | true |`);
  });

  test('a bad file → the first job fails, and no other begins', async () => {
    const { list, check, report } = await nightly(`${fileOf(projects())}  x: {}\n`);
    expect([list?.result, check?.result, report?.result]).toEqual(['failure', 'skipped', 'skipped']);
  });
});
