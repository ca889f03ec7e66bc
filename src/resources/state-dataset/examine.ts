import type { Clock } from '../../time.ts';
import type { AccessEntry, Dataset, DatasetDocument } from '../../cloud/google/datasets.ts';
import type { Document } from '../../cloud/document.ts';
import type { Account } from '../../cloud/google/service-accounts.ts';
import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference } from '../../engine/resource.ts';
import { describeEntry, isEntryOf, isPlainWriter, isTwinEntryOf } from '../../cloud/google/access-entries.ts';
import { hazards } from './hazards.ts';
import { isSameLocation } from './location.ts';
import type { Source } from './location.ts';

/** What is to be said of a state dataset: differences, refusals, warnings. All pure. */

/** The dataset in which Segment keeps its state. */
export interface DatasetOptions {
  readonly projectId: string;
  readonly datasetId: string;
  readonly description: string;
  /** As BigQuery spells it; undefined = whatever it is, if there is one. */
  readonly location: string | undefined;
  readonly accountId: string;
  readonly email: string;
  readonly adopt: boolean;
  readonly deleteDataset: boolean;
  readonly want: 'present' | 'absent' | 'left alone';
  readonly document: DatasetDocument;
  /** Where the datasets lie that models read; asked in the plan's wave. */
  readonly sources: () => Promise<readonly Source[]>;
  readonly account: Document<Account>;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Address of the account, which an entry stands on. */
  readonly needs: string;
  /** Who runs, as access lists name it; undefined when the credential does not tell. */
  readonly principal: () => string | undefined;
}

/** The dataset, and whether the account it speaks of is ours (or gone, so that what is left of it is). */
export interface DatasetLive {
  readonly dataset: Dataset;
  readonly owned: boolean;
}

/** Label that marks the dataset: `created_ACCOUNT-ID` or `adopted_ACCOUNT-ID`. */
export const LABEL = 'segment-reverse-etl';

/** Where it should be there, with our entry. */
export function diffPresent(options: DatasetOptions, live: Dataset | undefined): Difference[] {
  const differences: Difference[] = [];
  if (live === undefined) {
    differences.push({ field: 'dataset', live: 'absent', desired: 'present', kind: 'missing', phase: 'grant' });
  } else {
    differences.push(...diffLocation(options, live));
    if (markOf(live) === undefined) {
      differences.push({
        field: 'owner',
        live: 'unmarked',
        desired: `marked for ${options.accountId}`,
        kind: 'missing',
        phase: 'grant',
        ...(options.adopt ? { exempt: 'adoption' as const } : {}),
      });
    }
  }
  return [...differences, ...diffAccess(options, live)];
}

/** The one thing compared where Segment makes the dataset itself. */
export function diffLocation(options: DatasetOptions, live: Dataset | undefined): Difference[] {
  const { location: desired } = options;
  if (
    live?.location === undefined ||
    live.location === null ||
    desired === undefined ||
    isSameLocation(live.location, desired)
  )
    return [];
  return [{ field: 'location', live: live.location, desired, kind: 'changed', phase: 'grant' }];
}

function diffAccess(options: DatasetOptions, live: Dataset | undefined): Difference[] {
  const access = live?.access ?? [];
  const entries = access.filter((entry) => isEntryOf(entry, options.email));
  const others = entries.filter((entry) => !isPlainWriter(entry));
  const differences: Difference[] = [];
  for (const entry of access.filter((candidate) => isTwinEntryOf(candidate, options.email))) {
    const field = twinField(entry);
    differences.push({
      field,
      live: 'left over from a deleted account',
      desired: 'absent',
      kind: 'changed',
      phase: 'grant',
    });
  }
  if (!entries.some(isPlainWriter)) {
    const live = others.length === 0 ? 'absent' : others.map(describeEntry).join(', ');
    const kind = others.length === 0 ? 'missing' : 'changed';
    differences.push({
      field: `access of ${options.email}`,
      live,
      desired: 'WRITER',
      kind,
      phase: 'grant',
      right: 'given',
    });
  }
  for (const entry of others) differences.push(takenEntry(entry));
  return [...new Map(differences.map((difference) => [difference.field, difference])).values()];
}

/** Field of a difference that is about one entry of our account. */
export const entryField = (entry: AccessEntry): string => `entry ${describeEntry(entry)}`;

/** An entry of ours that goes. */
export function takenEntry(entry: AccessEntry): Difference {
  const field = entryField(entry);
  return { field, live: 'present', desired: 'absent', kind: 'changed', phase: 'narrow', right: 'taken' };
}

/** A dataset never moves; and it is never put anywhere by default. */
export function refuseLocation(options: DatasetOptions, live: Dataset | undefined): Refusal[] {
  const name = `${options.projectId}.${options.datasetId}`;
  const [mismatch] = diffLocation(options, live);
  if (mismatch !== undefined) return [wrongLocation(options, mismatch.live)];
  if (live !== undefined || options.location !== undefined || options.want !== 'present') return [];
  return [
    {
      attempted: `choose where to make the dataset ${name}`,
      because: 'no location was given, the dataset does not exist yet, and a dataset can never be moved',
      remedy:
        'Set location to where the data lies that your models read, for example US, EU or europe-west1; or name those datasets in ' +
        'source_datasets, and it is found.',
    },
  ];
}

function wrongLocation(options: DatasetOptions, live: string): Refusal {
  const name = `${options.projectId}.${options.datasetId}`;
  const desired = options.location ?? '';
  const kinds = live.length === 2 || desired.length === 2 ? ' A multi-region and a region are different places.' : '';
  return {
    attempted: `use the dataset ${name} in ${desired}`,
    because: `it lies in ${live}, and BigQuery never moves a dataset.${kinds}`,
    remedy:
      `Set location: ${live} (and the same in Segment's Data Location field), if the data that your models read lies there. ` +
      `If it lies in ${desired}, run mode destroy with delete_dataset: true, then apply: Segment will send every record again.`,
  };
}

/** What somebody else made is not touched unasked. */
export function refuseOwner(options: DatasetOptions, live: Dataset | undefined): Refusal[] {
  if (live === undefined || markOf(live) !== undefined || options.adopt) return [];
  return [
    {
      attempted: `use the dataset ${options.projectId}.${options.datasetId}`,
      because: 'it exists, and does not carry the mark of this action: somebody else may rely on it',
      remedy: 'Set adopt: true to take it over: only the mark and the entry of our account are added to it.',
    },
  ];
}

/** What a person should know of it. */
export function warn(options: DatasetOptions, live: DatasetLive | undefined): string[] {
  if (live === undefined) return [];
  const mark = markOf(live.dataset);
  const warnings: string[] = [];
  if (options.want === 'absent') {
    if (mark?.how === 'created' && mark.accountId === options.accountId && options.deleteDataset) return [];
    const why = options.deleteDataset
      ? ', although delete_dataset is set: it was not created by this action for this account'
      : '';
    return [`the dataset ${options.datasetId} is left${why}; it holds Segment's state`];
  }
  warnings.push(...hazards(live.dataset));
  if (options.want === 'present' && mark !== undefined && mark.accountId !== options.accountId) {
    warnings.push(`the dataset is shared: it belongs to ${mark.accountId}, and only our own entry is looked after`);
  }
  return warnings;
}

/** Field of a difference that is about the entry of a deleted account of the same e-mail. */
export const twinField = (entry: AccessEntry): string => `entry ${entry.iamMember ?? entry.userByEmail ?? ''}`;

/** Whose the dataset is, as its label says. */
export function markOf(live: Dataset): { readonly how: string; readonly accountId: string } | undefined {
  const [, how, accountId] = /^(created|adopted)_(.+)$/.exec(live.labels?.[LABEL] ?? '') ?? [];
  return how === undefined || accountId === undefined ? undefined : { how, accountId };
}
