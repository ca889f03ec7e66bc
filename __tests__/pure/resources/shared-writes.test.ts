import { describe, expect, test } from '@jest/globals';
import type { Dataset } from '../../../src/cloud/google/datasets.ts';
import type { ApiError } from '../../../src/errors/api-error.ts';
import { sharedDataset } from '../../../src/resources/shared-dataset.ts';
import { writeShared } from '../../../src/resources/shared-writes.ts';
import type { SharedWrite } from '../../../src/resources/shared-writes.ts';
import { EMAIL, addresses, apiError, fakeDocument, fakeRun, names } from './fixtures.ts';

interface Policy {
  readonly members: readonly string[];
}

/** A document of members, and a service that rejects it with these words, one after the other. */
function shelf(words: readonly string[], members: readonly string[] = ['legacy@old', `x-${EMAIL}`]) {
  const run = fakeRun();
  const document = fakeDocument<Policy>({ members });
  let writes = 0;
  const write = (): Promise<void> => {
    const refused = words[writes];
    writes += 1;
    return refused === undefined ? Promise.resolve() : Promise.reject(apiError(400, 'INVALID_ARGUMENT', refused));
  };
  const shared: SharedWrite<Policy> = {
    run,
    subject: addresses.policy,
    name: 'the policy',
    ours: [EMAIL, 'projects/p/roles/r'],
    waiting: 'IAM does not know the new account',
    read: () => document.read(),
    reread: () => document.reread(),
    others: (live) => live.members.map((name) => ({ name, removal: `remove ${name}` })),
  };
  return { run, document, writes: () => writes, written: () => writeShared(shared, write) };
}
const forEver = (words: string): string[] => Array.from({ length: 99 }, () => words);
const OURS = `Service account ${EMAIL} does not exist.`;
const THEIRS = 'Service account legacy@old does not exist.';

describe('a document that others fill, too', () => {
  test('one of ours is not known yet → waited for, and said', async () => {
    const { written, writes, run } = shelf([
      OURS,
      OURS,
      "Role (projects/p/roles/r) does not exist in the resource's hierarchy.",
    ]);
    await written();
    expect(writes()).toBe(4);
    expect(run.said).toContain('IAM does not know the new account yet; trying again …');
  });

  test('one of others is not known → read and tried once more, then said at once, with its name and the way out', async () => {
    const { written, writes, run, document } = shelf(forEver(THEIRS));
    await expect(written()).rejects.toMatchObject({
      problems: [
        {
          code: 'shared.unknown-member',
          because: `it names legacy@old, which this action does not manage, and the service rejects the whole document: ${THEIRS}`,
          remedy: 'Ask its owner, or remove it: remove legacy@old. Then run again.',
        },
      ],
    });
    expect([writes(), run.clock.now(), document.log]).toEqual([2, 0, ['read']]);
  });

  test('… its owner has taken it out meanwhile → written', async () => {
    const { written, writes } = shelf([THEIRS]);
    await written();
    expect(writes()).toBe(2);
  });

  test.each([
    ['of others, and not in the document', 'Service account gone@old does not exist.'],
    ['whose name only begins like ours', `Service account ${EMAIL}.example does not exist.`],
    ['whose name only ends like ours', `Service account y-${EMAIL} does not exist.`],
    ['of another kind', 'Request contains an invalid argument.'],
  ])('a refusal %s → at once, as the service said it', async (_name, words) => {
    const { written, run } = shelf(forEver(words));
    await expect(written()).rejects.toMatchObject({ code: 400, words } satisfies Partial<ApiError>);
    expect(run.clock.now()).toBe(0);
  });

  test('the name of another that ends like ours → that one, and not ours', async () => {
    const { written } = shelf(forEver(`Service account x-${EMAIL} does not exist.`));
    await expect(written()).rejects.toMatchObject({
      problems: [{ remedy: expect.stringContaining(`remove x-${EMAIL}`) }],
    });
  });
});

describe('a dataset', () => {
  const entry = (more: object): object => ({ role: 'READER', ...more });
  const access = [
    entry({ userByEmail: 'ann@acme.example' }),
    entry({ groupByEmail: 'crew@acme.example' }),
    entry({ iamMember: 'serviceAccount:bot@acme' }),
    entry({ specialGroup: 'projectOwners' }),
    { view: { projectId: 'p', datasetId: 'd', tableId: 'v' } },
    { routine: { projectId: 'p', datasetId: 'd', routineId: 'f' } },
    { dataset: { dataset: { projectId: 'p', datasetId: 'e' }, targetTypes: ['VIEWS'] } },
  ];

  test('whatever is in its access list → known by the names that BigQuery gives it', () => {
    const dataset = { datasetReference: { projectId: 'p', datasetId: 's' }, access };
    const { others } = sharedDataset(
      { address: addresses.stateDataset, names, document: fakeDocument<Dataset>(dataset) },
      fakeRun(),
    );
    expect(others(dataset).map(({ name }) => name)).toEqual([
      ...['ann@acme.example', 'crew@acme.example', 'bot@acme'],
      ...['p:d.v', 'p.d.v', 'p:d.f', 'p.d.f', 'p:e', 'p.e'],
    ]);
    expect(others(dataset)[0]?.removal).toBe(
      "bq show --format=prettyjson 'p:s' > 's.json', delete the entry in that file, bq update --source 's.json' 'p:s'",
    );
  });
});
