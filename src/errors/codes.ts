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
  | ModelsCode
  | ReportCode
  | FleetCode;

/** inputs/ */
export type InputCode =
  | 'input.invalid'
  | 'input.missing'
  | 'input.conflict'
  | 'input.not-allowed'
  | 'endpoint.invalid'
  | 'endpoint.unverified';

/** cloud/ and errors/: what a service said. Codes of what can be remedied stand in its rows in remedies/, which add them. */
export type WireCode =
  keyof WireCodes | 'defect' | 'document.vanished' | 'document.unseen' | 'service.refused' | 'sign-in.no-credentials';

/** Empty here: each file of remedies/ adds its own. */
export interface WireCodes extends Record<never, true> {}

/** engine/ */
export type EngineCode = 'plan.not-as-reviewed' | 'surplus.by-hand' | 'run.interrupted';

/** ownership/ */
export type OwnershipCode = 'owner.unmarked' | 'owner.unconfirmed' | 'owner.another-target' | 'owner.no-room';

/** resources/, but for the credential. */
export type ResourceCode =
  | 'shared.unknown-member'
  | 'role.others-bound'
  | 'role.left'
  | 'project-policy.changed'
  | 'project-policy.deleted-members'
  | 'project-policy.service-agents'
  | 'account.appeared'
  | 'account.disabled'
  | 'account.absent'
  | 'account.enabled-by-hand'
  | 'account.left'
  | 'account.revocation-unrecorded'
  | 'account-policy.whole-pool'
  | 'account-policy.deleted-members'
  | 'state-dataset.elsewhere'
  | 'state-dataset.no-location'
  | 'state-dataset.others-have-access'
  | 'state-dataset.left'
  | 'state-dataset.shared'
  | 'state-dataset.read-only'
  | 'state-dataset.readers'
  | 'state-dataset.expiration'
  | 'state-dataset.case-insensitive'
  | 'state-dataset.collation'
  | 'state-dataset.restored'
  | 'state-dataset.created-anew'
  | 'source-datasets.apart'
  | 'source-datasets.unlocated'
  | 'source-dataset.missing'
  | 'segment-source.elsewhere'
  | 'segment-source.not-offered'
  | 'segment-source.not-looked-at'
  | 'segment-source.other-kind'
  | 'segment-source.renamed'
  | 'segment-source.recorded-by-another'
  | 'segment-source.candidates'
  | 'segment-source.no-location'
  | 'segment-source.disabled'
  | 'segment-source.exposed'
  | 'segment-source.created-anew'
  | 'segment-source.contested'
  | 'segment-source.in-use'
  | 'segment-source.left'
  | 'segment-source.trail'
  | 'segment-model.unread'
  | 'segment-model.edited'
  | 'segment-model.identifier'
  | 'segment-model.automatic'
  | 'segment-model.ambiguous'
  | 'segment-model.in-use'
  | 'segment-model.many'
  | 'segment-model.unsound'
  | 'segment-model.contested'
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
  // What is to be known of the keys there are, and of who uses them.
  | 'key.consumer-waiting'
  | 'key.consumer-unknown'
  | 'key.consumer-failing'
  | 'key.used-by-workflow'
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
  | 'key.output-only'
  | 'key.replaced'
  | 'key.disabled'
  | 'key.deleted'
  | 'key.left'
  | 'key.left-elsewhere';

/** destinations/ */
export type DestinationCode =
  | 'destination.unreadable'
  | 'destination.refuses'
  | 'destination.unnoted'
  | 'destination.visibility'
  | 'destination.removed'
  | 'destination.left'
  | 'segment.setting-unknown'
  | 'segment.setting-refused'
  | 'segment.not-secret'
  | 'segment.source-gone'
  | 'segment.contested';

/** preflight/ */
export type PreflightCode =
  'preflight.permissions' | 'preflight.accounts-forbidden' | 'preflight.location-forbidden' | 'preflight.api-disabled';

/** verify/ */
export type VerifyCode =
  | 'verify.not-effective'
  // Why a claim does not hold.
  | 'verify.api-disabled'
  | 'verify.token-refused'
  | 'verify.key-in-use'
  | 'verify.drift'
  | 'verify.dataset-elsewhere'
  | 'verify.policy-tag'
  | 'verify.drive-file'
  | 'verify.bucket'
  | 'verify.connection'
  | 'verify.legacy-view'
  | 'verify.table-missing'
  | 'verify.table-elsewhere'
  | 'verify.table-invalid'
  | 'verify.table-in-other-project'
  | 'verify.view-base'
  | 'verify.excess-in-plan'
  | 'verify.excess-inherited'
  | 'verify.live-model'
  | 'verify.sync-failed'
  | 'verify.sync-partial'
  | 'verify.sync-late'
  | 'verify.sync-off'
  | 'verify.no-connection-test'
  // What no attempt can see.
  | 'verify.row-policies'
  | 'verify.not-checked'
  | 'verify.not-verified'
  | 'verify.required';

/** models/ */
export type ModelsCode = 'models.no-location' | 'models.not-tried' | 'models.not-compared' | 'models.segment-unread';

/** report/, runner/ and main. */
export type ReportCode = 'report.not-written' | 'report.no-comment' | 'run.no-id-token';

/** fleet/ */
export type FleetCode =
  | 'config.unreadable'
  | 'config.syntax'
  | 'config.unknown'
  | 'config.missing'
  | 'config.value'
  | 'config.secret'
  | 'config.conflict';
