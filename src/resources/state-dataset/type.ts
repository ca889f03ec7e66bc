import type { Problem } from '../../errors/diagnostic.ts';
import type { StateDatasetDesign, StateDatasetLive } from './design.ts';

/** Types of datasets that nobody can write tables into, as BigQuery names them. */
const readOnly: Readonly<Record<string, string>> = {
  LINKED: 'it is linked to a dataset that somebody shares, so it is read-only',
  EXTERNAL: 'it is external: its tables lie in another catalog, so it is read-only',
};

/** Segment keeps its tables in the state dataset. */
export function refuseType(
  { address, names }: Pick<StateDatasetDesign, 'address' | 'names'>,
  { dataset }: Pick<StateDatasetLive, 'dataset'>,
): Problem[] {
  const why = Object.entries(readOnly).find(([type]) => type === dataset?.type)?.[1];
  if (why === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'state-dataset.read-only',
      subject: address,
      attempted: `use the dataset ${names.stateDataset}`,
      because: `${why}, and Segment keeps its state in tables there`,
      remedy: `Delete the dataset ${names.stateDataset} (what it shows stays where it is), and run mode apply: it creates one of its own.`,
    },
  ];
}
