import { isAlreadyExists, isNotFound } from '../../errors/api-error.ts';
import type { Dataset } from '../../cloud/google/datasets.ts';
import { untilVisible } from '../../cloud/document.ts';
import { readDescription } from '../../ownership/record.ts';
import type { Ownership } from '../../ownership/record.ts';
import { Refused } from '../../errors/diagnostic.ts';
import type { Difference, Note, Ready, Resource } from '../../engine/resource.ts';
import { isEntryOf, isPlainWriter, isTwinEntryOf } from '../../cloud/google/access-entries.ts';
import { hazards } from './hazards.ts';
import { commonLocation, diffSources, refuseSources, warnSources } from './location.ts';
import type { Source } from './location.ts';
import {
  LABEL,
  diffLocation,
  diffPresent,
  entryField,
  markOf,
  refuseLocation,
  refuseOwner,
  twinField,
  warn,
} from './examine.ts';
import type { DatasetLive, DatasetOptions } from './examine.ts';
import { diffAbsent, refuseAbsent } from './removal.ts';
import { ACCOUNT_LAG } from '../../ownership/account-record.ts';
import { isTooNew } from '../source-dataset/source-dataset.ts';

export function dataset(given: DatasetOptions): Resource<DatasetLive> {
  const { document, want } = given;
  let owner: Ownership | undefined; // As the plan read it: an account just made or adopted has lost no dataset.
  let sources: readonly Source[] = [];
  /** Without an input, the location is that of the data. */
  const placed = (): DatasetOptions => ({ ...given, location: given.location ?? commonLocation(sources) });
  const locationOf = (live: DatasetLive | undefined): string | undefined =>
    live?.dataset.location ?? placed().location ?? undefined;
  return {
    address: `dataset/${given.datasetId}`,
    want,
    read: async () => {
      const [found, account, known] = await Promise.all([document.read(), given.account.read(), given.sources()]);
      owner = readDescription(account?.description).ownership;
      sources = known;
      return found && { dataset: found, owned: account === undefined || owner !== undefined };
    },
    diff: (live) => {
      if (want === 'absent') return diffAbsent(given, live);
      const apart = diffSources(sources, given.location ?? live?.dataset.location ?? undefined);
      const options = placed();
      return [...apart, ...(want === 'present' ? diffPresent : diffLocation)(options, live?.dataset)];
    },
    refuse: (live) => {
      if (want === 'absent') return refuseAbsent(given, live);
      const apart = refuseSources(sources, given.location ?? live?.dataset.location ?? undefined);
      // Where the sources disagree, their refusal says more than that no location is known.
      if (apart.length > 0 && live === undefined) return apart;
      return [
        ...apart,
        ...refuseLocation(placed(), live?.dataset),
        ...(want === 'present' ? refuseOwner(given, live?.dataset) : []),
      ];
    },
    warn: (live) => [...warn(given, live), ...warnSources(sources, locationOf(live))],
    facts: (live) => ({ dataset: given.datasetId, location: locationOf(live) ?? '' }),
    change: (live, chosen, ready) =>
      want === 'absent' ? unmake(given, chosen) : make(placed(), live?.dataset, { chosen, ready, owner }),
  };
}

interface Wanted {
  readonly chosen: readonly Difference[];
  readonly ready: Ready;
  readonly owner: Ownership | undefined;
}

async function make(options: DatasetOptions, live: Dataset | undefined, wanted: Wanted): Promise<Note[]> {
  const { document, email, clock } = options;
  const fields = new Set(wanted.chosen.map((difference) => difference.field));
  const notes = live === undefined && fields.has('dataset') ? await bringBack(options, wanted.owner) : [];
  if ([...fields].some((field) => field.startsWith('access '))) await wanted.ready(options.needs);
  // The account may be too new for BigQuery: this run has seen it, so it is waited for.
  const onWait = (): void => options.say('BigQuery does not know the new account yet; trying again …');
  await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible: isTooNew, onWait }, () =>
    document.edit((before) => {
      const kept = (before.access ?? []).filter((entry) => {
        if (isTwinEntryOf(entry, email)) return !fields.has(twinField(entry));
        return !(isEntryOf(entry, email) && !isPlainWriter(entry) && fields.has(entryField(entry)));
      });
      const writes = kept.some((entry) => isEntryOf(entry, email) && isPlainWriter(entry));
      const adds = !writes && fields.has(`access of ${email}`);
      const marks = markOf(before) === undefined && (fields.has('owner') || fields.has('dataset'));
      const how = fields.has('dataset') ? 'created' : 'adopted';
      return {
        ...before,
        access: adds ? [...kept, { role: 'WRITER', userByEmail: email }] : kept,
        ...(marks ? { labels: { ...before.labels, [LABEL]: `${how}_${options.accountId}` } } : {}),
      };
    }),
  );
  return notes;
}

/** A dataset that vanished is undeleted; only where that is impossible it is made. Then it is read, for its etag. */
async function bringBack(options: DatasetOptions, owner: Ownership | undefined): Promise<Note[]> {
  const { document, clock, accountId } = options;
  const name = `${options.projectId}.${options.datasetId}`;
  const notes: Note[] = [];
  if (owner !== undefined && (await undeleted(options))) {
    notes.push({ warning: `the dataset ${name} had been deleted, and was undeleted with all that it held` });
  } else {
    try {
      const labels = { [LABEL]: `created_${accountId}` };
      await document.create({ location: options.location ?? '', description: options.description, labels });
      if (owner !== undefined && !isFirstRunCutShort(owner)) {
        notes.push({
          warning: `the dataset ${name} was made anew: if Segment had synced before, it will send every record again`,
        });
      }
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
  const found = await untilVisible({ clock, milliseconds: ACCOUNT_LAG, isInvisible: isMissing }, async () => {
    const read = await document.reread();
    if (read === undefined) throw new Missing();
    return read;
  });
  const refusals = [...refuseLocation(options, found), ...refuseOwner(options, found)];
  if (refusals.length > 0) throw new Refused(refusals);
  return [...notes, ...hazards(found).map((warning) => ({ warning }))];
}

/** A first run that died before its key was delivered: there was nothing yet for Segment to sync with. */
function isFirstRunCutShort(owner: Ownership): boolean {
  return owner.key === undefined && owner.issuingBefore !== undefined;
}

async function undeleted(options: DatasetOptions): Promise<boolean> {
  try {
    await options.document.undelete();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false; // Nothing to bring back: never there, or past the time-travel window.
    if (isAlreadyExists(error)) return true;
    throw error;
  }
}

class Missing extends Error {}
const isMissing = (error: unknown): boolean => error instanceof Missing;

async function unmake(options: DatasetOptions, chosen: readonly Difference[]): Promise<Note[]> {
  const { document, email } = options;
  const fields = new Set(chosen.map((difference) => difference.field));
  if (fields.has('dataset')) {
    await document.deleteWithContents();
    return [];
  }
  await document.edit((before) => {
    const kept = (before.access ?? []).filter((entry) => {
      if (isTwinEntryOf(entry, email)) return !fields.has(twinField(entry));
      return !(isEntryOf(entry, email) && fields.has(entryField(entry)));
    });
    if (!fields.has('owner')) return { ...before, access: kept };
    const labels = Object.entries(before.labels ?? {}).filter(([key]) => key !== LABEL);
    return { ...before, access: kept, labels: Object.fromEntries(labels) };
  });
  return [];
}
