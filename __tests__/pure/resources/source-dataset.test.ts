import { describe, expect, test } from '@jest/globals';
import type { AccessEntry, Dataset, DatasetDocument } from '../../../src/cloud/google/datasets.ts';
import { examineSourceDataset } from '../../../src/resources/source-dataset/examine.ts';
import type { Reading, SourceDatasetDesign } from '../../../src/resources/source-dataset/examine.ts';
import { sourceDataset } from '../../../src/resources/source-dataset/source-dataset.ts';
import {
  DELETED,
  EMAIL,
  MEMBER,
  addresses,
  apiError,
  changesIn,
  condition,
  edges,
  fakeDocument,
  fakeRun,
  names,
  order,
  outline,
  words,
} from './fixtures.ts';
import type { FakeDocument } from './fixtures.ts';

const design: SourceDatasetDesign = {
  ...{ isReadable: false, comparesOthers: true },
  ...{ address: addresses.source, names, reading: 'granted', grantAfter: [addresses.account] },
};
const READS: AccessEntry = { role: 'READER', userByEmail: EMAIL };
const IAM_READS: AccessEntry = { role: 'roles/bigquery.dataViewer', iamMember: MEMBER };
const WRITES: AccessEntry = { role: 'WRITER', userByEmail: EMAIL };
const LEFT: AccessEntry = { role: 'READER', iamMember: DELETED };
const ANN: AccessEntry = { role: 'OWNER', userByEmail: 'ann@acme.example' };

interface Row {
  readonly name: string;
  readonly access: readonly AccessEntry[] | undefined;
  readonly found: Partial<Record<Reading, readonly string[]>>;
}

const MISSING = 'source-dataset.access-missing missing';
const WITHDRAWN = 'source-dataset.access-withdrawn changed';
const SURPLUS = 'source-dataset.access-surplus surplus';
const LEFTOVER = 'source-dataset.leftover changed';

/** What is not named is in order. */
const rows: Row[] = [
  { name: 'absent', access: undefined, found: { granted: ['source-dataset.missing missing'] } },
  { name: 'only others', access: [ANN], found: { granted: [MISSING] } },
  { name: 'a plain reader', access: [READS, ANN], found: { withdrawn: [WITHDRAWN], surplus: [SURPLUS] } },
  { name: 'a plain reader, IAM spelling', access: [IAM_READS], found: { withdrawn: [WITHDRAWN], surplus: [SURPLUS] } },
  {
    name: 'a plain reader in both spellings',
    access: [READS, IAM_READS],
    found: { withdrawn: [WITHDRAWN], surplus: [SURPLUS] },
  },
  {
    name: 'a reader under a condition',
    access: [{ ...READS, condition }],
    found: { granted: [MISSING, SURPLUS], allowed: [SURPLUS], withdrawn: [SURPLUS], surplus: [SURPLUS] },
  },
  {
    name: 'a writer',
    access: [WRITES],
    found: { granted: [MISSING, SURPLUS], allowed: [SURPLUS], withdrawn: [SURPLUS], surplus: [SURPLUS] },
  },
  {
    name: 'an owner',
    access: [{ ...WRITES, role: 'OWNER' }],
    found: { granted: [MISSING, SURPLUS], allowed: [SURPLUS], withdrawn: [SURPLUS], surplus: [SURPLUS] },
  },
  {
    name: 'a reader and a writer',
    access: [READS, WRITES],
    found: { granted: [SURPLUS], allowed: [SURPLUS], withdrawn: [WITHDRAWN, SURPLUS], surplus: [SURPLUS, SURPLUS] },
  },
  { name: 'a leftover', access: [LEFT, ANN], found: { granted: [LEFTOVER, MISSING] } },
  {
    name: 'a leftover and a reader',
    access: [LEFT, READS],
    found: { granted: [LEFTOVER], withdrawn: [WITHDRAWN], surplus: [SURPLUS] },
  },
];
const readings: readonly Reading[] = ['granted', 'allowed', 'withdrawn', 'surplus'];

describe('examineSourceDataset', () => {
  test.each(rows.flatMap((row) => readings.map((reading) => ({ ...row, reading }))))(
    'source dataset: $name, reading is $reading',
    ({ access, found, reading }) => {
      const live = access && { access: [...access] };
      const examined = examineSourceDataset({ ...design, reading }, live);
      const told = access === undefined && reading === 'granted' ? ['error source-dataset.missing'] : [];
      expect(outline(examined)).toEqual({ differences: found[reading] ?? [], told });
      expect(examined.remark).toBe(reading === 'granted' ? undefined : 'nothing beyond the access mode');
    },
  );

  test('source dataset: granted → one write after the account; surplus later; a leftover has no edge', () => {
    const found = examineSourceDataset(design, { access: [LEFT, WRITES] });
    expect(order(found)).toEqual([
      'source-dataset.leftover: grant, leftovers removed, service-account/retl',
      'source-dataset.access-missing: grant, access granted, given, service-account/retl',
      'source-dataset.access-surplus: narrow, access revoked, taken',
    ]);
    expect(edges(found)).toEqual(['–', 'retl → acme.shop: READER', 'retl → acme.shop: WRITER']);
    expect(words(found)).toEqual([
      `entry ${DELETED}: left over from a deleted account → absent`,
      `access of ${EMAIL}: WRITER → READER`,
      'entry WRITER: present → absent',
    ]);
  });

  test('source dataset: an entry under a condition → named with it', () => {
    const live = { access: [{ ...READS, condition }] };
    expect(words(examineSourceDataset({ ...design, reading: 'surplus' }, live))).toEqual([
      'entry READER if "office hours": present → absent',
    ]);
  });

  test('source dataset: absent → refused, by its name', () => {
    const { diagnostics } = examineSourceDataset(design, undefined);
    expect(diagnostics).toMatchObject([
      { attempted: 'let the account read the dataset acme.shop', because: 'it does not exist' },
    ]);
  });

  test('source dataset: a leftover beside our entry → waits for nothing', () => {
    expect(order(examineSourceDataset(design, { access: [LEFT, READS] }))).toEqual([
      'source-dataset.leftover: grant, leftovers removed',
    ]);
  });
});

describe('sourceDataset', () => {
  const keep = (document: FakeDocument<Dataset>, reading: Reading = 'granted') => {
    const never = (): Promise<never> => Promise.reject(new Error('never'));
    const whole: DatasetDocument = { ...document, create: never, undelete: never, deleteWithContents: never };
    return sourceDataset({ ...design, reading, document: whole });
  };

  test('source dataset: a leftover and another entry of ours → each phase does its own, in one write', async () => {
    const document = fakeDocument<Dataset>({ access: [ANN, LEFT, WRITES] });
    const resource = keep(document);
    const found = await resource.read();
    const examined = resource.examine(found);
    await resource.change(found, changesIn(examined, 'grant'), fakeRun());
    expect(document.now()?.access).toEqual([ANN, WRITES, READS]);
    await resource.change(found, changesIn(examined, 'narrow'), fakeRun());
    expect(document.now()?.access).toEqual([ANN, READS]);
    expect(document.log).toEqual(['read', 'write', 'write']);
  });

  test('source dataset: withdrawn, in both spellings → both go, and nobody else', async () => {
    const document = fakeDocument<Dataset>({ access: [READS, ANN, IAM_READS, WRITES] });
    const resource = keep(document, 'withdrawn');
    const found = await resource.read();
    const changes = resource.examine(found).differences.filter(({ kind }) => kind !== 'surplus');
    await resource.change(
      found,
      changes.map(({ change }) => change),
      fakeRun(),
    );
    expect(document.now()?.access).toEqual([ANN, WRITES]);
  });

  test('source dataset: granted by somebody else in the meantime → nothing is written', async () => {
    const document = fakeDocument<Dataset>({ access: [READS] });
    await keep(document).change(undefined, [{ grant: 'READER' }], fakeRun());
    expect(document.log).toEqual(['read']);
  });

  test('source dataset: the account is too new for BigQuery → waited for, and said', async () => {
    const document = fakeDocument<Dataset>({ access: [] });
    const edit = document.edit.bind(document);
    let refusals = 3;
    document.edit = (change) => {
      refusals -= 1;
      const words = `IAM setPolicy failed: Service account ${EMAIL} does not exist.`;
      return refusals >= 0 ? Promise.reject(apiError(400, 'INVALID_ARGUMENT', words)) : edit(change);
    };
    const run = fakeRun();
    await keep(document).change(undefined, [{ grant: 'READER' }], run);
    expect(document.now()?.access).toEqual([READS]);
    expect(run.said[0]).toMatch(/BigQuery does not know the new account yet/);
  });
});
