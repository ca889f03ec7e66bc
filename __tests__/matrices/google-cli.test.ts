import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EMAIL, MEMBER, PROJECT, ROLE, driftOf, stage } from '../../harness/stage.ts';

const isInstalled = ['gcloud', 'bq'].every((tool) => spawnSync(tool, ['version'], { stdio: 'ignore' }).status === 0);
// Where they are missing, `npm test` says loudly that this was left out.
const describeWithCli = isInstalled ? describe : describe.skip;
const at = stage();

/** Google's own tools, signed in as the project's owner. */
function tools(): { gcloud: (...args: string[]) => string; bq: (...args: string[]) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'gcloud-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, at.simulation.env['SIMULATOR_OWNER_TOKEN'] ?? '');
  const env = {
    ...process.env,
    ...at.simulation.env,
    CLOUDSDK_CONFIG: folder,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
  };
  const run = (tool: string, args: string[]): string => {
    try {
      return execFileSync(tool, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      throw new Error(`${tool} ${args.join(' ')}: ${String((error as { stderr?: string }).stderr)}`, { cause: error });
    }
  };
  return {
    gcloud: (...args) => run('gcloud', args),
    bq: (...args) => run('bq', ['--api', at.simulation.url, '--project_id', PROJECT, ...args]),
  };
}

describeWithCli("Google's own tools", () => {
  test('see what apply made', async () => {
    expect(await at.run({ mode: 'apply' })).toMatchObject({ code: 0 });
    const { gcloud, bq } = tools();
    const role = JSON.parse(
      gcloud('iam', 'roles', 'describe', 'segmentReverseEtl', '--project', PROJECT, '--format', 'json'),
    ) as object;
    expect(role).toMatchObject({
      stage: 'GA',
      includedPermissions: ['bigquery.datasets.get', 'bigquery.jobs.create', 'bigquery.tables.getData'],
    });
    const policy = JSON.parse(gcloud('projects', 'get-iam-policy', PROJECT, '--format', 'json')) as {
      bindings: object[];
    };
    expect(policy.bindings).toContainEqual({ role: ROLE, members: [MEMBER] });
    const dataset = JSON.parse(bq('show', '--format=json', '__segment_reverse_etl')) as {
      location: string;
      access: object[];
    };
    expect(dataset.location).toBe('EU');
    expect(dataset.access).toContainEqual({ role: 'WRITER', userByEmail: EMAIL });
  }, 300_000);

  test.each(['limited', 'full'])(
    'the guide carried out by hand in %s access is no drift to check with adopt: true',
    async (access_mode) => {
      const { gcloud, bq } = tools();
      gcloud(
        'iam',
        'service-accounts',
        'create',
        'segment-reverse-etl',
        '--project',
        PROJECT,
        '--display-name',
        'Segment',
      );
      const bind = (role: string): string =>
        gcloud(
          'projects',
          'add-iam-policy-binding',
          PROJECT,
          '--member',
          MEMBER,
          '--role',
          role,
          '--condition',
          'None',
        );
      if (access_mode === 'limited') {
        const permissions = 'bigquery.datasets.get,bigquery.jobs.create,bigquery.tables.getData';
        gcloud(
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
        );
        bind(ROLE);
        const query = (sql: string): string => bq('--location', 'EU', 'query', '--use_legacy_sql=false', sql);
        query('CREATE SCHEMA IF NOT EXISTS `__segment_reverse_etl`;');
        query(`GRANT \`roles/bigquery.dataEditor\` ON SCHEMA \`__segment_reverse_etl\` TO "serviceAccount:${EMAIL}";`);
      } else {
        bind('roles/bigquery.user');
        bind('roles/bigquery.dataEditor');
      }
      const key = join(mkdtempSync(join(tmpdir(), 'key-')), 'key.json');
      gcloud('iam', 'service-accounts', 'keys', 'create', key, '--iam-account', EMAIL, '--project', PROJECT);

      const check = await at.run({ mode: 'check', access_mode, adopt: 'true' });
      expect({ drift: driftOf(check), code: check.code }).toEqual({ drift: [], code: 0 });
      const without = await at.run({ mode: 'check', access_mode });
      expect(without.code).toBe(1);
      expect(driftOf(without).join('\n')).toContain('owner: unmarked');
      const adopted = await at.run({ mode: 'apply', access_mode, adopt: 'true' });
      expect({ code: adopted.code, log: adopted.stdout }).toMatchObject({ code: 0 });
      expect(await at.keys()).toHaveLength(2);
    },
    300_000,
  );

  test('what they give beyond the access mode is found, and pruned as they see it', async () => {
    await at.run({ mode: 'apply', verify: 'false' });
    const { gcloud, bq } = tools();
    const account = ['iam', 'service-accounts'];
    const more = ['--project', PROJECT, '--format', 'json'];
    const member = ['--member', 'user:eve@acme.example', '--role', 'roles/iam.serviceAccountTokenCreator'];
    gcloud(...account, 'add-iam-policy-binding', EMAIL, ...member, ...more);
    const condition = 'expression=request.time.getHours("UTC") < 18,title=office hours';
    const role = ['--member', 'group:ops@acme.example', '--role', 'roles/iam.serviceAccountUser'];
    gcloud(...account, 'add-iam-policy-binding', EMAIL, ...role, '--condition', condition, ...more);
    bq('--location', 'EU', 'mk', '--dataset', 'shop');
    const grant = `GRANT \`roles/bigquery.dataViewer\` ON SCHEMA shop TO "serviceAccount:${EMAIL}";`;
    bq('--location', 'EU', 'query', '--use_legacy_sql=false', grant);
    const found = driftOf(await at.run({ mode: 'check', verify: 'false' }));
    expect(found).toEqual([
      `account-policy/${EMAIL} binding roles/iam.serviceAccountTokenCreator for user:eve@acme.example: present → absent`,
      `account-policy/${EMAIL} binding roles/iam.serviceAccountUser for group:ops@acme.example if "office hours": present → absent`,
      `dataset/${PROJECT}.shop entry READER: present → absent`,
    ]);
    const pruned = await at.run({ mode: 'apply', prune: 'true', verify: 'false' });
    expect({ code: pruned.code, log: pruned.stdout }).toMatchObject({ code: 0 });
    const policy = JSON.parse(gcloud(...account, 'get-iam-policy', EMAIL, ...more)) as { bindings?: object[] };
    expect(policy.bindings ?? []).toEqual([]);
    expect(bq('show', '--format=json', 'shop')).not.toContain(EMAIL);
  }, 300_000);

  test.each([
    ['made by Google', {}],
    ['made in the runner', { key_lifetime_days: '30' }],
  ])(
    'sign in with the key that the action hands over, %s',
    async (_name, inputs) => {
      const { outputs } = await at.run({ mode: 'apply', ...inputs });
      const folder = mkdtempSync(join(tmpdir(), 'gcloud-'));
      writeFileSync(join(folder, 'key.json'), outputs['key'] ?? '');
      const env = { ...process.env, ...at.simulation.env, CLOUDSDK_CONFIG: folder, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' };
      const run = (tool: string, ...args: string[]): string =>
        execFileSync(tool, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      run('gcloud', 'auth', 'activate-service-account', '--key-file', join(folder, 'key.json'));
      const query = run(
        'bq',
        '--api',
        at.simulation.url,
        '--project_id',
        PROJECT,
        'query',
        '--dry_run',
        '--use_legacy_sql=false',
        'SELECT 1',
      );
      expect(query).toContain('successfully validated');
    },
    300_000,
  );
});
