import type { Mapping } from '../../cloud/segment/mappings.ts';
import type { Model } from '../../cloud/segment/models.ts';
import type { Running } from '../../destinations/segment/running.ts';
import type { AnyResource, Examination } from '../../engine/resource.ts';
import { Blocked } from '../../errors/diagnostic.ts';
import type { Problem } from '../../errors/diagnostic.ts';
import { isOfRepository, readModelMark } from '../../ownership/model-mark.ts';
import type { ModelDesign, ModelLive } from './design.ts';
import { leftOver, matchOf } from './match.ts';
import type { Designs, ModelOptions } from './options.ts';
import { differsInText } from './refuse.ts';
import { leftOverModel, segmentModel } from './segment-model.ts';
import { modelWriter } from './write.ts';

/** Models that files ask for, and those in Segment that came from files: each becomes a resource of the same plan. */
export interface FoundModels {
  readonly models: readonly { readonly design: ModelDesign; readonly live: ModelLive }[];
  readonly leftOver: readonly { readonly model: Model; readonly mappings: ModelLive['mappings'] }[];
  readonly unread: readonly string[];
}

/** So many may be deleted without a review. */
const MOST_PRUNED = 5;

export async function search(options: ModelOptions): Promise<FoundModels> {
  const { publish, publishing } = options;
  const [designs, running] = await Promise.all([publishing.designs(), runningOf(options)]);
  const { models } = running;
  const existing = await existingAmong(models, designs, publish.repository);
  const grounds = { repository: publish.repository, exists: (path: string): boolean => existing.has(path) };
  const found = await Promise.all(
    designs.models.map(async (design) => {
      const match = matchOf(design, models, grounds);
      const isCommitted =
        match.state !== 'ours' || !differsInText(design, match) || (await publishing.isCommitted(design, match.model));
      const mappings = 'model' in match ? namesOf(running, match.model, ({ isEnabled }) => isEnabled) : [];
      return { design, live: { match, mappings, isCommitted } };
    }),
  );
  const isGone = (path: string): boolean => designs.isInScope(path, existing.has(path));
  const left = leftOver(models, {
    ...{ repository: publish.repository, isGone },
    matched: found.map(({ live }) => live.match),
  });
  return {
    models: found,
    leftOver: left.map((model) => ({ model, mappings: namesOf(running, model, () => true) })),
    unread: designs.unread,
  };
}

const NOTHING: Running = { slug: '', location: undefined, models: [], mappings: [] };

/** @throws Blocked where nobody can tell: never taken for "no models" */
async function runningOf({ address, makesSource, side }: ModelOptions): Promise<Running> {
  const running = await side.running();
  if (!('whyNot' in running)) return running;
  if (running.fault === 'none' && makesSource) return NOTHING;
  const remedy =
    running.fault === 'none'
      ? 'Set segment_source to the slug of the source, or let this action make it: add segment to key_delivery.'
      : 'Check segment_token, segment_workspace, segment_region and segment_source. If all are right, run again later; if Segment has changed its alpha API, report it.';
  throw new Blocked([
    {
      ...{ severity: 'error', code: 'segment-model.unread', subject: address },
      ...{ attempted: 'compare the models in Segment with their files', because: running.whyNot, remedy },
    },
  ]);
}

/** Paths that models of this repository name, and where there is a file. */
async function existingAmong(
  models: readonly Model[],
  { exists }: Designs,
  repository: string,
): Promise<ReadonlySet<string>> {
  const marked = models.map(({ description }) => readModelMark(description).mark);
  const paths = [...new Set(marked.flatMap((mark) => (isOfRepository(mark, repository) ? [mark.path] : [])))];
  const there = await Promise.all(paths.map(exists));
  return new Set(paths.filter((_path, index) => there[index] === true));
}

function namesOf({ mappings }: Running, { id }: Model, counts: (mapping: Mapping) => boolean): ModelLive['mappings'] {
  if ('whyNot' in mappings) return mappings;
  return mappings
    .filter((mapping) => mapping.modelId === id && counts(mapping))
    .map(({ destination, name }) => `${name} (${destination})`);
}

export function examineFound(options: ModelOptions, live: FoundModels): Examination<never> {
  const writer = modelWriter(options);
  const further: AnyResource[] = [
    ...live.models.map(({ design, live: one }) => segmentModel(options.publish, { design, live: one, writer })),
    // Whether a file that cannot be read still asks for them, nobody knows.
    ...(live.unread.length > 0 ? [] : live.leftOver.map((one) => leftOverModel(options.publish, { ...one, writer }))),
  ];
  const count = live.models.length;
  return {
    differences: [],
    diagnostics: [...ofUnread(options, live), ...ofMany(options, live)],
    further,
    remark: `${String(count)} model${count === 1 ? '' : 's'} of files compared`,
  };
}

function ofUnread({ address, publish }: ModelOptions, { unread }: FoundModels): Problem[] {
  if (unread.length === 0 || !publish.prune) return [];
  return [
    {
      ...{ severity: 'error', code: 'segment-model.unread', subject: address },
      attempted: 'find the models in Segment whose file is gone',
      because: `these could not be read, and may still ask for them: ${unread.slice(0, 10).join(', ')}`,
      remedy: 'Correct them, or remove prune_models.',
    },
  ];
}

function ofMany({ address, publish }: ModelOptions, { leftOver: left }: FoundModels): Problem[] {
  if (!publish.prune || publish.isReviewed || left.length <= MOST_PRUNED) return [];
  return [
    {
      ...{ severity: 'error', code: 'segment-model.many', subject: address },
      attempted: `delete ${String(left.length)} models in Segment`,
      because: `at most ${String(MOST_PRUNED)} are deleted without a review: ${left
        .slice(0, 20)
        .map(({ model }) => model.name)
        .join(', ')}`,
      remedy:
        'Check that all files are there. If it is meant, review the plan, and pass its plan_digest as expected_plan.',
    },
  ];
}
