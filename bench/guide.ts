/** The guide, "Grant Limited Access", as a person would script it with gcloud and bq. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMAIL, PROJECT, ROLE } from '../harness/names.ts';
import type { Simulation } from '../harness/simulation.ts';
import { hasGoogleCli } from '../harness/tools.ts';

export const guideByHand = {
  /** Whether both tools are there. */
  isPossible: hasGoogleCli,

  /** Carries it out; milliseconds. */
  run: ({ url, env }: Simulation): number => {
    const folder = mkdtempSync(join(tmpdir(), 'guide-'));
    writeFileSync(join(folder, 'token'), env['SIMULATOR_OWNER_TOKEN'] ?? '');
    const around = {
      ...process.env,
      ...env,
      CLOUDSDK_CONFIG: folder,
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'token'),
    };
    const run = (tool: string, ...args: string[]): void =>
      void execFileSync(tool, args, { env: around, stdio: ['ignore', 'ignore', 'pipe'] });
    const bq = (sql: string): void =>
      run('bq', '--api', url, '--project_id', PROJECT, '--location', 'EU', 'query', '--use_legacy_sql=false', sql);
    const started = performance.now();
    const permissions = 'bigquery.datasets.get,bigquery.jobs.create,bigquery.tables.getData';
    run(
      'gcloud',
      'iam',
      'roles',
      'create',
      'segmentReverseEtl',
      '--project',
      PROJECT,
      '--title',
      'Segment',
      '--permissions',
      permissions,
      '--stage',
      'GA',
    );
    run('gcloud', 'iam', 'service-accounts', 'create', 'segment-reverse-etl', '--project', PROJECT);
    run(
      'gcloud',
      'projects',
      'add-iam-policy-binding',
      PROJECT,
      '--member',
      `serviceAccount:${EMAIL}`,
      '--role',
      ROLE,
      '--condition',
      'None',
    );
    bq('CREATE SCHEMA IF NOT EXISTS `__segment_reverse_etl`;');
    bq(`GRANT \`roles/bigquery.dataEditor\` ON SCHEMA \`__segment_reverse_etl\` TO "serviceAccount:${EMAIL}";`);
    run(
      'gcloud',
      'iam',
      'service-accounts',
      'keys',
      'create',
      join(folder, 'key.json'),
      '--iam-account',
      EMAIL,
      '--project',
      PROJECT,
    );
    return performance.now() - started;
  },
};
