export { limitedAudit } from './guards/limited-audit.ts'
export type { MemoryRateCounter, RateCount, RateCounter } from './guards/rate-counter.ts'
export { memoryRateCounter } from './guards/rate-counter.ts'
export type { RateLimit, RateLimitOptions } from './guards/rate-limits.ts'
export type {
  HandlerConfig,
  HandlerOptions,
  UndeliveredReset,
  UnexpectedError,
} from './handler/handler-options.ts'
export { allowInsecureTransport } from './handler/handler-options.ts'
export type { FetchHandlerConfig } from './shells/fetch-handler.ts'
export { fetchHandler } from './shells/fetch-handler.ts'
export type { ProblemCode, ProblemKind } from './wire/problem-code.ts'
export { problemKinds } from './wire/problem-code.ts'
export type {
  WireCheck,
  WireCheckedReset,
  WireList,
  WireOpenReset,
  WirePreview,
  WireProblem,
  WireReceipt,
  WireReset,
  WireUser,
  WireView,
} from './wire/wire.ts'
export type { WireParameters } from './wire/wire-fields.ts'
export type {
  WireAnswered,
  WireAnswerRequest,
  WireClosed,
  WireDestination,
  WireFailed,
  WireFailRequest,
  WireIdentified,
  WireMethod,
  WireNotIdentified,
  WireRecent,
  WireStarted,
  WireStartRequest,
  WireVerification,
  WireVouch,
  WireVouchCode,
  WireVoucher,
  WireVouches,
  WireVouchRequest,
} from './wire/wire-verification.ts'
