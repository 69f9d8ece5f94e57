export { leasePassword } from '../password/lease-password.ts'
export type { ConformanceOptions, ConformanceRunner } from './conformance.ts'
export { userStoreConformance } from './conformance.ts'
export type {
  ConformanceAccount,
  ConformanceSubject,
  OptionalProbe,
} from './conformance-subject.ts'
export type { Canary } from './leak/canary.ts'
export { plantCanary } from './leak/canary.ts'
export type { EncodedSecret, LeakEncoding } from './leak/encodings.ts'
export type { Leak, LeakReport, LeakSearch, LeakSurface } from './leak/expect-no-leak.ts'
export { expectNoLeak, LeakError } from './leak/expect-no-leak.ts'
export type { MemoryUser } from './memory-accounts.ts'
export type { MemoryFaults } from './memory-faults.ts'
export { memoryPendingResets } from './memory-pending-resets.ts'
export type { MemoryUserStore, MemoryUserStoreOptions } from './memory-user-store.ts'
export { memoryUserStore } from './memory-user-store.ts'
export type { PendingSubject } from './pending-conformance.ts'
export { pendingResetsConformance } from './pending-conformance.ts'
export type { VerificationMemorySubject } from './verification-memory-conformance.ts'
export { verificationMemoryConformance } from './verification-memory-conformance.ts'
export { withFound, withWrite } from './with-found.ts'
