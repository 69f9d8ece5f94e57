export type { AuditEvent } from './audit-event.ts'
export { auditUndelivered } from './audit-undelivered.ts'
export type { CharactersOptions } from './characters.ts'
export { characters } from './characters.ts'
export { checkForceResetConfig } from './check-config.ts'
export type {
  AppliedReset,
  AuthorizationQuestion,
  ForceResetConfig,
  ForceResetRequest,
  ForceResetResult,
  Operator,
  ResetFailure,
  ResetPreview,
  ResetSuccess,
} from './config.ts'
export { anyVersion } from './config.ts'
export type { Decision, Denial } from './decision.ts'
export { deny } from './decision.ts'
export type { ForceResetErrorCode } from './errors.ts'
export { ForceResetError, StoreError } from './errors.ts'
export { explainFailure } from './explain-failure.ts'
export type { FailureCode, FailureDetail, RefusalCode, SafeCause } from './failure.ts'
export { forceReset } from './force-reset.ts'
export { entropyBits, generateTemporaryPassword } from './generate.ts'
export type { GroupedOptions } from './grouped.ts'
export { grouped } from './grouped.ts'
export type { ListRequest, ListResult } from './list-users.ts'
export { listUsers } from './list-users.ts'
export { nameTokens } from './name-tokens.ts'
export type { PassphraseOptions } from './passphrase.ts'
export { passphrase } from './passphrase.ts'
export type { PasswordFormat } from './password-format.ts'
export type { PasswordLease } from './password-lease.ts'
export type { CharacterClass, PasswordRules } from './password-rules.ts'
export type { ViewRequest } from './preview-reset.ts'
export { previewReset } from './preview-reset.ts'
export type { ResetReceipt, StoreReceipt, Survivor } from './receipt.ts'
export type { SignInState } from './sign-in-gate.ts'
export { signInGate } from './sign-in-gate.ts'
export { TemporaryPassword } from './temporary-password.ts'
export type { AccountStatus, User } from './user.ts'
export { resettableStatuses } from './user.ts'
export type {
  ListQuery,
  Recheck,
  ReplaceOutcome,
  ReplacePasswordCommand,
  SettleOutcome,
  StoreCapabilities,
  StoreRefusal,
  UserPage,
  UserStore,
} from './user-store.ts'
export type { QueryFailure, ViewResult } from './view-user.ts'
export { viewUser } from './view-user.ts'
export { visibleText } from './visible-text.ts'
