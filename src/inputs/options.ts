import type { RunValues } from './schema.ts';

/** What one run does, as whom, with which permission of its user, and how it reports; derived from the inputs' rows. */
export interface RunOptions extends Task, Verification, Tokens {
  readonly consent: Consent;
  readonly identity: IdentityInputs;
  readonly reporting: Reporting;
}

type Task = RunValues['task'];
type Verification = RunValues['verification'];
type Tokens = RunValues['tokens'];

/** What a user opts in to, one thing each. A review covers these too. */
export type Consent = RunValues['consent'];

/** As whom the run signs in. */
export type IdentityInputs = RunValues['identity'];

/** How a run reports, and what a report may let happen. */
export type Reporting = RunValues['reporting'];
/** Which drift fails `check`. `missing`: what the access mode asks for is not there, or not as it should be. */
export type FailOn = Reporting['failOn'];
export type Commenting = Reporting['comment'];
