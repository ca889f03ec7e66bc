import type { FleetCode } from '../errors/codes.ts';
import type { Problem } from '../errors/diagnostic.ts';
import type { Place } from '../models/model.ts';
import { spellPlace } from '../models/places.ts';

/** What is wrong with the file, and where. */
export interface FileProblem {
  readonly problem: Problem;
  /** undefined = it is about the step, and not about the file. */
  readonly place: Place | undefined;
}

/** What is said of it, besides where. @param what - `location of the target acme-eu` */
export interface Complaint extends Pick<Problem, 'because' | 'remedy'> {
  readonly code: FleetCode;
  readonly what: string;
}

export function fileProblem(place: Place, { code, what, because, remedy }: Complaint): FileProblem {
  const attempted = `read ${what} (${spellPlace(place)})`;
  return { place, problem: { severity: 'error', code, attempted, because, remedy } };
}

/** In the order of the file; each once, however many targets say the same by `defaults`. */
export function inOrder(problems: readonly FileProblem[]): FileProblem[] {
  const once = new Map(problems.map((one) => [JSON.stringify([one.problem, one.place]), one]));
  const rank = ({ place }: FileProblem): number => (place === undefined ? 0 : place.line * 10_000 + place.column);
  return [...once.values()].sort((one, other) => rank(one) - rank(other));
}
