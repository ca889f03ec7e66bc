import { spell } from '../address.ts';
import type { Address } from '../address.ts';
import { isDrift } from '../engine/drift.ts';
import { isByHand, isCarriedOut } from '../engine/plan.ts';
import type { Difference } from '../engine/resource.ts';
import { wordedDifference } from '../verify/wording.ts';

/** How differences are ordered and worded, wherever they are told. Pure. */

/** Most severe first: what keeps Segment from working comes before what lets it do too much. */
export const kindsBySeverity = ['missing', 'changed', 'surplus'] as const satisfies readonly Difference['kind'][];

/** For sorting: the most severe first; what is no drift comes last. */
export function severityRank(difference: Difference): number {
  return isDrift(difference) ? kindsBySeverity.indexOf(difference.kind) : kindsBySeverity.length;
}

/** `role/segmentReverseEtl: permission bigquery.jobs.create is absent, should be present` */
export function differenceSentence(address: Address, difference: Difference): string {
  return `${spell(address)}: ${wordedDifference(difference)}`;
}

/** `permission bigquery.jobs.create: absent → present` */
export function differenceLine({ field, live, desired }: Difference): string {
  return `${field}: ${live} → ${desired}`;
}

const EXEMPTIONS = {
  adoption: ' (adoption)',
  housekeeping: ' (cleanup)',
  renewal: ' (renewal)',
  accepted: ' (surplus, accepted by accepted_access)',
};

/** What is to be known of a difference besides what differs: ` (surplus: kept without prune: true)` */
export function remarkOn(difference: Difference, prune: boolean): string {
  if (difference.exempt === 'accepted') return EXEMPTIONS.accepted;
  if (isByHand(difference.change)) return ' (surplus: to be removed by hand)';
  if (!isCarriedOut(difference, prune)) return ' (surplus: kept without prune: true)';
  if (difference.kind === 'surplus') return ' (surplus, pruned)';
  return difference.exempt === undefined ? '' : EXEMPTIONS[difference.exempt];
}
