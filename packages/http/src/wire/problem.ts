import type { Answer } from './answer.ts'
import { textAnswer } from './answer.ts'
import type { ProblemCode } from './problem-code.ts'
import { problemKinds } from './problem-code.ts'
import type { WireParameters, WireProblem } from './wire.ts'

/** What an answer of one code says beside its status and title. */
export interface ProblemWords {
  /** English, for the operator: what happened and what to do. */
  readonly detail: string
  readonly parameters?: WireParameters | undefined
  readonly resetId?: string | undefined
  /** Default: the code's own. Only `conflict` has two (RFC 9110, section 13.1.1). */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * A problem (RFC 9457). Built field by field, from our own words and core's: a foreign message or a
 * stack has no way in.
 */
export function problem(code: ProblemCode, words: ProblemWords): Answer {
  const kind = problemKinds[code]
  const status = words.status ?? kind.status
  const body: WireProblem = {
    type: `urn:force-reset:problem:${code}`,
    title: kind.title,
    status,
    detail: words.detail,
    code,
    parameters: words.parameters,
    resetId: words.resetId,
  }
  const retry =
    kind.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(kind.retryAfterSeconds) }
  return textAnswer(
    status,
    { 'Content-Type': 'application/problem+json', ...retry, ...words.headers },
    JSON.stringify(body),
  )
}
