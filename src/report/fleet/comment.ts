import { createHash } from 'node:crypto';
import type { Applied } from '../applied.ts';
import { commentOf, isWorthSaying } from '../comment.ts';
import type { CommentText } from '../comment.ts';
import type { FleetReport } from './fleet-report.ts';
import { fleetDigest } from './outputs.ts';
import { renderFleetReport } from './summary.ts';

/** The one comment of a file, or of the part of it that a step looks at. Pure. */
export function renderFleetComment(fleet: FleetReport): CommentText {
  const { origin, entries } = fleet;
  return commentOf({ marker: markerOf(fleet), digest: fleetDigest(entries), origin, text: renderFleetReport(fleet) });
}

export function fleetAppliedOf(fleet: FleetReport): Applied {
  const { entries, verdict, origin } = fleet;
  return { marker: markerOf(fleet), digest: fleetDigest(entries), verdict, origin };
}

export function isFleetWorthSaying({ entries }: FleetReport): boolean {
  return entries.some(({ report }) => isWorthSaying(report));
}

/** Two steps that look at different parts of a file do not overwrite each other's comment. A path could end the marker early. */
function markerOf({ file, part, mode }: FleetReport): string {
  const which = createHash('sha256')
    .update(JSON.stringify([file, part]))
    .digest('hex')
    .slice(0, 16);
  return `<!-- segment-reverse-etl-bigquery file ${which} ${mode === 'models' ? mode : ''}-->`;
}
