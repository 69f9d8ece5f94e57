export type { AuditEvent } from './audit-event.ts'
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
export type { FailureCode, FailureDetail, RefusalCode, SafeCause } from './failure.ts'
export type { PasswordFormat } from './password-format.ts'
export type { PasswordLease } from './password-lease.ts'
export type { CharacterClass, PasswordRules } from './password-rules.ts'
export type { ResetReceipt, StoreReceipt, Survivor } from './receipt.ts'
export type { SignInState } from './sign-in-gate.ts'
export { signInGate } from './sign-in-gate.ts'
export type { TemporaryPassword } from './temporary-password.ts'
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
