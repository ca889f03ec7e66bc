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
export type InputCode =
  | 'input.invalid'
  | 'input.missing'
  | 'input.conflict'
  | 'input.not-allowed'
  | 'endpoint.invalid'
  | 'endpoint.unverified';

/** cloud/ and errors/: what a service said. */
export type WireCode =
  | 'defect'
  // Every service, by the kind of answer.
  | 'service.refused'
  | 'service.unreachable'
  | 'service.unreadable'
  | 'service.redirected'
  | 'service.untrusted-certificate'
  | 'service.proxy-password'
  | 'service.permission-missing'
  | 'service.unauthenticated'
  | 'service.conflict'
  | 'service.rate-limited'
  | 'service.unavailable'
  // Every service of Google: the project, and what is enabled in it.
  | 'project.perimeter'
  | 'project.quota-project'
  | 'project.no-quota-project'
  | 'project.deleted'
  | 'project.no-billing'
  | 'api.disabled'
  | 'api.being-switched'
  // The organization's policies, for any service.
  | 'organization-policy.custom'
  | 'organization-policy.denied'
  // Signing in.
  | 'sign-in.no-credentials'
  | 'sign-in.no-oidc-token'
  | 'sign-in.provider-unknown'
  | 'sign-in.provider-name'
  | 'sign-in.attribute-condition'
  | 'sign-in.audience'
  | 'sign-in.issuer'
  | 'sign-in.issuer-unreachable'
  | 'sign-in.oidc-silent'
  | 'sign-in.person-expired'
  | 'sign-in.subject-too-long'
  | 'sign-in.token-expired'
  | 'sign-in.token-lifetime'
  | 'sign-in.impersonation-denied'
  | 'sign-in.key-invalid'
  | 'sign-in.account-unknown'
  | 'sign-in.account-disabled'
  | 'sign-in.clock'
  // IAM.
  | 'iam.key-creation-forbidden'
  | 'iam.key-upload-forbidden'
  | 'iam.too-many-keys'
  | 'iam.permission-unsupported'
  | 'iam.too-many-roles'
  | 'iam.role-name-taken'
  | 'iam.too-many-accounts'
  | 'iam.account-creation-forbidden'
  | 'iam.disabled-by-google'
  // Resource Manager.
  | 'project-policy.domain-restricted'
  | 'project-policy.leftover'
  | 'project-policy.denied'
  | 'project-policy.full'
  // BigQuery.
  | 'bigquery.quota'
  | 'bigquery.api-disabled'
  | 'bigquery.location'
  | 'bigquery.domain-restricted'
  | 'bigquery.encryption'
  | 'bigquery.account-too-new'
  // Secret Manager.
  | 'secret-manager.encryption'
  | 'secret-manager.missing'
  // GitHub.
  | 'github.token-invalid'
  | 'github.permission-missing'
  | 'github.rate-limited'
  | 'github.address-not-allowed'
  | 'github.sso-required'
  | 'github.archived'
  | 'github.token-lifetime'
  | 'github.token-kind'
  | 'github.account-suspended'
  | 'github.repository-unknown'
  | 'github.too-many-secrets';

/** engine/ */
export type EngineCode = 'plan.not-as-reviewed' | 'surplus.by-hand';

/** ownership/ */
export type OwnershipCode = 'owner.unmarked' | 'owner.unconfirmed' | 'owner.another-target' | 'owner.no-room';

/** resources/, but for the credential. */
export type ResourceCode =
  | 'role.others-bound'
  | 'role.left'
  | 'project-policy.deleted-members'
  | 'project-policy.service-agents'
  | 'account.disabled'
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
  | 'state-dataset.readers'
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
  // What no attempt can see.
  | 'verify.row-policies'
  | 'verify.not-checked';

/** report/, runner/ and main. */
export type ReportCode = 'report.not-written' | 'report.no-comment' | 'run.no-id-token';
