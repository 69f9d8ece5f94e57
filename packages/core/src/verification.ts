// The caller of a reset is identified first.
export type {
  Counted,
  Kept,
  VerificationMemory,
} from './port/verification.ts'
export { longestKeptText } from './port/verification.ts'
export { answerVerification } from './verification/answer.ts'
export { answerConfirmation } from './verification/confirmation.ts'
export { failVerification } from './verification/fail.ts'
export type { MemoryForOneProcessOptions } from './verification/memory-for-one-process.ts'
export { memoryForOneProcess } from './verification/memory-for-one-process.ts'
export type {
  ApplicationOptions,
  ApplicationQuestion,
  CallBackOptions,
  CodeMessage,
  ConfirmationQuestion,
  ConfirmedOptions,
  Destination,
  FindDestinations,
  InPersonOptions,
  MethodQuestion,
  SecondPersonOptions,
  SentCodeOptions,
  VerificationMethod,
  VouchQuestion,
} from './verification/parts/methods.ts'
export {
  application,
  callBack,
  confirmed,
  inPerson,
  secondPerson,
  sentCode,
} from './verification/parts/methods.ts'
export type {
  CallerVerification,
  RequireQuestion,
  VerificationAlert,
  VerificationOptions,
} from './verification/parts/options.ts'
export type {
  Answered,
  AnswerRequest,
  AnswerResult,
  ConfirmationAnswer,
  ConfirmationResult,
  FailRequest,
  FailResult,
  OpenVouch,
  Started,
  StartRequest,
  StartResult,
  Voucher,
  VouchesRequest,
  VouchesResult,
  VouchRequest,
  VouchResult,
} from './verification/parts/requests.ts'
export { startVerification } from './verification/start.ts'
export { verification } from './verification/verification.ts'
export { listVouches, vouch } from './verification/vouch.ts'
