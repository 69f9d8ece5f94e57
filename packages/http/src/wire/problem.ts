import { nothingChanged } from '@force-reset/core'
import type { HandlerResponse } from './handler-response.ts'
import { textResponse } from './handler-response.ts'
import type { ProblemCode } from './problem-code.ts'
import { problemKinds } from './problem-code.ts'
import type { WireProblem } from './wire.ts'
import type { WireParameters } from './wire-fields.ts'

/** What a problem says beside the status and the title of its code. */
export interface ProblemWords {
  /** English sentences for the operator that say what is so. */
  readonly what: string
  /** Whether to say that nothing was changed: an operator could think otherwise. */
  readonly unchanged?: true | undefined
  /** What to do about it, in English. */
  readonly cure?: string | undefined
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
export function problem(code: ProblemCode, words: ProblemWords): HandlerResponse {
  const { what, unchanged, cure, parameters, resetId, headers } = words
  const { title, retryAfterSeconds, ...kind } = problemKinds[code]
  const status = words.status ?? kind.status
  const body: WireProblem = {
    type: `urn:force-reset:problem:${code}`,
    title,
    status,
    detail: [what, unchanged && nothingChanged, cure].filter(Boolean).join(' '),
    code,
    parameters,
    resetId,
  }
  const retry = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }
  return textResponse(
    status,
    { 'Content-Type': 'application/problem+json', ...retry, ...headers },
    JSON.stringify(body),
  )
}
