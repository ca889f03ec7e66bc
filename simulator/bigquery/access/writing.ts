/** The writing of an access list, and how it is refused. */
import type { Context } from '../../engine/route.ts';
import { bigQuery } from '../envelope.ts';
import type { DatasetState } from '../state.ts';

/** What an access list is being written on, and by whom. */
export interface Writing {
  readonly dataset: DatasetState;
  readonly context: Context;
  /** Whether service accounts of this world must be there: not where an entry is taken away. */
  readonly mustExist: boolean;
}

/** IAM's refusal of an access list, as BigQuery hands it on. */
export function refusedPolicy({ project, datasetId }: DatasetState, message: string): Error {
  return bigQuery(400, 'invalid', `IAM setPolicy failed for Dataset ${project}:${datasetId}: ${message}`);
}
