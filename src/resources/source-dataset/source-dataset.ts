import type { Dataset, DatasetDocument } from '../../cloud/google/datasets.ts';
import type { Resource } from '../../engine/resource.ts';
import { changeEntries } from '../entries.ts';
import { datasetEdge, datasetNode } from '../picture.ts';
import { examineSourceDataset } from './examine.ts';
import type { SourceDatasetChange, SourceDatasetDesign } from './examine.ts';
import { sharedDataset } from '../shared-dataset.ts';
import { writeShared } from '../shared-writes.ts';

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
      await writeShared(sharedDataset(options, run), () =>
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
