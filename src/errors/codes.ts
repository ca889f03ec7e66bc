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
export type ResourceCode =
  | 'role.others-bound'
  | 'role.left'
  | 'account.disabled'
  | 'account.enabled-by-hand'
  | 'account.left'
  | 'account.revocation-unrecorded'
  | 'account-policy.whole-pool'
  | 'state-dataset.elsewhere'
  | 'state-dataset.no-location'
  | 'state-dataset.others-have-access'
  | 'state-dataset.left'
  | 'state-dataset.shared'
  | 'state-dataset.expiration'
  | 'state-dataset.case-insensitive'
  | 'state-dataset.collation'
  | 'state-dataset.restored'
  | 'state-dataset.created-anew'
  | 'source-datasets.apart'
  | 'source-datasets.unlocated'
  | 'source-dataset.missing'
  | 'dataset-search.unlisted'
  | 'dataset-search.unread';

/** resources/credential/ */
export type CredentialCode =
  // Why no key can be issued, delivered or recorded.
  | 'key.too-many'
  | 'key.forbidden'
  | 'key.not-issued'
  | 'key.not-delivered'
  | 'key.other-runs'
  // What is to be known of the keys there are.
  | 'key.superseded'
  | 'key.in-use-replaced'
  | 'key.in-use-unknown'
  | 'key.in-use-invalid'
  | 'key.ends'
  | 'key.kept-too-long'
  | 'key.others-revived'
  | 'key.dies'
  // What a run did with them.
  | 'key.settled'
  | 'key.enabled-again'
  | 'key.replaced'
  | 'key.disabled'
  | 'key.deleted'
  | 'key.left';

/** destinations/ */
export type DestinationCode =
  | 'destination.unreadable'
  | 'destination.refuses'
  | 'destination.unnoted'
  | 'destination.visibility'
  | 'destination.removed'
  | 'destination.left';

/** preflight/ */
export type PreflightCode = 'preflight.permissions';

/** verify/ */
export type VerifyCode = 'verify.not-effective';

/** report/, runner/ and main. */
export type ReportCode = 'report.not-written';
