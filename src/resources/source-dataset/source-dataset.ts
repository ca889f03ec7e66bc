import { untilVisible } from '../../cloud/document.ts';
import { isTooNew } from '../../cloud/google/datasets.ts';
import type { Dataset, DatasetDocument } from '../../cloud/google/datasets.ts';
import type { Resource } from '../../engine/resource.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { changeEntries } from '../entries.ts';
import { datasetEdge, datasetNode } from '../picture.ts';
import { examineSourceDataset } from './examine.ts';
import type { SourceDatasetChange, SourceDatasetDesign } from './examine.ts';

/** What our account may do on a dataset that is not its own (read it, or nothing), and where that is written. */
export interface SourceDatasetOptions extends SourceDatasetDesign {
  readonly document: DatasetDocument;
}

export function sourceDataset(options: SourceDatasetOptions): Resource<Dataset, SourceDatasetChange> {
  const { address, document, names, reading } = options;
  const isGranted = reading === 'granted';
  return {
    address,
    want: isGranted ? 'present' : 'unmanaged',
    picture: {
      node: datasetNode(address.name),
      edges: isGranted ? [datasetEdge(names, address.name, 'READER')] : [],
    },
    read: () => document.read(),
    examine: (live) => examineSourceDataset(options, live),
    change: async (_live, changes, run) => {
      // The account may be too new for BigQuery: this run has seen it, so it is waited for.
      const onWait = (): void => run.say('BigQuery does not know the new account yet; trying again …');
      const { clock } = run;
      await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible: isTooNew, onWait }, () =>
        document.edit((before) =>
          changeEntries(
            before,
            names,
            changes.flatMap((one) => ('byHand' in one ? [] : [one])),
          ),
        ),
      );
      return undefined;
    },
  };
}
