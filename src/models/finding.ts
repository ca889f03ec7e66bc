import { modelFindings } from './findings.ts';
import type { ModelFindingId } from './findings.ts';
import type { Weight } from './findings.ts';
import type { ModelFinding, Place } from './model.ts';

/** A finding with the weight of its row, unless it weighs less. */
export function finding(
  id: ModelFindingId,
  place: Place,
  message: string,
  weight: Weight = modelFindings[id].weight,
): ModelFinding {
  return { id, weight, place, message };
}
