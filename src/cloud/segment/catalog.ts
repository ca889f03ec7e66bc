import { listOf, path } from './ask.ts';
import type { AskSegment } from './ask.ts';
import { idOf, objectIn, optionalText, textOf } from './fields.ts';
import { isNotFound } from '../../errors/api-error.ts';

/** What a BigQuery source for Reverse ETL is in Segment's catalog. */
export interface CatalogEntry {
  readonly metadataId: string;
  readonly options: readonly Option[];
}

/** A setting of a kind of source. */
export interface Option {
  readonly name: string;
  /** `string`, `number`, `boolean`, `text-map`, or whatever Segment calls it. */
  readonly type: string;
  readonly label: string | undefined;
  readonly hasDefault: boolean;
}

/** BigQuery as a source for Reverse ETL, in every production workspace that is known. */
const BIGQUERY = '78PbvP2yv8';

const LIST = "list Segment's catalog";

/** What the catalog says of BigQuery; undefined = it has no such source. */
export async function catalogEntry(ask: AskSegment): Promise<CatalogEntry | undefined> {
  const call = "read BigQuery in Segment's catalog";
  try {
    const asking = { method: 'GET', path: path`/catalog/sources/${BIGQUERY}` } as const;
    return await ask({ call, repeatable: true }, asking, (data) => pick(objectIn(data, 'sourceMetadata')));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  // Workspaces in other stages of Segment know it by another id.
  const asking = { path: '/catalog/sources' };
  for await (const page of listOf(ask, { call: LIST, asking, part: 'sourcesCatalog', pick: pickBigQuery })) {
    const found = page.find((one) => one !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** undefined = another kind of source. */
function pickBigQuery(metadata: Record<string, unknown>): CatalogEntry | undefined {
  return isBigQuery(metadata) ? pick(metadata) : undefined;
}

function isBigQuery({ slug, categories }: Record<string, unknown>): boolean {
  return slug === 'bigquery' && Array.isArray(categories) && categories.includes('Warehouse');
}

function pick(metadata: Record<string, unknown>): CatalogEntry {
  const { options } = metadata;
  const list: readonly unknown[] = Array.isArray(options) ? options : [];
  return {
    metadataId: idOf('entry of the catalog', metadata, 'id'),
    options: list.map((option) => optionOf(objectIn({ option }, 'option'))),
  };
}

function optionOf(option: Record<string, unknown>): Option {
  return {
    name: textOf('option of the catalog', option, 'name'),
    type: textOf('option of the catalog', option, 'type'),
    label: optionalText(option, 'label'),
    hasDefault:
      option['defaultValue'] !== undefined && option['defaultValue'] !== null && option['defaultValue'] !== '',
  };
}
