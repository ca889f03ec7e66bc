import type { Address } from '../../address.ts';
import { describeEntry, isPlainReader } from '../../cloud/google/access-entries.ts';
import type { AccessEntry, Dataset } from '../../cloud/google/datasets.ts';
import type { ByHand, Difference, Examination } from '../../engine/resource.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import type { Names } from '../../inputs/names.ts';
import { entryCommand } from '../command.ts';
import { distinct } from '../distinct.ts';
import { entriesOf, grantedEntry, inOneWrite, leftoverEntries, revokedEntry } from '../entries.ts';
import type { EntryChange } from '../entries.ts';
import { includesAccount, memberOf } from '../members.ts';
import { datasetEdge } from '../picture.ts';
import { authorizedIn } from './about.ts';

/** What is to be said of our account's access to a dataset that is not its own. Pure. */

/**
 * What a plain entry of a reader is on a dataset. `granted`: it must be there, and we make it. `allowed`: somebody may have
 * made it. `withdrawn`: ours, and to go. `surplus`: not ours, and beyond the access mode.
 */
export type Reading = 'granted' | 'allowed' | 'withdrawn' | 'surplus';

/** The access as it should be. */
export interface SourceDatasetDesign {
  /** Named `project.dataset`. */
  readonly address: Address;
  readonly names: Names;
  readonly reading: Reading;
  /** What a grant stands on: the account. */
  readonly grantAfter: readonly Address[];
  /** Whether the account can read it anyway, by its role on the project. */
  readonly isReadable: boolean;
  /** Whether what is not about the account alone is compared too. */
  readonly comparesOthers: boolean;
}

/** One thing to be done to the entries of our account; what is not about it alone is left to a person. */
export type SourceDatasetChange = EntryChange | ByHand;

type SourceDifference = Difference<SourceDatasetChange>;

export function examineSourceDataset(
  design: SourceDatasetDesign,
  live: Dataset | undefined,
): Examination<SourceDatasetChange> {
  if (design.reading !== 'granted') {
    const differences = distinct(beyond(design, live));
    return { differences, diagnostics: [], remark: 'nothing beyond the access mode' };
  }
  if (live === undefined) return { differences: [missing], diagnostics: [noSuchDataset(design)] };
  const granted = [...leftovers(design, live), ...diffReading(design, live)];
  return {
    differences: distinct([...inOneWrite(granted, design.grantAfter), ...beyond(design, live)]),
    diagnostics: [],
  };
}

const missing: SourceDifference = {
  code: 'source-dataset.missing',
  ...{ field: 'source dataset', live: 'absent', desired: 'present', kind: 'missing' },
  ...{ phase: 'grant', makes: 'access granted', change: { grant: 'READER' } },
};

function noSuchDataset({ address }: SourceDatasetDesign): Problem {
  return {
    severity: 'error',
    code: 'source-dataset.missing',
    subject: address,
    attempted: `let the account read the dataset ${address.name}`,
    because: 'it does not exist',
    remedy: 'Check its name in source_datasets; this action creates only the dataset in which Segment keeps its state.',
  };
}

function leftovers(design: SourceDatasetDesign, live: Dataset): SourceDifference[] {
  return leftoverEntries(design, live, 'grant').map((one) => ({ ...one, code: 'source-dataset.leftover' }));
}

function diffReading(design: SourceDatasetDesign, live: Dataset): SourceDifference[] {
  const entries = entriesOf(design, live);
  if (entries.some(isPlainReader)) return [];
  return [{ ...grantedEntry(design, 'READER', entries), code: 'source-dataset.access-missing', kind: 'missing' }];
}

/** What gives the account access without naming it: everybody's entries, and what is authorized in its own dataset. */
function unnamed(design: SourceDatasetDesign, live: Dataset | undefined): SourceDifference[] {
  const { address, comparesOthers, isReadable, names, reading } = design;
  if (!comparesOthers) return [];
  const command = entryCommand(address.name);
  const surplus = {
    live: 'present',
    desired: 'absent',
    kind: 'surplus',
    phase: 'narrow',
    makes: 'access revoked',
  } as const;
  return (live?.access ?? []).flatMap((entry): SourceDifference[] => {
    const member = memberOf(entry);
    const access = describeEntry(entry);
    if (member !== undefined && includesAccount(member, names)) {
      if (isPlainReader(entry) && PLAIN[reading] === 'in order') return [];
      const edge = datasetEdge(names, address.name, `${access} as ${member}`);
      const change = { byHand: { entry: access, member, command } };
      return [{ ...surplus, code: 'source-dataset.everybody', field: `entry ${access} of ${member}`, edge, change }];
    }
    const authorized = authorizedIn(entry, names);
    if (authorized === undefined || isReadable || PLAIN[reading] === 'in order') return [];
    const edge = datasetEdge(names, address.name, `READER by ${authorized}`);
    const change = { byHand: { authorized, command } };
    return [{ ...surplus, code: 'source-dataset.authorized', field: `authorized ${authorized}`, edge, change }];
  });
}

/** Entries that the access mode does not grant. */
function beyond(design: SourceDatasetDesign, live: Dataset | undefined): SourceDifference[] {
  const named = entriesOf(design, live).flatMap((entry): SourceDifference[] => {
    const how = standingOf(entry, design.reading);
    if (how === 'in order') return [];
    const one = revokedEntry(design, entry);
    return how === 'withdrawn'
      ? [{ ...one, code: 'source-dataset.access-withdrawn' }]
      : [{ ...one, code: 'source-dataset.access-surplus', kind: 'surplus' }];
  });
  return [...named, ...unnamed(design, live)];
}

/** How a plain entry of a reader stands, by what it is here. */
const PLAIN = {
  granted: 'in order',
  allowed: 'in order',
  withdrawn: 'withdrawn',
  surplus: 'surplus',
} as const satisfies Record<Reading, string>;

function standingOf(entry: AccessEntry, reading: Reading): (typeof PLAIN)[Reading] {
  return isPlainReader(entry) ? PLAIN[reading] : 'surplus';
}
