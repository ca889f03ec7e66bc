import type { Model } from '../../cloud/segment/models.ts';
import { isOfRepository, readModelMark } from '../../ownership/model-mark.ts';
import type { Match, ModelDesign } from './design.ts';

/** Which model of Segment is whose. What stands in a description is a claim: it counts only for this repository. Pure. */

/** What tells them apart. */
export interface Grounds {
  readonly repository: string;
  /** Whether there is a file at a path of the repository. */
  readonly exists: (path: string) => boolean;
}

/** What Segment writes into models that it makes for itself. */
const AUTOMATIC = /Automatically Created, Do not Edit|Programatically generated/i;

/** By its name; else by the name that it had. */
export function matchOf(design: ModelDesign, models: readonly Model[], grounds: Grounds): Match {
  const named = models.filter(({ name }) => name === design.name);
  const before = design.previousName === undefined ? [] : models.filter(({ name }) => name === design.previousName);
  const candidates = named.length > 0 ? named : before;
  const ours = candidates.filter((model) => isOurs(design, model, grounds));
  const [only, ...others] = ours.length > 0 ? ours : candidates;
  if (only === undefined) return { state: 'absent' };
  if (others.length > 0) return { state: 'ambiguous', models: [only, ...others] };
  if (ours.length > 0) return { state: 'ours', model: only };
  const { mark } = readModelMark(only.description);
  if (mark !== undefined) return { state: 'another', model: only, mark };
  return { state: AUTOMATIC.test(only.description) ? 'automatic' : 'unmarked', model: only };
}

/** Of the same file; or of one that is gone, as a file that was moved is. */
function isOurs(design: ModelDesign, { description }: Model, { repository, exists }: Grounds): boolean {
  const { mark } = readModelMark(description);
  return isOfRepository(mark, repository) && (mark.path === design.path || !exists(mark.path));
}

/** A model of ours that no file asks for any more. */
export function leftOver(
  models: readonly Model[],
  {
    repository,
    matched,
    isGone,
  }: Pick<Grounds, 'repository'> & {
    readonly matched: readonly Match[];
    /** Whether this run looked where it came from, and it is not there. */
    readonly isGone: (path: string) => boolean;
  },
): Model[] {
  const known = new Set(matched.flatMap((match) => ('model' in match ? [match.model.id] : [])));
  return models.filter(({ id, description }) => {
    const { mark } = readModelMark(description);
    return !known.has(id) && isOfRepository(mark, repository) && isGone(mark.path);
  });
}
