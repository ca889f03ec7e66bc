import { describe, expect, test } from '@jest/globals';
import type { PublicApi } from '../../../src/cloud/segment/public-api.ts';
import type { Looked } from '../../../src/destinations/segment/look.ts';
import { readRunning } from '../../../src/destinations/segment/running.ts';
import { ApiError } from '../../../src/errors/api-error.ts';

/** What runs in Segment, and why that is not known: never taken for "nothing". */
const workspace = { id: 'w1', slug: 'acme' };
const source = {
  ...{ id: 's1', slug: 'bigquery-acme', enabled: true, metadataId: 'bq', name: 'BigQuery', location: 'EU' },
  ...{ showsSettings: true, exposed: [] },
};
const seen = (more: object = {}): Looked =>
  ({
    ...{ state: 'seen', workspace, kind: { metadataId: 'bq', options: [] }, choice: { because: '', remedy: '' } },
    ...{ owned: undefined, source, standing: 'unmarked', candidates: [], models: [], mappings: [], ...more },
  }) as unknown as Looked;
const failure = (call: string, code: number | undefined): ApiError =>
  new ApiError({
    ...{ call, service: 'segment', code, status: 'X', reason: undefined, words: 'no' },
    ...{ requestId: undefined, details: [], retryAfter: undefined },
  });
const api = (more: object = {}): (() => Promise<PublicApi>) => {
  const calls = { models: () => Promise.resolve([]), mappings: () => Promise.resolve([]), ...more };
  return () => Promise.resolve(calls as unknown as PublicApi);
};
const throwing = (code: number | undefined) => () => Promise.reject(failure('list', code));

describe('what runs in Segment', () => {
  test.each<[string, Looked, object, object]>([
    ['a source', seen(), {}, { slug: 'bigquery-acme', location: 'EU', models: [], mappings: [] }],
    [
      'a token of another workspace',
      { state: 'elsewhere', workspace, expected: 'globex' },
      {},
      { fault: 'input', whyNot: 'segment_token belongs to the workspace acme (w1), and not to globex' },
    ],
    ['no BigQuery there', { state: 'not offered', workspace }, {}, { fault: 'none' }],
    ['no such source', seen({ source: undefined, standing: 'absent' }), {}, { fault: 'none' }],
    ['a source of another kind', seen({ standing: 'other-kind' }), {}, { fault: 'input' }],
    [
      'models that may not be read',
      seen(),
      { models: throwing(403) },
      { fault: 'input', whyNot: 'could not list: no' },
    ],
    ['models by a call that is gone', seen(), { models: throwing(404) }, { fault: 'unread' }],
    ['models, and no answer', seen(), { models: throwing(undefined) }, { fault: 'unread' }],
    [
      'mappings that cannot be read',
      seen(),
      { mappings: throwing(404) },
      { models: [], mappings: { whyNot: 'could not list: no' } },
    ],
  ])('%s', async (_title, looked, calls, expected) => {
    expect(await readRunning(api(calls), () => Promise.resolve(looked))).toMatchObject(expected);
  });

  test('looking fails → not known; a defect is no answer of Segment', async () => {
    expect(await readRunning(api(), throwing(401))).toMatchObject({ fault: 'input' });
    expect(await readRunning(api(), throwing(500))).toMatchObject({ fault: 'unread' });
    await expect(readRunning(api(), () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  });
});
