import type { Request } from '../engine/route.ts';
import { SEGMENT_TOKENS } from './beginning.ts';
import type { TokenRole } from './beginning.ts';
import { segment, segmentEnvelope } from './envelope.ts';

/** Who asks. */
export interface Asker {
  readonly role: TokenRole;
  /** As the audit trail names it. No answer tells a token its own id. */
  readonly actor: string;
}

/** Whose token it is. Throws 401 for none, and for one that Segment does not know. */
export function askerOf({ headers }: Request): Asker {
  const sent = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const found = Object.values(SEGMENT_TOKENS).find(({ token }) => token === sent);
  if (found === undefined) throw segmentEnvelope.unauthenticated();
  return { role: found.role, actor: `public-api-token/${found.role === 'owner' ? '7c1e2f90' : '02b9d4aa'}` };
}

/** Throws 403 unless it is an owner's. */
export function requireOwner({ role }: Asker): void {
  if (role !== 'owner') throw segment(403, 'The token does not have the necessary permissions.');
}
