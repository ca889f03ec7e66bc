import { beforeEach, describe, expect, test } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { laidOut } from '../../harness/models-folder.ts';
import type { Files } from '../../harness/models-folder.ts';
import { PROJECT, stage } from '../../harness/stage.ts';

/** What a query reads, and the account may not: refused by BigQuery, told on the line with the grant that is missing. */
const at = stage();

const SQL = 'SELECT id, email\nFROM shop.users';
const FILES: Files = {
  'segment/models.yml': 'models:\n  - name: Users\n    query_file: users.sql\n    query_identifier_column: id\n',
  'segment/users.sql': SQL,
};
interface Told {
  readonly models: readonly {
    readonly findings: readonly {
      readonly id: string;
      readonly weight: string;
      readonly line: number;
      readonly message: string;
    }[];
  }[];
}
const tester = (): string => at.simulation.env['SIMULATOR_TESTER_SERVICE_ACCOUNT'] ?? '';
const run = (files: Files = FILES, inputs: Record<string, string> = {}): ReturnType<typeof at.run> =>
  at.run(
    { mode: 'models', models: 'segment', service_account: tester(), ...inputs },
    { prepare: laidOut(files), env: { GITHUB_EVENT_NAME: 'pull_request' } },
  );
const only = (outputs: Readonly<Record<string, string>>): Told['models'][number]['findings'][number] | undefined =>
  (JSON.parse(outputs['models'] ?? '{}') as Told).models[0]?.findings[0];
const denied = (message: string): object => ({ code: 403, reason: 'accessDenied', message });

beforeEach(async () => {
  await at.makeDataset('shop');
  await at.run({ mode: 'apply', verify: 'false' });
});

describe('what the account may not read', () => {
  test.each<[string, object, string, RegExp]>([
    [
      'a column under a policy tag',
      denied(
        'Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "pii : email" on column shop.users.email.',
      ),
      'denied',
      /policy tag protects columns .*Grant roles\/datacatalog\.categoryFineGrainedReader/,
    ],
    [
      'an external table over a file in Drive',
      denied('Access Denied: BigQuery BigQuery: Permission denied while getting Drive credentials.'),
      'denied',
      /external table over a file in Google Drive.*Share the file with/,
    ],
    [
      'an external table over a bucket',
      denied(
        'Access Denied: BigQuery BigQuery: Permission denied while globbing file pattern. segment-reverse-etl@acme-analytics.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket. Please make sure gs://acme-lake/users/*.parquet is accessible via appropriate IAM roles.',
      ),
      'denied',
      /bucket/,
    ],
    [
      'a view whose base is in another project',
      denied(
        `Access Denied: Table other-project:crm.people: User does not have permission to query table other-project:crm.people, or perhaps it does not exist.`,
      ),
      'denied',
      /other-project\.crm\.people, which the query reads through a view .*Authorize the view on the dataset other-project\.crm/,
    ],
    [
      'a partitioned table that demands a filter',
      {
        ...{ code: 400, reason: 'invalidQuery' },
        message:
          "Cannot query over table 'shop.users' without a filter over column(s) 'day' that can be used for partition elimination",
      },
      'query',
      /without a filter over column\(s\) 'day'/,
    ],
  ])('%s → the finding, and what to grant', async (_title, error, id, words) => {
    await at.simulation.queries([{ query: SQL, tables: [], error }]);
    const result = await run();
    expect({ code: result.code, log: readable(result.stdout) }).toMatchObject({ code: 1 });
    const finding = only(result.outputs);
    expect([finding?.id, finding?.weight]).toEqual([id, 'error']);
    expect(finding?.message.replaceAll('\n', ' ')).toMatch(words);
    expect(result.stdout).toContain(`::error title=${id},file=segment/users.sql,line=`);
  });

  test('a view that works by another grant → a notice with the line to add to source_datasets', async () => {
    await at.makeDataset('views');
    await at.simulation.queries([
      {
        ...{ query: SQL, schema: ['id', 'email'].map((name) => ({ name, type: 'STRING' })) },
        tables: [`${PROJECT}.shop.users`, `${PROJECT}.views.people`],
      },
    ]);
    const result = await run(FILES, { source_datasets: 'shop' });
    expect(result.code).toBe(0);
    expect(only(result.outputs)).toMatchObject({ id: 'outside-source-datasets', weight: 'notice' });
    expect(only(result.outputs)?.message).toContain(`Add ${PROJECT}.views to source_datasets`);
  });
});

test('500 models → each is looked at, counted right, within the limits of GitHub and little memory', async () => {
  const count = 500;
  const query = (index: number): string => `SELECT id, c${String(index)} FROM shop.t${String(index)}`;
  const yml = Array.from(
    { length: count },
    (_none, index) => `  - name: M${String(index)}\n    query: ${query(index)}\n    query_identifier_column: id\n`,
  );
  await at.simulation.queries(
    Array.from({ length: count }, (_none, index) =>
      index % 5 === 0
        ? {
            query: query(index),
            tables: [],
            error: { code: 400, reason: 'invalidQuery', message: `Unrecognized name: c${String(index)} at [1:12]` },
          }
        : {
            query: query(index),
            schema: [{ name: 'id', type: 'STRING' }],
            tables: [`${PROJECT}.shop.t`],
            bytes: '1000',
          },
    ),
  );
  const result = await at.run(
    { mode: 'models', models: 'segment', service_account: tester() },
    {
      prepare: laidOut({ 'segment/models.yml': `models:\n${yml.join('')}` }),
      // More than this, and V8 gives up.
      env: { GITHUB_EVENT_NAME: 'pull_request', NODE_OPTIONS: '--max-old-space-size=160' },
    },
  );
  expect(result).toMatchObject({ code: 1, outputs: { models_errors: '100', result: 'failed' } });
  const told = JSON.parse(result.outputs['models'] ?? '{}') as Told;
  expect(told.models).toHaveLength(count);
  expect(Object.values(result.outputs).join('').length * 2).toBeLessThan(1024 * 1024);
  expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024);
  expect(result.stdout.match(/^::error /gm)?.length).toBeLessThanOrEqual(10);
  expect(readable(result.stdout)).toContain('500 models: 100 errors');
});
