import { untilVisible } from '../../cloud/document.ts';
import type { Document } from '../../cloud/document.ts';
import { isTooNew } from '../../cloud/google/datasets.ts';
import type { Dataset, Source } from '../../cloud/google/datasets.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import type { Resource } from '../../engine/resource.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { markDataset, unmarkDataset } from '../../ownership/dataset-label.ts';
import { readDescription } from '../../ownership/record.ts';
import { changeEntries } from '../entries.ts';
import { datasetEdge, datasetNode } from '../picture.ts';
import { bringBack } from './bring-back.ts';
import type { Creation } from './bring-back.ts';
import type { StateDatasetChange, StateDatasetDesign, StateDatasetLive } from './design.ts';
import { examineStateDataset } from './examine.ts';

/** The state dataset, and what tells about it. */
export interface StateDatasetOptions extends Creation {
  /** Where the datasets lie that models read; asked in the plan's wave. */
  readonly sources: () => Promise<readonly Source[]>;
  readonly account: Document<Account>;
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
      const [dataset, account, sources] = await Promise.all([
        document.read(),
        options.account.read(),
        options.sources(),
      ]);
      const owner = readDescription(account?.description).ownership;
      const isOurs = account === undefined || owner !== undefined;
      return { dataset, owner, isOurs, sources, principal: options.principal() };
    },
    examine: (live) => examineStateDataset(options, live),
    change: async (live, changes, run) => {
      if (changes.some((change) => 'delete' in change)) {
        await document.deleteWithContents();
        return undefined;
      }
      const create = changes.find((change) => 'create' in change);
      if (create !== undefined) await bringBack(options, create.create, live, run);
      // The account may be too new for BigQuery: this run has seen it, so it is waited for.
      const onWait = (): void => run.say('BigQuery does not know the new account yet; trying again …');
      const { clock } = run;
      await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible: isTooNew, onWait }, () =>
        document.edit((before) => changed(options, before, changes)),
      );
      return undefined;
    },
  };
}

/** Exactly these changes: what belongs to a later phase stays for it. */
function changed({ names }: StateDatasetDesign, before: Dataset, changes: readonly StateDatasetChange[]): Dataset {
  const { accountId } = names;
  const entries = changes.flatMap((change) =>
    'grant' in change || 'revoke' in change || 'dropLeftover' in change ? [change] : [],
  );
  const edited = changeEntries(before, names, entries);
  if (changes.some((change) => 'create' in change)) return markDataset(edited, { how: 'created', accountId });
  const mark = changes.find((change) => 'mark' in change)?.mark;
  if (mark === undefined) return edited;
  return mark === 'none' ? unmarkDataset(edited) : markDataset(edited, { how: mark, accountId });
}
