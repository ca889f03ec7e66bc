import { expect } from '@jest/globals';
import { readable } from '../../harness/log.ts';
import { driftOf } from '../../harness/stage.ts';
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
  readonly metadataId: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the stored key. */
  readonly keyId: string | null;
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

/** What must hold after any interruption and one more run: one source of ours, enabled, with the recorded key, which works. */
export async function expectSegmentConverged(at: Stage): Promise<void> {
  const check = await at.run({ ...toSegment(at), mode: 'check' });
  expect({ drift: driftOf(check), code: check.code, log: check.code === 0 ? '' : readable(check.stdout) }).toEqual({
    ...{ drift: [], code: 0, log: '' },
  });
  expect((await sourcesIn(at)).map(({ slug }) => slug)).toEqual(['website', SLUG]);
  const { enabled, id, keyId } = await sourceIn(at);
  const description = await at.description();
  expect({ enabled, recorded: description.includes(` source=${id}`) }).toEqual({ enabled: true, recorded: true });
  expect(description).not.toContain('issuing-before');
  const keys = await at.keys();
  expect(keys).toContainEqual({ id: keyId ?? '', disabled: false });
  // Every key is in the record: none works that nobody knows of.
  const [, current = '', old = ''] = / key=(\w+)(?: old=([\w,]+))?/.exec(description) ?? [];
  const recorded = [current, ...old.split(',')];
  for (const key of keys) expect(recorded.some((short) => short !== '' && key.id.startsWith(short))).toBe(true);
}
