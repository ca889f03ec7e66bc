import type { Clock } from '../../time.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { AccessEntry, Dataset, DatasetDocument } from '../../cloud/google/datasets.ts';
import { untilVisible } from '../../cloud/document.ts';
import type { Refusal } from '../../errors/diagnostic.ts';
import type { Difference, Resource } from '../../engine/resource.ts';
import { describeEntry, isEntryOf, isPlainReader, isTwinEntryOf } from '../../cloud/google/access-entries.ts';
import { entryField, takenEntry, twinField } from '../state-dataset/examine.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';

/** What our account may do on a dataset that is not its own: read it, or nothing. */
export interface ReadAccessOptions {
  /** `project.dataset` */
  readonly name: string;
  readonly email: string;
  /**
   * What a plain entry of a reader is here. `granted`: it must be there, and we make it. `allowed`: somebody may have made
   * it. `withdrawn`: ours, and to go. `surplus`: not ours, and beyond the access mode.
   */
  readonly reading: 'granted' | 'allowed' | 'withdrawn' | 'surplus';
  readonly document: DatasetDocument;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Address of the account, which an entry stands on. */
  readonly needs: string;
}

export function readAccess(options: ReadAccessOptions): Resource<Dataset> {
  const { document, email, reading, name } = options;
  return {
    address: `dataset/${name}`,
    want: reading === 'granted' ? 'present' : 'left alone',
    read: () => document.read(),
    diff: (live) => diffEntries(options, live),
    refuse: (live) => (reading === 'granted' && live === undefined ? [noSuchDataset(name)] : []),
    warn: () => [],
    facts: () => ({}),
    remark: () => (reading === 'granted' ? undefined : 'nothing beyond the access mode'),
    change: async (_live, chosen, ready) => {
      const fields = new Set(chosen.map((difference) => difference.field));
      const isGranted = fields.has(grantField(email));
      if (isGranted) await ready(options.needs);
      // The account may be too new for BigQuery: this run has seen it, so it is waited for.
      const onWait = (): void => options.say('BigQuery does not know the new account yet; trying again …');
      await untilVisible({ clock: options.clock, milliseconds: ACCOUNT_LAG, isInvisible: isTooNew, onWait }, () =>
        document.edit((before) => {
          const kept = (before.access ?? []).filter((entry) => {
            if (isTwinEntryOf(entry, email)) return !fields.has(twinField(entry));
            return !(isEntryOf(entry, email) && fields.has(entryField(entry)));
          });
          const reads = kept.some((entry) => isEntryOf(entry, email) && isPlainReader(entry));
          const adds = isGranted && !reads;
          return { ...before, access: adds ? [...kept, { role: 'READER', userByEmail: email }] : kept };
        }),
      );
      return [];
    },
  };
}

const grantField = (email: string): string => `access of ${email}`;

function diffEntries({ email, reading }: ReadAccessOptions, live: Dataset | undefined): Difference[] {
  if (live === undefined) return reading === 'granted' ? [absent] : [];
  const entries = (live.access ?? []).filter((entry) => isEntryOf(entry, email));
  const differences: Difference[] = reading === 'granted' ? leftovers(live, email) : [];
  if (reading === 'granted' && !entries.some(isPlainReader)) {
    const others = entries.map(describeEntry).join(', ');
    differences.push({
      field: grantField(email),
      live: others === '' ? 'absent' : others,
      desired: 'READER',
      kind: 'missing',
      phase: 'grant',
      right: 'given',
    });
  }
  for (const entry of entries) {
    const kind = kindOf(entry, reading);
    if (kind !== undefined) differences.push({ ...takenEntry(entry), kind });
  }
  return [...new Map(differences.map((difference) => [difference.field, difference])).values()];
}

/** undefined = it is as it may be. */
function kindOf(entry: AccessEntry, reading: ReadAccessOptions['reading']): Difference['kind'] | undefined {
  if (!isPlainReader(entry)) return 'surplus';
  return { granted: undefined, allowed: undefined, withdrawn: 'changed' as const, surplus: 'surplus' as const }[
    reading
  ];
}

/** A deleted account's twin grants nothing, but its entry reads like ours. */
function leftovers(live: Dataset, email: string): Difference[] {
  return (live.access ?? [])
    .filter((entry) => isTwinEntryOf(entry, email))
    .map((entry) => ({
      field: twinField(entry),
      live: 'left over from a deleted account',
      desired: 'absent',
      kind: 'changed',
      phase: 'grant',
    }));
}

const absent: Difference = {
  field: 'source dataset',
  live: 'absent',
  desired: 'present',
  kind: 'missing',
  phase: 'grant',
};

function noSuchDataset(name: string): Refusal {
  return {
    attempted: `let the account read the dataset ${name}`,
    because: 'it does not exist',
    remedy:
      'Check its name in source_datasets; this action makes no dataset but the one that Segment keeps its state in.',
  };
}

/** Whether BigQuery does not know the account yet. */
export function isTooNew(error: unknown): boolean {
  return error instanceof ApiError && error.code === 400 && /service account .*does not exist/is.test(error.words);
}
