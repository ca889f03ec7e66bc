import type { Dataset, DatasetDocument } from '../../cloud/google/datasets.ts';
import type { Run } from '../../engine/resource.ts';
import { isAlreadyExists, isNotFound } from '../../errors/api-error.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { labelsOf } from '../../ownership/dataset-label.ts';
import type { Ownership } from '../../ownership/record.ts';
import { poll } from '../../time.ts';
import type { OtherAccount, StateDatasetDesign, StateDatasetLive } from './design.ts';
import { NOTHING, refuseOwner } from './examine.ts';
import { hazards } from './hazards.ts';
import { refuseLocation } from './location.ts';
import { refuseType } from './type.ts';
import { unseen } from '../../errors/vanished.ts';

/** The dataset as it is created, and where. */
export interface Creation extends StateDatasetDesign {
  readonly description: string;
  readonly document: DatasetDocument;
  /** Other accounts of the project that a dataset speaks of, as far as they exist. */
  readonly others: (dataset: Dataset | undefined) => Promise<readonly OtherAccount[]>;
}

/** Makes the dataset be there: undeleted where the change says so and it can be, else created. Then it is read, for its etag. */
export async function bringBack(
  design: Creation,
  { location, undelete }: { readonly location: string; readonly undelete: boolean },
  live: StateDatasetLive | undefined,
  run: Run,
): Promise<void> {
  const name = design.names.stateDataset;
  if (undelete && (await undeleted(design))) {
    const because = `the dataset ${name} had been deleted, and was undeleted with all that it held`;
    run.tell({ severity: 'warning', code: 'state-dataset.restored', because });
  } else if ((await created(design, location)) && undelete && !isFirstRunCutShort(live?.owner)) {
    const because = `the dataset ${name} was created again: if Segment had synced before, it will send every record again`;
    run.tell({ severity: 'warning', code: 'state-dataset.created-anew', because });
  }
  const dataset = await readBack(design, run);
  const found = { ...(live ?? NOTHING), dataset, others: await design.others(dataset) };
  const problems = [...refuseType(design, found), ...refuseLocation(design, found), ...refuseOwner(design, found)];
  if (problems.length > 0) throw new Blocked(problems);
  for (const hazard of hazards(dataset)) run.tell(hazard);
}

/** Whether this very request created it. */
async function created({ document, description, names }: Creation, location: string): Promise<boolean> {
  const labels = labelsOf({ how: 'created', accountId: names.accountId });
  try {
    await document.create({ location, description, labels });
    return true;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return false;
  }
}

/** A first run that died before its key was delivered: there was nothing yet for Segment to sync with. */
function isFirstRunCutShort(owner: Ownership | undefined): boolean {
  return owner?.key === undefined && owner?.issuingBefore !== undefined;
}

async function undeleted({ document }: Creation): Promise<boolean> {
  try {
    await document.undelete();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false; // Nothing to bring back: never there, or past the time-travel window.
    if (isAlreadyExists(error)) return true;
    throw error;
  }
}

async function readBack({ document, names }: Creation, { clock }: Run): Promise<Dataset> {
  const found = await poll({ clock, within: ACCOUNT_LAG, first: 500, most: 10_000 }, async () => {
    const read = await document.reread();
    return read && { value: read };
  });
  if (found === undefined) throw unseen(`the dataset ${names.stateDataset}`);
  return found.value;
}
