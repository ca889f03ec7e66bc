import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/cloud/google/service-accounts.ts';
import type { AnyResource } from '../../../src/engine/resource.ts';
import { datasetSearch, examineSearch } from '../../../src/resources/dataset-search/dataset-search.ts';
import type { DatasetSearchOptions, Search } from '../../../src/resources/dataset-search/dataset-search.ts';
import { addresses, described, fakeDocument, outline, claimsOn } from './fixtures.ts';

/** Stands in for the resource of a dataset: only its address is looked at. */
function resource(name: string, isScoped: boolean): AnyResource {
  return {
    address: { kind: 'dataset', name: isScoped ? `${name} (scoped)` : name },
    want: 'unmanaged',
    read: () => Promise.resolve(undefined),
    examine: () => ({ differences: [], diagnostics: [] }),
    change: () => Promise.resolve(undefined),
  };
}

const search = (change: Partial<Search> = {}): Search => ({
  ...{ lists: [], result: { held: [], unread: [] }, isScoped: false, all: 3 },
  ...change,
});

interface Row {
  readonly name: string;
  readonly live: Search | undefined;
  readonly remark: string | undefined;
  readonly told?: readonly string[];
  readonly further?: readonly string[];
  readonly says?: RegExp;
}

const denied = (name: string) => ({ name, why: 'Access Denied' });
const rows: Row[] = [
  { name: 'moot → nothing', live: undefined, remark: undefined },
  { name: 'nothing found → how many were searched', live: search(), remark: '3 of 3 datasets searched' },
  {
    name: 'entries of ours → a resource for each dataset',
    live: search({ result: { held: ['a.x', 'a.y'], unread: [] }, isScoped: true }),
    remark: '3 of 3 datasets searched',
    further: ['a.x (scoped)', 'a.y (scoped)'],
  },
  {
    name: 'one that may not be read → unseen',
    live: search({ result: { held: [], unread: [denied('a.x')] } }),
    remark: '2 of 3 datasets searched',
    told: ['unseen dataset-search.unread'],
    says: /2 of 3 datasets searched; not a\.x \(Access Denied\)"/,
  },
  {
    name: 'several that may not be read → the first with its reason, the others by name',
    live: search({ result: { held: [], unread: [denied('a.x'), denied('a.y'), denied('a.z')] } }),
    remark: '0 of 3 datasets searched',
    told: ['unseen dataset-search.unread'],
    says: /not a\.x \(Access Denied\), nor a\.y, a\.z/,
  },
  {
    name: 'a project whose datasets may not be listed → unseen',
    live: search({
      lists: [
        { projectId: 'acme', names: ['acme.x'], why: undefined },
        { projectId: 'other', names: [], why: 'Not found' },
      ],
    }),
    remark: '3 of 3 datasets searched',
    told: ['unseen dataset-search.unlisted'],
    says: /the datasets of other could not be listed: Not found/,
  },
];

describe('examineSearch', () => {
  test.each(rows)('search: $name', ({ live, remark, told = [], further = [], says = /^/ }) => {
    const found = examineSearch({ address: addresses.search, resource }, live);
    expect(outline(found)).toEqual({ differences: [], told });
    expect(found.remark).toBe(remark);
    expect((found.further ?? []).map(({ address }) => address.name)).toEqual(further);
    expect(JSON.stringify(found.diagnostics)).toMatch(says);
  });
});

describe('datasetSearch', () => {
  function keep(account: Account | undefined, change: Partial<DatasetSearchOptions> = {}) {
    const asked: string[] = [];
    const resourceOf = datasetSearch({
      ...{ address: addresses.search, want: 'present', claims: claimsOn(fakeDocument<Account>(account)), resource },
      list: () => Promise.resolve([{ projectId: 'acme', names: ['acme.x', 'acme.y'], why: undefined }]),
      search: (names) => {
        asked.push(...names);
        return Promise.resolve({ held: [], unread: [] });
      },
      ...{
        named: ['acme.x', 'other.z'],
        known: ['acme.y'],
        isScoped: () => Promise.resolve(true),
        isScopedAfterAll: () => Promise.resolve(false),
      },
      ...change,
    });
    return { search: resourceOf, asked };
  }

  test('search: what is listed and what is named, but for what has a resource of its own', async () => {
    const { search, asked } = keep({ description: described('created') });
    expect(await search.read()).toMatchObject({ all: 3, isScoped: true });
    expect(asked).toEqual(['acme.x', 'other.z']);
  });

  test.each([
    ['no account', undefined, 'present', false],
    ['no account, destroy', undefined, 'absent', false],
    ['an unmarked account', { description: 'By hand' }, 'present', true],
    ['an unmarked account, destroy', { description: 'By hand' }, 'absent', false],
    ['our account, destroy', { description: described('adopted') }, 'absent', true],
  ] as const)('search: %s → searched: %s', async (_, account, want, isSearched) => {
    const { search, asked } = keep(account, { want });
    expect((await search.read()) !== undefined).toBe(isSearched);
    expect(asked.length > 0).toBe(isSearched);
  });
});
