import type { Secret } from '../secret.ts';
import type { Mode } from './modes.ts';

/** What one run does, as whom, with which permission of its user, and how it reports. */
export interface RunOptions {
  readonly mode: Mode;
  /** Whether what the account can do is tried as the account. */
  readonly verify: boolean;
  readonly patienceMinutes: number;
  readonly consent: Consent;
  readonly identity: IdentityInputs;
  readonly reporting: Reporting;
  /** Writes GitHub secrets and variables. */
  readonly githubToken: Secret | undefined;
  /** The key file in use, as one line of JSON, and the id of the key in it. */
  readonly credentials: { readonly file: Secret; readonly keyId: string } | undefined;
}

/** What a user opts in to, one thing each. A review covers these too. */
export interface Consent {
  readonly adopt: boolean;
  readonly restore: boolean;
  readonly prune: boolean;
  readonly deleteDataset: boolean;
  readonly enableApis: boolean;
}

/** As whom the run signs in. */
export interface IdentityInputs {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`; undefined = ADC. */
  readonly provider: string | undefined;
  /** The account that is impersonated; undefined = the federated identity itself. */
  readonly serviceAccount: string | undefined;
  readonly audience: string | undefined;
}

export const failures = ['any', 'missing', 'surplus', 'never'] as const;
/** Which drift fails `check`. `missing`: what the access mode asks for is not there, or not as it should be. */
export type FailOn = (typeof failures)[number];

export const commentings = ['on-change', 'always', 'never'] as const;
export type Commenting = (typeof commentings)[number];

/** How a run reports, and what a report may let happen. */
export interface Reporting {
  readonly comment: Commenting;
  readonly commentToken: Secret | undefined;
  readonly failOn: FailOn;
  /** Path, from the workspace or absolute. */
  readonly sarifFile: string | undefined;
  /** The output `plan_digest` or the output `plan` of the run that was reviewed. */
  readonly expectedPlan: string | undefined;
}
