import { createHash } from 'node:crypto';
import { commentOf, isWorthSaying } from '../comment.ts';
import type { CommentText } from '../comment.ts';
import { fitting } from '../markdown.ts';
import { MOST_OF_OUTPUT } from '../summary.ts';
import type { FleetReport } from './fleet-report.ts';
import { fleetParts } from './summary.ts';

/** The one comment of a file, or of the part of it that a step looks at. Pure. */
export function renderFleetComment(fleet: FleetReport): CommentText {
  const text = fitting(MOST_OF_OUTPUT, (limits) => fleetParts(fleet, limits).join('\n\n'));
  return commentOf(markerOf(fleet), fleet.origin, text);
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
