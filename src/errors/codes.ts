/**
 * What a person can be told, as a closed list of codes, `area.problem`: what a message is about hangs on these, never on its
 * words. Grouped by the chapter that says it.
 */
export type DiagnosticCode =
  | InputCode
  | WireCode
  | EngineCode
  | OwnershipCode
  | ResourceCode
  | CredentialCode
  | DestinationCode
  | PreflightCode
  | VerifyCode
  | ReportCode;

/** inputs/ */
export type InputCode = 'input.invalid' | 'input.missing' | 'input.conflict' | 'input.not-allowed' | 'endpoint.invalid';

/** cloud/ and errors/: what a service said. */
export type WireCode = 'defect' | 'service.refused' | 'service.unreachable';

/** engine/ */
export type EngineCode = 'plan.not-as-reviewed' | 'plan.unknown';

/** ownership/ */
export type OwnershipCode = 'owner.unmarked' | 'owner.another-target' | 'owner.no-room';

/** resources/, but for the credential. */
export type ResourceCode = 'role.others-bound' | 'role.left';

/** resources/credential/ */
export type CredentialCode = 'key.superseded';

/** destinations/ */
export type DestinationCode = 'destination.unreadable';

/** preflight/ */
export type PreflightCode = 'preflight.permissions';

/** verify/ */
export type VerifyCode = 'verify.not-effective';

/** report/, runner/ and main. */
export type ReportCode = 'report.not-written';
