export type { ListRequest, ListResult } from './list/list-users.ts'
export { listUsers } from './list/list-users.ts'
export type { CharactersOptions } from './password/characters.ts'
export { characters } from './password/characters.ts'
export { entropyBits, generateTemporaryPassword } from './password/generate.ts'
export type { GroupedOptions } from './password/grouped.ts'
export { grouped } from './password/grouped.ts'
export { nameTokens } from './password/name-tokens.ts'
export type { PassphraseOptions } from './password/passphrase.ts'
export { passphrase } from './password/passphrase.ts'
export type { PasswordFormat } from './password/password-format.ts'
export type { SignInState } from './password/sign-in-gate.ts'
export { signInGate } from './password/sign-in-gate.ts'
export { TemporaryPassword } from './password/temporary-password.ts'
export type {
  Action,
  AppliedEvent,
  AppliedUnusedEvent,
  AttemptedEvent,
  AuditEvent,
  AuditedReceipt,
  AuditFields,
  ClaimedField,
  DeniedEvent,
  LimitedEvent,
  NotAppliedEvent,
  OmittedEvent,
  OvertakenEvent,
  RefusedEvent,
  RequestSource,
  UndeliveredEvent,
  UnknownEvent,
  VerificationDeniedEvent,
  VerificationFailedEvent,
  VerificationFields,
  VerificationOverriddenEvent,
  VerificationPassedEvent,
  VerificationSentEvent,
  VerificationStartedEvent,
  VerificationSuspiciousEvent,
  VerificationVouchedEvent,
} from './port/audit-event.ts'
export type { ForceResetErrorCode } from './port/errors.ts'
export { ForceResetError, StoreError } from './port/errors.ts'
export { explainFailure, nothingChanged } from './port/explain-failure.ts'
export type {
  FailureCode,
  FailureDetail,
  RefusalCode,
  SafeCause,
  StoreReason,
} from './port/failure.ts'
export type { Mark, Standing, UnknownStanding } from './port/mark.ts'
export type { CharacterClass, PasswordLease, PasswordRules } from './port/password.ts'
export type {
  PendingChange,
  PendingClaim,
  PendingFilter,
  PendingPage,
  PendingQuestion,
  PendingReset,
  PendingResets,
  PendingState,
  SettledState,
} from './port/pending-resets.ts'
export type { MustChange, ResetReceipt, StoreReceipt, Survivor } from './port/receipt.ts'
export type { SafeError } from './port/safe-error.ts'
export { safeError } from './port/safe-error.ts'
export type { LabelledKey, Secret, SecretKey } from './port/secret.ts'
export type { AccountStatus, StatusReason, User, UserFact } from './port/user.ts'
export { noPrivilegedUsers, resettableStatuses } from './port/user.ts'
export type {
  Asking,
  Fit,
  FoundUser,
  ListQuery,
  PreparedWrite,
  Recheck,
  SettleOutcome,
  StoreCapabilities,
  StoreRefusal,
  UserPage,
  UserStore,
  VersionStanding,
  WriteOrder,
  WriteOutcome,
} from './port/user-store.ts'
export type {
  Identification,
  IdentifiedBy,
  NotIdentified,
  OfferedDestination,
  OfferedMethod,
  RecentVerifications,
  SeenDocument,
  SuggestedVoucher,
  VerificationKey,
  VerificationKind,
  VerificationOffer,
  VerificationReason,
  VerificationStanding,
} from './port/verification.ts'
export type { CheckResult } from './reconcile/check-open-resets.ts'
export { checkOpenResets } from './reconcile/check-open-resets.ts'
export type { Closing, StillOpen } from './reconcile/close-one.ts'
export type { ReconciledReset, ReconcileOptions } from './reconcile/reconcile.ts'
export { reconcile } from './reconcile/reconcile.ts'
export { auditLimited, auditUndelivered } from './reset/audit.ts'
export { checkForceResetConfig } from './reset/check-config.ts'
export type {
  AppliedReset,
  AuthorizationQuestion,
  ForceResetConfig,
  ForceResetRequest,
  ForceResetResult,
  IdentifiedCaller,
  IdentityClaims,
  IdentityTarget,
  Operator,
  ResetFailure,
  ResetPreview,
  ResetSuccess,
  SpentProofs,
  Verification,
} from './reset/config.ts'
export { anyVersion } from './reset/config.ts'
export type { Decision, Denial } from './reset/decision.ts'
export { deny } from './reset/decision.ts'
export { forceReset } from './reset/force-reset.ts'
export type { FailedStep, ReportedError } from './reset/heard.ts'
export { isSameAccount, operatorsAreNoUsers } from './reset/own-account.ts'
export type { PreviewRequest, ViewRequest } from './reset/preview-reset.ts'
export { previewReset } from './reset/preview-reset.ts'
export type { OpenReset, QueryFailure, ViewResult } from './reset/view-user.ts'
export { viewUser } from './reset/view-user.ts'
export { visibleSentence, visibleText } from './text/visible-text.ts'
