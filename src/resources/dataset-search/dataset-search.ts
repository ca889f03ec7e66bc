import type { Address } from '../../address.ts';
import type { SearchResult } from '../../cloud/google/dataset-library.ts';
import type { DatasetList } from '../../cloud/google/datasets.ts';
import type { AnyResource, Examination, Resource } from '../../engine/resource.ts';
import type { Notice } from '../../errors/diagnostic.ts';
import type { Claims } from '../../ownership/claims.ts';

/** The search for entries of our account where nobody asked for any. */
export interface DatasetSearchOptions {
  readonly address: Address;
  readonly want: 'present' | 'absent';
  readonly claims: Pick<Claims, 'read'>;
  /** Lists what may be listed: of the project itself, and of those that source datasets lie in. */
  readonly list: () => Promise<readonly DatasetList[]>;
  /** Searches these for entries of the account. */
  readonly search: (names: readonly string[]) => Promise<SearchResult>;
  /** Datasets (`project.dataset`) that are searched even where they cannot be listed. */
  readonly named: readonly string[];
  /** Those that have a resource of their own. */
  readonly known: readonly string[];
  /** Whether entries of readers are ours to revoke: in `scoped`, and in the run that leaves it. */
  readonly isScoped: () => Promise<boolean>;
  /** The same once more, where it was denied although entries were found: what it is told by may have been an old answer. */
  readonly isScopedAfterAll: () => Promise<boolean>;
  /** One that holds entries about our account. */
  readonly resource: (name: string, isScoped: boolean) => AnyResource;
}

/** What was searched, and what was found. */
export interface Search {
  readonly lists: readonly DatasetList[];
  readonly result: SearchResult;
  readonly isScoped: boolean;
  /** How many datasets there are, as far as they could be listed. */
  readonly all: number;
}

/** Compares nothing itself: what it finds becomes resources of the same plan. */
export function datasetSearch(options: DatasetSearchOptions): Resource<Search, never> {
  return {
    address: options.address,
    want: 'unmanaged',
    read: () => search(options),
    examine: (live) => examineSearch(options, live),
    change: () => Promise.resolve(undefined),
  };
}

async function search(options: DatasetSearchOptions): Promise<Search | undefined> {
  const [{ account, owned }, lists, isScoped] = await Promise.all([
    options.claims.read(),
    options.list(),
    options.isScoped(),
  ]);
  // An account that is not there holds nothing; what destroy finds unmarked is not ours to search for.
  const isMoot = account === undefined || (options.want === 'absent' && owned === undefined);
  if (isMoot) return undefined;
  const all = new Set([...lists.flatMap(({ names }) => names), ...options.named]);
  const result = await options.search([...all].filter((name) => !options.known.includes(name)));
  const isScopedIndeed = isScoped || (result.held.length > 0 && (await options.isScopedAfterAll()));
  return { lists, isScoped: isScopedIndeed, result, all: all.size };
}

export function examineSearch(
  { address, resource }: Pick<DatasetSearchOptions, 'address' | 'resource'>,
  live: Search | undefined,
): Examination<never> {
  if (live === undefined) return { differences: [], diagnostics: [] };
  return {
    differences: [],
    diagnostics: unseenIn(live).map((notice) => ({ ...notice, subject: address })),
    further: live.result.held.map((name) => resource(name, live.isScoped)),
    remark: counted(live),
  };
}

function counted({ all, result }: Search): string {
  return `${String(all - result.unread.length)} of ${String(all)} datasets searched`;
}

function unseenIn(live: Search): Notice[] {
  const unlisted = live.lists.flatMap(({ projectId, why }): Notice[] => {
    if (why === undefined) return [];
    const because = `the datasets of ${projectId} could not be listed: ${why}`;
    return [{ severity: 'unseen', code: 'dataset-search.unlisted', because }];
  });
  const [first, ...others] = live.result.unread;
  if (first === undefined) return unlisted;
  const because =
    `${counted(live)}; not ${first.name} (${first.why})` +
    (others.length > 0 ? `, nor ${others.map(({ name }) => name).join(', ')}` : '');
  return [...unlisted, { severity: 'unseen', code: 'dataset-search.unread', because }];
}

declare module '../../address.ts' {
  interface Kinds {
    readonly datasets: true;
  }
}
