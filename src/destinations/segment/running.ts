import type { Mapping } from '../../cloud/segment/mappings.ts';
import type { Model } from '../../cloud/segment/models.ts';
import type { PublicApi } from '../../cloud/segment/public-api.ts';
import { ApiError } from '../../errors/api-error.ts';
import { elsewhereBecause } from './look.ts';
import type { Looked } from './look.ts';

/** What runs in Segment on a source: its models, and whoever uses them. */
export interface Running {
  readonly slug: string;
  /** Where the source runs its queries, as its setting says. */
  readonly location: string | undefined;
  readonly models: readonly Model[];
  /** All of its mappings; or why they are not known. */
  readonly mappings: readonly Mapping[] | { readonly whyNot: string };
}

/** Or why that is not known. */
export type MaybeRunning = Running | NotKnown;

export interface NotKnown {
  readonly whyNot: string;
  /** `input`: what was asked for is wrong. `none`: there is no such source. `unread`: Segment gave no answer that could be read. */
  readonly fault: 'input' | 'none' | 'unread';
}

/** Reads models and mappings. Both are alpha: what cannot be read of them stops nothing else. */
export async function readRunning(open: () => Promise<PublicApi>, look: () => Promise<Looked>): Promise<MaybeRunning> {
  try {
    const looked = await look();
    if (looked.state === 'elsewhere') return { whyNot: elsewhereBecause(looked), fault: 'input' };
    if (looked.state === 'not offered') return { whyNot: 'Segment has no BigQuery sources there', fault: 'none' };
    const { source, standing } = looked;
    if (source === undefined) return { whyNot: 'the source does not exist in Segment', fault: 'none' };
    if (standing === 'other-kind')
      return { whyNot: `the source ${source.slug} in Segment is no BigQuery source`, fault: 'input' };
    const api = await open();
    const [models, mappings] = await Promise.all([api.models(source.id), mappingsOf(api, source.id)]);
    return { slug: source.slug, location: source.location, models, mappings };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isRefused = error.code === 401 || error.code === 403;
    return { whyNot: wordsOf(error), fault: isRefused ? 'input' : 'unread' };
  }
}

async function mappingsOf(api: PublicApi, sourceId: string): Promise<Running['mappings']> {
  try {
    return await api.mappings(sourceId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { whyNot: wordsOf(error) };
  }
}

function wordsOf({ call, words }: ApiError): string {
  return `could not ${call}: ${words}`;
}
