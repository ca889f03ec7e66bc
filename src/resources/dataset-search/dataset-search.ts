import type { DatasetList } from '../../cloud/google/datasets.ts';
import type { Document } from '../../cloud/document.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import { readDescription } from '../../ownership/record.ts';
import type { Resource } from '../../engine/resource.ts';

/** The search for entries of our account where nobody asked for any. */
export interface OtherDatasetsOptions {
  readonly projectId: string;
  readonly want: 'present' | 'absent';
  readonly account: Document<Account>;
  /** Lists what may be listed: of the project itself, and of those that source datasets lie in. */
  readonly list: () => Promise<readonly DatasetList[]>;
  /** Looks at these, some at a time; returns those that hold entries of ours, and those that could not be looked at. */
  readonly look: (names: readonly string[]) => Promise<Looked>;
  /** Datasets (`project.dataset`) that are looked at even where they cannot be listed. */
  readonly named: readonly string[];
  /** Those that have a resource of their own. */
  readonly known: readonly string[];
  /** Whether entries of readers are ours to take: in `scoped`, and in the run that leaves it. */
  readonly isScoped: () => Promise<boolean>;
  /** One that holds entries of ours. */
  readonly resource: (name: string, isScoped: boolean) => Resource;
}

/** What looking at datasets came to. */
export interface Looked {
  readonly held: readonly string[];
  readonly unseen: readonly { readonly name: string; readonly why: string }[];
}

/** What was searched, and what was found. */
export interface Search {
  readonly lists: readonly DatasetList[];
  readonly looked: Looked;
  readonly isScoped: boolean;
  /** How many datasets there are, as far as they could be listed. */
  readonly all: number;
}

export function otherDatasets(options: OtherDatasetsOptions): Resource<Search> {
  return {
    address: `datasets/${options.projectId}`,
    want: 'left alone',
    read: () => search(options),
    diff: () => [],
    refuse: () => [],
    warn: () => [],
    facts: () => ({}),
    remark: (live) => live && counted(live),
    unseen: (live) => (live === undefined ? [] : unseenIn(live)),
    further: (live) => (live?.looked.held ?? []).map((name) => options.resource(name, live?.isScoped === true)),
    change: () => Promise.resolve([]),
  };
}

async function search(options: OtherDatasetsOptions): Promise<Search | undefined> {
  const [account, lists, isScoped] = await Promise.all([options.account.read(), options.list(), options.isScoped()]);
  // An account that is not there holds nothing; what destroy finds unmarked is not ours to look into.
  const isMoot =
    account === undefined ||
    (options.want === 'absent' && readDescription(account.description).ownership === undefined);
  if (isMoot) return undefined;
  const all = new Set([...lists.flatMap(({ names }) => names), ...options.named]);
  const looked = await options.look([...all].filter((name) => !options.known.includes(name)));
  return { lists, isScoped, looked, all: all.size };
}

function counted({ all, looked }: Search): string {
  return `${String(all - looked.unseen.length)} of ${String(all)} datasets looked at`;
}

function unseenIn(live: Search): string[] {
  const { lists, looked } = live;
  const [first, ...others] = looked.unseen;
  return [
    ...lists.flatMap(({ projectId, why }) =>
      why === undefined ? [] : [`the datasets of ${projectId} could not be listed: ${why}`],
    ),
    ...(first === undefined
      ? []
      : [
          `${counted(live)}; not ${first.name} (${first.why})` +
            (others.length > 0 ? `, nor ${others.map(({ name }) => name).join(', ')}` : ''),
        ]),
  ];
}
