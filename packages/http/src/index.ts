export type { FetchHandlerConfig } from './fetch-handler.ts'
export { fetchHandler } from './fetch-handler.ts'
export type { HandlerConfig, HandlerOptions, UndeliveredReset, UnexpectedError } from './handler-options.ts'
export { allowInsecureTransport } from './handler-options.ts'
export type { ProblemCode, ProblemKind } from './problem-code.ts'
export { problemKinds } from './problem-code.ts'
export type { RateCount, RateCounter } from './rate-counter.ts'
export { memoryRateCounter } from './rate-counter.ts'
export type { RateLimit, RateLimitOptions } from './rate-limits.ts'
export type {
  WireList,
  WireParameters,
  WirePreview,
  WireProblem,
  WireReceipt,
  WireReset,
  WireUser,
  WireView,
} from './wire.ts'
