import pMap from 'p-map';
import { ApiError } from '../../errors/api-error.ts';
import type { Cloud } from './clients.ts';
import { AT_ONCE, datasetDocument, listDatasets } from './datasets.ts';
import type { AccessEntry, DatasetDocument, DatasetList, Source } from './datasets.ts';

/** Datasets of whatever project (`project.dataset`), each one document however often it is asked for. */
export interface DatasetLibrary {
  readonly named: (name: string) => DatasetDocument;
  readonly locations: (names: readonly string[]) => Promise<Source[]>;
  readonly list: (projects: readonly string[]) => Promise<DatasetList[]>;
  /** Searches these for entries that are meant, some at a time. */
  readonly search: (names: readonly string[], isMeant: (entry: AccessEntry) => boolean) => Promise<SearchResult>;
}

/** What a search for entries has found. */
export interface SearchResult {
  /** Datasets with entries that are meant. */
  readonly held: readonly string[];
  /** Datasets that could not be read, and why. */
  readonly unread: readonly { readonly name: string; readonly why: string }[];
}

export function datasetLibrary(cloud: Cloud): DatasetLibrary {
  const documents = new Map<string, DatasetDocument>();
  const named = (name: string): DatasetDocument => {
    const document = documents.get(name) ?? datasetDocument(cloud, name);
    documents.set(name, document);
    return document;
  };
  const inTurns = <T>(names: readonly string[], ask: (name: string) => Promise<T>): Promise<T[]> =>
    pMap(names, ask, { concurrency: AT_ONCE });
  return {
    named,
    locations: (names) => inTurns(names, (name) => locate(named(name), name)),
    list: (projects) => inTurns([...new Set(projects)], (projectId) => listDatasets(cloud, projectId)),
    search: async (names, isMeant) => {
      const found = await inTurns(names, async (name) => ({ name, ...(await searchOne(named(name), isMeant)) }));
      return {
        held: found.filter(({ isHeld }) => isHeld).map(({ name }) => name),
        unread: found.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }])),
      };
    },
  };
}

async function locate(document: DatasetDocument, name: string): Promise<Source> {
  try {
    const found = await document.read();
    const why = found === undefined ? 'it does not exist' : undefined;
    return { name, location: found?.location ?? undefined, why };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { name, location: undefined, why: error.words };
  }
}

async function searchOne(
  document: DatasetDocument,
  isMeant: (entry: AccessEntry) => boolean,
): Promise<{ readonly isHeld: boolean; readonly why: string | undefined }> {
  try {
    const found = await document.read();
    // Listed a moment ago and gone now: nothing is held there.
    if (found === undefined) return { isHeld: false, why: undefined };
    const { access } = found;
    if (!access) return { isHeld: false, why: 'its access list was not shown' };
    return { isHeld: access.some(isMeant), why: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { isHeld: false, why: error.words };
  }
}
