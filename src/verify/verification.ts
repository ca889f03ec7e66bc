import type { DiagnosticCode } from '../errors/codes.ts';
import type { Claim } from './claims.ts';

/** Why a claim does not hold, as far as it can be seen, and what to do. */
export interface Diagnosis {
  readonly code: DiagnosticCode;
  readonly cause: string;
  readonly remedy: string;
}

/** A claim, and what came of trying it. */
export interface Proof {
  readonly claim: Claim;
  readonly outcome: 'holds' | 'fails' | 'not yet effective' | 'not checked';
  /** The service's own words, or what was seen instead. */
  readonly words: string | undefined;
  readonly diagnosis: Diagnosis | undefined;
}

/** What was verified, and how; or why nothing could be. */
export type Verification =
  | { readonly isVerified: true; readonly how: string; readonly proofs: readonly Proof[] }
  | { readonly isVerified: false; readonly why: string; readonly proofs: readonly [] };
