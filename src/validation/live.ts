import type { Validated } from '../models/validating.ts';
import type { Verification } from '../verify/verification.ts';

/** What came of the models that run in Segment; undefined where nobody asked for them, or they could not be tried. */
export function verificationOf({ live, report }: Pick<Validated, 'live' | 'report'>): Verification | undefined {
  if (live === undefined || 'whyNot' in report.trying) return undefined;
  return { isVerified: true, how: report.trying.how, proofs: live };
}

/** The same beside what else was verified. */
export function together(
  verification: Verification | undefined,
  live: Verification | undefined,
): Verification | undefined {
  if (live?.isVerified !== true) return verification;
  if (verification === undefined) return live;
  // Models that run say nothing of what could not be verified; one that fails is told in any case.
  if (!verification.isVerified) return live.proofs.some(({ outcome }) => outcome === 'fails') ? live : verification;
  return { ...verification, proofs: [...verification.proofs, ...live.proofs] };
}
