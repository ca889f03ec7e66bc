import type { RunValues } from './schema.ts';

/** What one run does, as whom, with which permission of its user, and how it reports; derived from the inputs' rows. */
export interface RunOptions extends Task, Verification, Tokens {
  readonly consent: Consent;
  readonly models: ModelInputs;
  readonly identity: IdentityInputs;
  readonly reporting: Reporting;
  readonly fleet: FleetInputs;
}

type Task = RunValues['task'];
type Verification = RunValues['verification'];
type Tokens = RunValues['tokens'];

/** What a user opts in to, one thing each. A review covers these too. */
export type Consent = RunValues['consent'];

/** Whether access is verified, and whether a run that cannot do so fails. */
export type Verifying = Verification['verify'];

/** Which models are tried, and against what. */
export type ModelInputs = RunValues['models'];

/** Which targets of a file, and how many at a time. */
export type FleetInputs = RunValues['fleet'];

/** As whom the run signs in. */
export type IdentityInputs = RunValues['identity'];

/** How a run reports, and what a report may let happen. */
export type Reporting = RunValues['reporting'];
/** Which drift fails `check`. `missing`: what the access mode asks for is not there, or not as it should be. */
export type FailOn = Reporting['failOn'];
/** Which findings about models fail a run. */
export type ModelsFailOn = Reporting['modelsFailOn'];
export type Commenting = Reporting['comment'];
