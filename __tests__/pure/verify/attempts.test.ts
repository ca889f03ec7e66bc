import { describe, expect, test } from '@jest/globals';
import type { Cloud } from '../../../src/cloud/google/clients.ts';
import { tryClaims } from '../../../src/verify/attempts.ts';
import { MINT } from '../../../src/verify/claims.ts';
import type { Attempt, Claim } from '../../../src/verify/claims.ts';
import { refusal } from './wire.ts';

/** A cloud that holds these permissions, and answers anything else with this; and what it was asked. */
function cloudWith(
  held: readonly string[] | Error,
  answer: object | Error,
): { readonly cloud: Cloud; readonly asked: string[] } {
  const asked: string[] = [];
  const resourceManager = {
    projects: {
      testIamPermissions: ({ requestBody }: { requestBody: { permissions: string[] } }) => {
        asked.push(requestBody.permissions.join(' '));
        if (held instanceof Error) return Promise.reject(held);
        return Promise.resolve({ data: { permissions: requestBody.permissions.filter((one) => held.includes(one)) } });
      },
    },
  };
  const cloud = {
    projectId: 'p',
    endpoints: { bigquery: 'http://127.0.0.1' },
    call: (_about: unknown, send: () => Promise<unknown>) => send(),
    resourceManager,
    bigQuery: {
      request: (_request: unknown, done: (error: unknown, body?: unknown) => void) =>
        answer instanceof Error ? done(answer) : done(null, answer),
    },
  };
  return { cloud: cloud as never, asked };
}

const claim = (attempt: Attempt, expected: Claim['expected'] = 'can'): Claim => ({ what: 'try', expected, attempt });
const permission = (expected: Claim['expected']): Claim => claim({ kind: 'permission', permission: 'x.y.z' }, expected);
const statement = claim({ kind: 'statement', statement: 'SELECT 1', on: 'project' });
const tables = claim({ kind: 'tables', dataset: 'p.shop' });
const dataset = (location: string | undefined): Claim => claim({ kind: 'dataset', location });
const denied = refusal('Access Denied.');
const off = refusal('Cloud Resource Manager API has not been used in project 1.', { reason: 'SERVICE_DISABLED' });
const silent = refusal('no answer', { code: undefined });
const read = claim({
  kind: 'statement',
  statement: 'SELECT * FROM `shop.orders`',
  table: 'shop.orders',
  on: 'project',
});
const partitioned = refusal(
  "Cannot query over table 'p.shop.orders' without a filter over column(s) 'day' that can be used for partition elimination",
  { code: 400 },
);
/** As BigQuery answers. */
const result = { kind: 'bigquery#queryResponse', totalBytesProcessed: '0' };
const list = { kind: 'bigquery#tableList' };
const inside = (location: string): object => ({ datasetReference: { datasetId: 'd' }, location });

describe('tryClaims: a claim and what the cloud answers → whether it holds, and what was seen', () => {
  test.each<[string, Claim, readonly string[] | Error, object | Error, object]>([
    ['a token → there is one', MINT, [], {}, { holds: true }],
    ['can, held', permission('can'), ['x.y.z'], {}, { holds: true, seen: undefined }],
    ['can, not held', permission('can'), [], {}, { holds: false, seen: 'it does not hold x.y.z on the project' }],
    ['cannot, not held', permission('cannot'), [], {}, { holds: true, seen: undefined }],
    ['cannot, held', permission('cannot'), ['x.y.z'], {}, { holds: false, seen: 'it holds x.y.z on the project' }],
    ['can, and the question is refused', permission('can'), off, {}, { holds: false, isUnanswered: true, error: off }],
    ['cannot, and the question is refused', permission('cannot'), off, {}, { holds: false, isUnanswered: true }],
    ['cannot, and no answer comes', permission('cannot'), silent, {}, { holds: false, isUnanswered: true }],
    ['a table that demands a partition filter', read, [], partitioned, { holds: true, error: undefined }],
    ['a statement of our own that demands one', statement, [], partitioned, { holds: false, error: partitioned }],
    ['a dry run that goes through', statement, [], result, { holds: true, error: undefined }],
    ['a dry run that is refused', statement, [], denied, { holds: false, isUnanswered: false, error: denied }],
    ['tables are listed', tables, [], list, { holds: true }],
    ['tables are not listed', tables, [], denied, { holds: false, error: denied }],
    ['the dataset is where it should be', dataset('EU'), [], inside('eu'), { holds: true }],
    ['the dataset is elsewhere', dataset('EU'), [], inside('US'), { holds: false, seen: 'it is in US' }],
    ['the dataset, no location known', dataset(undefined), [], inside('US'), { holds: true }],
    ['the dataset is not seen', dataset('EU'), [], denied, { holds: false, error: denied }],
  ])('%s', async (_title, one, held, answer, expected) => {
    const [trial] = await tryClaims(cloudWith(held, answer).cloud, [one]);
    expect(trial).toMatchObject({ claim: one, ...expected });
  });

  test('several permissions, one of them twice → asked about in one request, each once', async () => {
    const { cloud, asked } = cloudWith([], {});
    const other = claim({ kind: 'permission', permission: 'a.b.c' });
    await tryClaims(cloud, [permission('can'), other, permission('cannot')]);
    expect(asked).toEqual(['x.y.z a.b.c']);
  });

  test('a defect → thrown, and never taken for a refusal', async () => {
    await expect(tryClaims(cloudWith([], new Error('x is not a function')).cloud, [statement])).rejects.toThrow(
      'x is not a function',
    );
  });
});
