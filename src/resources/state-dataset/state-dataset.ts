import type { Document } from '../../cloud/document.ts';
import type { Dataset, Source } from '../../cloud/google/datasets.ts';
import type { Policy } from '../../cloud/google/project-policies.ts';
import type { Resource } from '../../engine/resource.ts';
import { unreachable } from '../../engine/unreachable.ts';
import type { Claims } from '../../ownership/claims.ts';
import { markDataset, markOf, unmarkDataset } from '../../ownership/dataset-label.ts';
import { changeEntries } from '../entries.ts';
import type { EntryChange } from '../entries.ts';
import { datasetEdge, datasetNode } from '../picture.ts';
import { bringBack } from './bring-back.ts';
import type { Creation } from './bring-back.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';
import { examineStateDataset } from './examine.ts';
import { sharedDataset } from '../shared-dataset.ts';
import { writeShared } from '../shared-writes.ts';

/** The state dataset, and what tells about it. */
export interface StateDatasetOptions extends Creation {
  /** Where the datasets lie that models read; asked in the plan's wave. */
  readonly sources: () => Promise<readonly Source[]>;
  readonly claims: Pick<Claims, 'read'>;
  readonly policy: Document<Policy>;
  /** Who runs, as access lists name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

export function stateDataset(options: StateDatasetOptions): Resource<StateDatasetLive, StateDatasetChange> {
  const { address, document, want, names } = options;
  return {
    address,
    want,
    outputs: { dataset: address.name },
    picture: {
      node: datasetNode(address.name),
      edges: want === 'present' ? [datasetEdge(names, address.name, 'WRITER')] : [],
    },
    read: async () => {
      const [dataset, { account, owned }, sources, policy] = await Promise.all([
        document.read(),
        options.claims.read(),
        options.sources(),
        policyOf(options),
      ]);
      const isOurs = account === undefined || owned !== undefined;
      const others = await options.others(dataset);
      return { dataset, owner: owned, isOurs, sources, principal: options.principal(), policy, others };
    },
    examine: (live) => examineStateDataset(options, live),
    change: async (live, changes, run) => {
      if (changes.some((change) => 'delete' in change)) {
        await document.deleteWithContents();
        return undefined;
      }
      const create = changes.find((change) => 'create' in change);
      if (create !== undefined) await bringBack(options, create.create, live, run);
      await writeShared(sharedDataset(options, run), () =>
        document.edit((before) => changed(options, before, { changes, seen: live?.dataset })),
      );
      return undefined;
    },
  };
}

/** Where it cannot be read, its own step says so, and nothing is written. */
async function policyOf({ policy }: StateDatasetOptions): Promise<Policy | undefined> {
  const [read] = await Promise.allSettled([policy.read()]);
  return read.status === 'fulfilled' ? read.value : undefined;
}

/** What is to be done, and the dataset as the plan saw it. */
interface Work {
  readonly changes: readonly StateDatasetChange[];
  readonly seen: Dataset | undefined;
}

/** Exactly these changes: what belongs to a later phase stays for it. */
function changed({ names }: StateDatasetDesign, before: Dataset, { changes, seen }: Work): Dataset {
  const { accountId } = names;
  const { entries, mark } = editsOf(changes);
  const edited = changeEntries(before, names, entries);
  if (mark === undefined) return edited;
  if (mark === 'none') return unmarkDataset(edited);
  if (mark === 'created') return markDataset(edited, { how: mark, accountId });
  // It is marked only where nothing counted: what the plan saw there goes.
  return markDataset(edited, { how: mark, accountId }, seen && markOf(seen));
}

/** What is written into the dataset. It is refused to be moved, and deleted elsewhere. */
function editsOf(changes: readonly StateDatasetChange[]): {
  readonly entries: readonly EntryChange[];
  readonly mark: 'created' | 'adopted' | 'none' | undefined;
} {
  const entries: EntryChange[] = [];
  let mark: 'created' | 'adopted' | 'none' | undefined;
  for (const change of changes) {
    if ('grant' in change || 'revoke' in change || 'dropLeftover' in change) entries.push(change);
    else if ('create' in change) mark = 'created';
    else if ('mark' in change) mark ??= change.mark;
    else if (!('move' in change || 'delete' in change || 'byHand' in change)) unreachable(change);
  }
  return { entries, mark };
}
