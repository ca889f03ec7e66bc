import type { Stage } from '../../harness/stage.ts';

/** The source that the action makes unless it is told otherwise. */
export const SLUG = 'bigquery-acme-analytics';

/** Inputs that deliver to Segment. */
export function toSegment(at: Stage): Record<string, string> {
  return { key_delivery: 'segment', segment_token: at.simulation.env['SIMULATOR_SEGMENT_TOKEN'] ?? '' };
}

/** A source as the world shows it. */
export interface SourceFacts {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the stored key. */
  readonly keyId: string | undefined;
}

export async function sourcesIn(at: Stage): Promise<readonly SourceFacts[]> {
  const { segment } = (await at.simulation.world()) as { segment: { sources: SourceFacts[] } };
  return segment.sources;
}

/** The source of this slug. @throws where there is none, or more than one */
export async function sourceIn(at: Stage, slug = SLUG): Promise<SourceFacts> {
  const [found, ...others] = (await sourcesIn(at)).filter((one) => one.slug === slug);
  if (found === undefined || others.length > 0) throw new Error(`${String(others.length)} others, or none: ${slug}`);
  return found;
}

/** Where that source is, for who changes it by hand. */
export async function sourcePath(at: Stage, slug = SLUG): Promise<string> {
  return `/sources/${(await sourceIn(at, slug)).id}`;
}

/** What a run wrote to Segment, as `METHOD path`, with the id of the source left out. */
export function segmentWrites(sent: readonly { readonly method: string; readonly path: string }[]): string[] {
  return sent
    .filter(({ method, path }) => method !== 'GET' && /^\/(?:sources|reverse-etl|destinations)/.test(path))
    .map(({ method, path }) => `${method} ${path.replace(/^\/sources\/.+$/, '/sources/ID')}`);
}
