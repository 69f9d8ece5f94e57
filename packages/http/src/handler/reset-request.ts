import type { FailureDetail } from '@force-reset/core'
import { explainFailure } from '@force-reset/core'
import * as z from 'zod/mini'
import type { Answer } from '../wire/answer.ts'
import { versionOfEntityTag } from '../wire/entity-tag.ts'
import type { BodyRead, Exchange } from '../wire/exchange.ts'
import { failureProblem } from '../wire/failure-problem.ts'
import { problem } from '../wire/problem.ts'

/** What a request to reset says. */
interface ResetRequest {
  readonly version: string
  /** Whether the version came in `If-Match`. */
  readonly conditional: boolean
  readonly reason?: string | undefined
}

/** The request, or the answer that refuses it. */
export type ResetRequestRead =
  | { readonly ok: true; readonly request: ResetRequest }
  | { readonly ok: false; readonly answer: Answer }

/**
 * Body of `POST {base}/users/{id}/force-reset`. A field that is not one of these is refused: a
 * mistyped `reason` must not get lost.
 */
export const resetRequestBody = z.strictObject({
  version: z.optional(z.string()),
  reason: z.optional(z.string()),
})

/** Reads body and `If-Match` of a request to reset. */
export async function readResetRequest<O>(
  exchange: Exchange<O>,
  limitBytes: number,
): Promise<ResetRequestRead> {
  // Also a guard against other sites: a form cannot send this type, and a script cannot without
  // asking first (CORS).
  if (!isJson(exchange.header('content-type'))) return refused(notJson())
  const value = readJson(await exchange.readBody(limitBytes), limitBytes)
  if (!value.ok) return value
  const body = resetRequestBody.safeParse(value.json)
  if (!body.success) return wrongField(fieldOf(body.error.issues[0]))
  const tag = exchange.header('if-match')
  const tagged = tag === undefined ? undefined : versionOfEntityTag(tag)
  const named = body.data.version || undefined
  const version = tagged ?? named
  const differs = named !== undefined && named !== version
  if (differs || (tag !== undefined && tagged === undefined)) {
    return wrongField({ reason: 'field', field: 'If-Match', problem: 'malformed' })
  }
  if (version === undefined) return refused(versionRequired())
  return {
    ok: true,
    request: { version, conditional: tag !== undefined, reason: body.data.reason },
  }
}

function isJson(contentType: string | undefined): boolean {
  return (
    contentType !== undefined &&
    /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i.test(contentType.trim())
  )
}

type JsonRead =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly answer: Answer }

function readJson(body: BodyRead, limitBytes: number): JsonRead {
  switch (body.kind) {
    case 'parsed':
      return { ok: true, json: body.value }
    case 'bytes':
      return jsonOf(body.bytes)
    case 'too_large':
      return refused(
        problem('body_too_large', {
          detail: `The body is longer than ${limitBytes} bytes. Nothing was changed.`,
          parameters: { limitBytes },
        }),
      )
    case 'consumed':
      return refused(
        problem('internal_error', {
          detail:
            'The body was read before it came here. Nothing was changed. The application has to leave it in the "body" of the request.',
        }),
      )
    case 'interrupted':
      return refused(problem('aborted', { detail: explainFailure('aborted') }))
    default:
      return body satisfies never
  }
}

/** No body at all is an empty object, because some parsers of hosts leave one. */
function jsonOf(bytes: Uint8Array): JsonRead {
  if (bytes.length === 0) return { ok: true, json: {} }
  try {
    return { ok: true, json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return refused(
      problem('malformed', { detail: 'The body is not JSON in UTF-8. Nothing was changed.' }),
    )
  }
}

/** Longest name of an unknown field that is repeated to whoever sent it, in characters. */
const longestName = 64

function fieldOf(issue: z.core.$ZodIssue | undefined): FailureDetail {
  if (issue?.code === 'unrecognized_keys') {
    return {
      reason: 'field',
      field: (issue.keys[0] ?? '').slice(0, longestName),
      problem: 'malformed',
    }
  }
  const [field] = issue?.path ?? []
  return typeof field === 'string'
    ? { reason: 'field', field, problem: 'not_a_string' }
    : { reason: 'field', field: 'body', problem: 'malformed' }
}

function wrongField(detail: FailureDetail): { readonly ok: false; readonly answer: Answer } {
  return refused(
    failureProblem({
      code: 'invalid_request',
      detail,
      message: explainFailure('invalid_request', detail),
    }),
  )
}

function notJson(): Answer {
  return problem('unsupported_media_type', {
    detail: 'The body has to be application/json in UTF-8. Nothing was changed.',
  })
}

function versionRequired(): Answer {
  return problem('version_required', {
    detail:
      'The reset has to name the version of the account that you saw. Nothing was changed. Load the account again.',
  })
}

function refused(answer: Answer): { readonly ok: false; readonly answer: Answer } {
  return { ok: false, answer }
}
